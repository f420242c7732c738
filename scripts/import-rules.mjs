// Who may import whom: the tables behind check-imports.mjs, and behind the picture in CONTRIBUTING.md. Change a rule here,
// in one line, and say why in the same line. Only data lives in this file.

const leaves = ["vocabulary", "secret", "store", "background", "audit", "throttle"]

/**
 * The feature folders of packages/core/src. `uses` lists the folders whose values a folder may import; `names` lists the
 * ones it may import with `import type` only. A folder may always import itself, and nothing may import `testing`.
 */
export const coreFolders = {
  vocabulary: { uses: [] }, // words that every feature shares: time, results of reading, pages
  secret: { uses: ["vocabulary"] },
  store: { uses: ["vocabulary", "secret"], names: "everything" }, // the contract mentions every model, and runs none of them
  background: { uses: ["vocabulary"] }, // a leaf: work that no request waits for
  audit: {
    uses: ["vocabulary", "secret", "store", "background"],
    names: ["user", "session", "token", "cli-login", "code", "mail"]
  }, // a leaf: services report to it
  hook: { uses: ["vocabulary", "secret", "store", "background", "audit"], names: ["user"] }, // services ask the host's hooks; the others are told what audit records
  throttle: { uses: ["vocabulary", "secret", "store", "audit"], names: ["user", "mail"] }, // a leaf: services ask it first
  mail: { uses: leaves, names: ["user"] },
  code: { uses: [...leaves, "mail"], names: ["user"] }, // a code that goes by mail; what it opens is for others to say
  backup: { uses: [...leaves, "code"], names: ["user", "session", "token"] }, // rows as stores keep them
  password: { uses: [...leaves, "hook"], names: ["user"] }, // judges a password for a user it is handed
  user: { uses: [...leaves, "hook", "mail", "code", "password"], names: ["session"] }, // to register is to make a user, a hash and a code for the address; a new password names the session that goes on
  session: { uses: [...leaves, "user", "password"] },
  token: { uses: [...leaves, "user", "password", "session"] },
  "cli-login": { uses: [...leaves, "user", "password", "session", "token"] },
  "personal-data": { uses: leaves, names: ["user", "session", "token", "cli-login", "code"] }, // reads what all of them keep of one person
  recovery: { uses: [...leaves, "hook", "mail", "code", "user", "password"] },
  setup: { uses: [...leaves, "hook", "user", "password", "session", "token"] },
  identity: { uses: [...leaves, "user", "password", "session", "token", "cli-login", "recovery", "setup"] },
  settings: { uses: [...leaves, "user", "password", "token", "cli-login"] }, // the one table, which takes its bounds from the features that have them
  admin: {
    uses: [...leaves, "mail", "password", "user", "session", "token", "recovery", "identity"],
    names: ["hook", "code"]
  }, // what administrators do, by the services that do it
  auth: {
    uses: [
      ...leaves,
      "admin",
      "backup",
      "hook",
      "mail",
      "code",
      "user",
      "password",
      "session",
      "token",
      "cli-login",
      "personal-data",
      "recovery",
      "setup",
      "identity",
      "settings"
    ]
  },
  testing: { uses: "everything" }
}

/**
 * The folders of packages/http/src. The first four are what features are made of and know none of them; a feature may use
 * those below it, and nothing but the files at the top, which list the features, knows all. A feature without a row uses the
 * foundations alone.
 */
export const foundations = ["texts", "request", "page", "surface"]

export const httpFolders = {
  texts: { uses: [] }, // every sentence that people read
  request: { uses: [] }, // reads what came, and knows nothing of answers
  page: { uses: ["texts"] }, // parts that pages share
  surface: { uses: ["texts", "request", "page"] }, // the checks before a handler, and what becomes of its answer
  sessions: { uses: foundations }, // every feature that opens or ends a session
  users: { uses: [...foundations, "sessions"] }, // every feature that makes or changes a user
  admin: { uses: [...foundations, "sessions", "users", "tokens"] },
  settings: { uses: [...foundations, "sessions", "admin"] }, // asks for the password as a change of one's own does
  password: { uses: [...foundations, "sessions", "users"] }, // the page, and the form that the profile has too
  login: { uses: [...foundations, "sessions", "users"] },
  register: { uses: [...foundations, "sessions", "users"] },
  recovery: { uses: [...foundations, "users"] },
  setup: { uses: [...foundations, "users"] },
  tokens: { uses: [...foundations, "sessions", "users"] },
  "cli-login": { uses: [...foundations, "sessions", "users"] },
  account: { uses: [...foundations, "sessions", "users", "tokens", "cli-login"] }, // a person's data, and the end of an account
  profile: { uses: [...foundations, "sessions", "users", "password", "cli-login", "account"] }
}

/** The files that run the hasher, and who may import them: `password` uses it, `auth` wires it, `testing` replaces it. */
export const hasher = {
  files: /^src\/password\/(?:argon2-hasher|password-hasher|hash-queue)\.ts$/,
  importers: ["password", "auth", "testing"]
}

/** Of jose: what signs, verifies and reads keys. */
const joseModules = [
  "jose",
  ...["jwk/thumbprint", "jws/compact/sign", "jws/compact/verify", "key/export", "key/import"].map(
    (name) => `jose/${name}`
  )
]

/**
 * What each kind of package may import by name: `source` for what we publish, and `tests` on top of it for test files.
 * Effect's modules are judged apart: stable ones only. One file of the package may name a vendor from `vendors`.
 */
export const packageRules = [
  {
    match: /^core$/,
    says: "core imports effect/<Module>, @oslojs/* and, in one file each, @node-rs/argon2 and @node-rs/bcrypt",
    source: [/^@oslojs\//, /^@node-rs\/(?:argon2|bcrypt)$/],
    tests: [/^(?!@latchkey\/)/, /^@latchkey\/conformance\/store$/], // the memory store and mixes keep the laws too
    vendors: [/^@node-rs\//],
    vendorHome: {
      "@node-rs/argon2": "src/password/argon2-hasher.ts",
      "@node-rs/bcrypt": "src/password/legacy/bcrypt.ts" // a peer that only hosts with such hashes install
    }
  },
  {
    match: /^store-/,
    says: "a store imports @latchkey/core/store and its driver, its tests also the rest of core; nothing of HTTP",
    source: [/^@latchkey\/core\/store$/, /^(?!@latchkey\/|@oslojs\/|hono|express)/],
    tests: [/^@latchkey\/(?:core(?:\/testing)?|conformance\/store)$/],
    vendors: [/^(?:node:sqlite$|(?!node:|@latchkey\/|effect\/))/]
  },
  {
    match: /^http$/,
    says: "http imports core and hono, and runs wherever Request and Response do: no node:*, no store, no adapter",
    source: [/^@latchkey\/core$/, /^@oslojs\//, /^hono(?:\/|$)/],
    tests: [/^(?!@latchkey\/(?:store|adapter)-)/]
  },
  {
    match: /^conformance$/,
    says: "conformance imports core and http, and runs wherever they do: no node:*, no store, no adapter, no test runner",
    source: [/^@latchkey\/core(?:\/store|\/testing)?$/, /^@latchkey\/http$/],
    tests: [/^(?!@latchkey\/adapter-)/] // several stores at once are tested here: no store may import another
  },
  {
    match: /^cli$/,
    says: "cli imports nothing of Latchkey: a program that logs in has no use for the server's code",
    source: [/^node:/, /^commander$/, /^open$/],
    tests: [/^(?!@latchkey\/)/, /^@latchkey\/(?:core|http|adapter-hono|adapter-express|store-sqlite)$/], // a real server
    vendors: [/^(?!node:)/],
    vendorHome: { commander: "src/command/command.ts", open: "src/login/browser.ts" }
  },
  {
    match: /^admin$/,
    says: "admin imports @latchkey/core, commander in one file, and the stores, pages and mails in one file each, only when they are asked for",
    source: [
      /^node:/,
      /^@latchkey\/core(?:\/store|\/legacy-passwords)?$/,
      /^@latchkey\/(?:store-sqlite|store-redis|jwt|http|mail-smtp)$/,
      /^commander$/,
      /^$/ // the configuration of a host, whose name the operator says
    ],
    tests: [/^(?!@latchkey\/)/, /^@latchkey\//], // whole servers, moved from one store to another
    vendors: [/^(?!node:|@latchkey\/core|effect\/)/],
    vendorHome: {
      commander: "src/command/command.ts",
      "@latchkey/store-sqlite": "src/store/store-from-env.ts",
      "@latchkey/store-redis": "src/store/store-from-env.ts",
      "@latchkey/http": "src/users/password-link.ts",
      "@latchkey/mail-smtp": "src/command/env-mailer.ts",
      "@latchkey/jwt": "src/doctor/env-jwt.ts"
    }
  },
  {
    match: /^mail-/,
    says: "a mailer imports @latchkey/core, the texts of @latchkey/http and, in one file, its driver; no pages, no store",
    source: [/^node:/, /^@latchkey\/core$/, /^@latchkey\/http\/texts$/, /^nodemailer$/],
    tests: [/^(?!@latchkey\/)/, /^@latchkey\/(?:core(?:\/testing)?|http(?:\/german)?)$/],
    vendors: [/^nodemailer$/],
    vendorHome: { nodemailer: "src/smtp-mailer.ts" }
  },
  {
    match: /^jwt$/,
    says: "jwt imports @latchkey/core, the hash of node:crypto and, in one file, jose; no HTTP, no store",
    source: [/^node:crypto$/, /^@latchkey\/core$/, ...joseModules.map((name) => new RegExp(`^${name}$`))],
    tests: [
      /^(?!@latchkey\/)/,
      /^@latchkey\/(?:core(?:\/(?:testing|store))?|http|adapter-hono|adapter-express|store-sqlite)$/
    ], // whole servers
    vendors: [/^jose(?:\/|$)/],
    vendorHome: Object.fromEntries(joseModules.map((name) => [name, "src/signature.ts"]))
  },
  {
    match: /^adapter-/,
    says: "an adapter imports @latchkey/http, @latchkey/core and its framework; no store",
    source: [/^@latchkey\/(?:http|core)$/, /^(?!@latchkey\/|node:sqlite)/],
    tests: [/^(?!@latchkey\/store-)/]
  }
]

/** Folders that tests of any package may import by path: to start a Redis takes more than one file, and programs are bundled in one way. */
export const sharedTestFolders = /^packages\/store-redis\/test\/|^scripts\//

/** What core may not do outside `testing/`: it would be impure, tied to one runtime, or different between machines. */
export const forbidden = [
  { code: /^Date\.now$/, rule: "pure-core", says: "use Clock.currentTimeMillis, so that tests own the time" },
  { code: /^new Date(?:\(\))?$/, rule: "pure-core", says: "use Clock.currentTimeMillis, so that tests own the time" },
  { code: /^Math\.random$/, rule: "pure-core", says: "it can be guessed: take bytes from the Random port" },
  { code: /^console\.\w+$/, rule: "pure-core", says: "use Effect.log…, so that the host decides where it goes" },
  { code: /^process\.env$/, rule: "pure-core", says: "take settings as options: core has no environment" },
  { code: /^set(?:Timeout|Interval)$/, rule: "TIM-05", says: "use Effect.sleep: timers overflow after 24.8 days" },
  { code: /\.innerHTML$/, rule: "pure-core", says: "core knows no pages" }
]

// A repeated group whose whole body is repeated, as in (a+)+. It finds the classic trap; hostile input in the tests of a
// parser finds the rest.
const nestedRepetition = /\((?:\?:)?(?:\[(?:[^\]\\]|\\.)*\]|\\.|[^\\()[\]])[+*]\)(?:[+*]|\{\d+,\})/

/** What no published source may do, in any package. */
export const forbiddenAnywhere = [
  { code: /\.toLocale(?:Lower|Upper)Case$/, rule: "INP-05", says: "use toLowerCase or toUpperCase, alike everywhere" },
  { code: nestedRepetition, rule: "INP-07", says: "may take exponential time on hostile text: write the loop out" }
]
