// Writes docs/reference from the code, so that the two cannot differ: options from the table that checks them, routes from
// the table that answers them, errors from their classes and the table that turns them into answers, and headers from the
// function that makes them (OPS-04).
// Run: node scripts/make-reference.mjs [--check]
import { spawnSync } from "node:child_process"
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { fileURLToPath } from "node:url"
import ts from "typescript"

const condition = "--conditions=latchkey-source" // reads the sources, so nothing has to be built first
const folder = "docs/reference"
const note = "<!-- Generated from the code by `node scripts/make-reference.mjs`. Change the code, not this file. -->"

const cell = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ")
const code = (text) => `\`${text}\``
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n")
const page = (title, ...parts) => `${[note, `# ${title}`, ...parts].join("\n\n")}\n`
/** Requirement ids are for readers of the code. */
const withoutIds = (text) => text.replace(/ \([A-Z]{3}-\d\d[^)]*\)/g, "")

// Options

const optionsPage = (entries) => {
  const fallback = (value) =>
    value === null || (Array.isArray(value) && value.length === 0) ? "none" : code(JSON.stringify(value))
  const values = ({ type }) => (type.startsWith('"') ? type.split(", ").map(code).join(", ") : type)
  const row = ({ path, variable, setting }) => [
    code(path),
    code(variable),
    values(setting),
    setting.fallbackInWords ?? fallback(setting.fallback),
    atRunTime(setting),
    setting.about
  ]
  const section = (group, rows) =>
    `## ${group}\n\n${table(["Option", "Variable", "Values", "Default", "At run time", "What it does"], rows.map(row))}`
  const groups = Map.groupBy(entries, ({ path }) => (path.includes(".") ? code(path.split(".")[0]) : "General"))
  return page("Options", optionsIntro, ...[...groups].map(([group, rows]) => section(group, rows)))
}

/** Whether administrators may change an option. */
const atRunTime = ({ applies, least = null }) => {
  if (applies === undefined) return ""
  return `${applies === "at-once" ? "yes" : "at the next start"}${least === null ? "" : `, from ${least}`}`
}

const optionsIntro = `Every setting that \`createAuth\` and \`authLayer\` accept. In code, a dot stands for a group:
\`sessions.idle\` is written \`{ sessions: { idle: "30 minutes" } }\`. \`authSettingsFromEnv\` reads the same setting from the
environment variable in the second column. Latchkey checks all settings when it starts. It does not start with an option or a
\`LATCHKEY_\` variable that it does not know.

- A *duration* is text such as \`"30 days"\`, \`"90 minutes"\` or \`"500 millis"\`, above zero and at most a century.
- A *list* is an array in code. In the environment, separate the items with commas.
- *Names with descriptions* are an object in code, \`{ "packages:read": "Download packages" }\`. In the environment, write
  \`packages:read=Download packages,packages:write=Upload packages\`.
- *At run time*: whether administrators may change it while the program runs, unless you set it yourself, and the least that they
  may set. See [Settings at run time](../guides/settings.md).
- *Secret text* is a string or a \`Redacted\` string. Latchkey wraps it at once, so that no log shows it.

These options are code and have no variable: \`store\` (required, see [Writing a store](../guides/stores.md)), \`hasher\` (default
argon2id, see [Passwords](../guides/passwords.md)), \`legacyPasswords\` (default none, see [Old passwords](../guides/legacy-passwords.md)), \`accessTokens\` (default opaque, see [Signed tokens](../guides/signed-tokens.md)), \`mailer\` (default none, see [Mail](../guides/mail.md)), \`hooks\` and \`onEvent\` (default none, see [Hooks and
events](../guides/hooks-and-events.md)). The guide is [Options](../guides/options.md).`

// Routes

const allowedFor = {
  everyone: "everyone; the route does not look at credentials",
  anyone: "everyone, logged in or not",
  signedIn: "everyone who is logged in, with any kind of credential",
  viaSession: "users with a session",
  person: "users with a session or a password, but no program that acts by itself",
  "all(admin, either(viaToken, recently(600 s)))":
    "administrators who logged in within ten minutes, and their tokens with the scope `latchkey:admin`",
  "scope(latchkey:tokens)": "users with a session or a password, and tokens with the scope `latchkey:tokens`",
  "scope(latchkey:credentials)": "users with a session or a password, and tokens with the scope `latchkey:credentials`",
  "either(person, scope(latchkey:credentials))":
    "users with a session or a password, also those who must choose another password; and tokens with the scope `latchkey:credentials`"
}

const keysOf = (schema) => {
  if (schema?.type === "array") return `a list of ${keysOf(schema.items)}`
  const required = new Set(schema?.required ?? [])
  return Object.keys(schema?.properties ?? {})
    .map((key) => code(required.has(key) ? key : `${key}?`))
    .join(", ")
}

const routesPage = (routes, document) => {
  const json = (content = {}) => (content["application/json"] ?? content["application/x-www-form-urlencoded"])?.schema
  const section = (route) => {
    const operation = document.paths[route.path.replace(/:(\w+)/g, "{$1}")][route.method.toLowerCase()]
    const answers = route.outcomes.map(({ status, about, schema }) => {
      const body = schema === undefined ? "" : `: ${keysOf(json(operation.responses[status].content))}`
      return `  - ${status}: ${about}${body}`
    })
    const path = route.path.replace(/^(\/latchkey-)[0-9a-f]{8}\./, "$1<fingerprint>.")
    const closed = route.unknownFields === "refused" ? "; other fields are rejected" : ""
    const body = route.body === null ? [] : [`- Body: ${keysOf(json(operation.requestBody.content))}${closed}`]
    const who = allowedFor[route.policy?.name ?? "everyone"] ?? `the policy \`${route.policy?.name}\``
    const mode = route.onlyIn === undefined ? [] : [`- Only in mode ${code(route.onlyIn)}`]
    const facts = [`- Allowed for: ${who}`, ...mode, ...body, "- Answers:", ...answers]
    return `### ${code(`${route.method} ${path}`)}\n\n${withoutIds(route.summary)}.\n\n${facts.join("\n")}`
  }
  const groups = Map.groupBy(routes, ({ group }) => group.partOf ?? group.name)
  const sections = [...groups].map(([group, rows]) => [`## ${code(group)}`, ...rows.map(section)].join("\n\n"))
  return page("Routes", routesIntro, ...sections)
}

const routesIntro = `Every route of the HTTP surface, by group. \`routes: { register: false }\` leaves a group out, and
\`routes: { users: "/v1/users" }\` moves one. A running server describes the same routes at \`/openapi.json\`. A question mark
marks an optional field. A slash at the end of a path makes no difference. HEAD answers like GET.

In addition to the answers listed, a route may answer:

- 400 if the \`Authorization\` header contains two credentials
- 401 or 403 if the policy of the route does not allow the caller
- 403 if a page of another site sent the request (for all methods except GET, HEAD and OPTIONS)
- 413, 415, 422 or 400 if the body is too large, has an unsupported type, is invalid, or cannot be read
- 503 with \`Retry-After\` if the store is unavailable or too many passwords are being checked

A browser that navigates gets an error as a page, everything else as problem details: see [Errors](errors.md). What only
programs ask, under \`cli-login\`, never answers with a page, and OAuth's endpoints refuse in OAuth's form. The guide is
[HTTP](../guides/http.md).`

// Errors

/** The refusals of the surface, which have no class in core. */
const meanings = {
  unauthorized: "The route needs a logged-in user, and the request has no valid credential.",
  "admin-required": "The policy (`admin`) allows superusers only.",
  "email-not-verified":
    "The user's e-mail address is not verified. The policy (`verified`) asks for that; with `sessions.requireVerified` every policy does.",
  "no-mailer": "There is no mailer, so the site offers no page that promises a mail.",
  "insufficient-scope":
    "The policy (`scope`, or `admin` for a token) needs a scope that the token does not have. `scope` names it, and so does `WWW-Authenticate`.",
  "password-change-required":
    "The user must choose another password first. Every policy asks for that; `PATCH /users/me` and the page `/password` change it.",
  "session-required":
    "The policy needs a log-in of a person. `viaSession` takes no token and no password, `person` no program that acts by itself.",
  "impersonation-forbidden":
    "An administrator acts in the user's place. The route is for the user in person (`inPerson`).",
  "role-required": "The policy (`role`) needs a role that the user does not have. `role` names it.",
  "reauthentication-required": "The policy (`recently`) needs a more recent log-in.",
  forbidden: "A check of the host's own does not allow the caller.",
  "forged-request": "A page of another site sent this request, or the browser did not say which site did.",
  "malformed-request":
    "The request target is neither a path nor an http url, its path has a backslash, or `Host` is no host.",
  "foreign-credential":
    "The browser brings a live session, and in `Authorization` a credential that opens nothing, probably a proxy's. Its page names the setting of nginx.",
  "not-found": "There is no such path, or the caller owns nothing with this id.",
  "method-not-allowed": "The path does not support this method. `Allow` lists those that it supports.",
  "invalid-body": "The body is too large, has an unsupported type, or cannot be read.",
  validation: "A field is missing or invalid. `detail` lists the fields, and never repeats the values.",
  "update-user-already-exists": "Someone else has the new username or e-mail address.",
  "invalid-password": "The new password is not allowed. `detail` says why.",
  internal:
    "An unexpected error. The log of the host has the details, under the id in `instance`. Without one, the log has had enough lines of this error in that minute."
}

/** Classes of core that are tagged errors, with their comment and fields. */
const errorClasses = () => {
  const form =
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export class (\w+) extends Data\.TaggedError\("\w+"\)(?:<\{([\s\S]*?)\}>)?/g
  const files = globSync("packages/core/src/**/*.ts").filter((path) => !/\.test\.ts$|\/testing\//.test(path))
  const texts = files.sort().map((path) => readFileSync(path, "utf8"))
  const known = texts.flatMap((text) => Array.from(text.matchAll(form)))
  const all = texts.flatMap((text) => Array.from(text.matchAll(/extends Data\.TaggedError\("(\w+)"\)/g)))
  const silent = all.filter(([, tag]) => !known.some(([, , name]) => name === tag))
  if (silent.length > 0) throw new Error(`without a comment: ${silent.map(([, tag]) => tag).join(", ")}`)
  return known.map(([, comment, tag, fields = ""]) => ({
    tag,
    about: withoutIds(
      comment
        .replace(/^\s*\* ?/gm, "")
        .replaceAll("\n", " ")
        .trim()
    ),
    fields: Array.from(fields.replace(/<\{[\s\S]*/, "").matchAll(/readonly (\w+)\??:/g), ([, field]) => field),
    variants: variantsOf(fields)
  }))
}

/** What an error may be told with, for each text that its `reason` may be. One of nothing for an error without such a list. */
const variantsOf = (fields) => {
  const [, type = ""] = /readonly reason: ([^\n}]*)/.exec(fields) ?? []
  const reasons = Array.from(type.matchAll(/"([^"]+)"/g), ([, reason]) => ({ reason }))
  return reasons.length === 0 ? [{}] : reasons
}

/** Lower-case codes in the sources of the surface, with the status beside them where it is a number. */
const codesOfSurface = () => {
  const files = globSync("packages/http/src/**/*.{ts,tsx}").filter((path) => !/\.test\.tsx?$/.test(path))
  const texts = [...files, "packages/core/src/identity/policies.ts"].map((path) => readFileSync(path, "utf8"))
  const statuses = (name) =>
    texts.flatMap((text) =>
      Array.from(text.matchAll(new RegExp(`status: (\\d{3}),\\s*code: "${name}"`, "g")), ([, status]) => status)
    )
  const form = /\b(?:code: |forbidden\()"([a-z-]+)"/g
  const codes = new Set(texts.flatMap((text) => Array.from(text.matchAll(form), ([, name]) => name)))
  /** A code without a status beside it is one of `forbidden(…)`, or a policy's. */
  const statusesOf = (name) => (statuses(name).length === 0 ? ["403"] : [...new Set(statuses(name))])
  return new Map([...codes].sort().map((name) => [name, statusesOf(name)]))
}

const detailOf = (detail) => {
  if (typeof detail === "string") return code(detail)
  return Array.isArray(detail) ? "the fields in error" : `${code(detail.code)} and the reason`
}

/** The different ones of some texts, as a list in words. */
const listed = (texts) => [...new Set(texts)].join(", ")

const errorsPage = (problems, core) => {
  const sample = {
    retryAfter: 1,
    kind: "username",
    problem: "missing",
    scope: "packages:read",
    reason: "…",
    problems: []
  }
  const problemsFor = ({ tag, variants }) =>
    variants.map((variant) => problems[tag](new core[tag]({ ...sample, ...variant })))
  const classes = errorClasses()
  const answered = classes.filter(({ tag }) => tag in problems)
  const rows = answered.map((row) => {
    const told = problemsFor(row)
    const statuses = told.map(({ status, headers = {} }) =>
      [status, ...Object.keys(headers).map((name) => `with ${code(name)}`)].join(", ")
    )
    const words = told.map((problem) => code(problem.code))
    const details = told.map(({ detail }) => detailOf(detail))
    return [code(row.tag), row.about, row.fields.map(code).join(", "), ...[statuses, words, details].map(listed)]
  })
  const atStart = classes
    .filter(({ tag }) => !(tag in problems))
    .map(({ tag, about, fields }) => [code(tag), about, fields.map(code).join(", ")])

  const codes = codesOfSurface()
  const ofServices = new Set(answered.flatMap(problemsFor).map((problem) => problem.code))
  const untold = [...codes.keys()].filter((name) => !ofServices.has(name) && !(name in meanings))
  const unused = Object.keys(meanings).filter((name) => !codes.has(name))
  if (untold.length + unused.length > 0)
    throw new Error(`make-reference: \`meanings\` lacks [${untold}] and has too many [${unused}]`)
  const plain = Object.entries(meanings).map(([name, about]) => {
    const statuses = name === "invalid-body" ? ["400", "413", "415"] : codes.get(name)
    return [code(name), statuses.join(", "), about]
  })
  return page(
    "Errors",
    errorsIntro,
    "## Errors of the services",
    table(["Tag", "When", "Fields", "Status", "`code`", "`detail`"], rows),
    "## Errors of the HTTP surface",
    surfaceIntro,
    table(["`code`", "Status", "When"], plain),
    "## Errors that no request causes",
    "`createAuth` and `authLayer` fail with `ConfigurationError` or `SeedRefused`, and `tokens.import` with `TokenImportInvalid` or `TokenEnded`.",
    table(["Tag", "When", "Fields"], atStart)
  )
}

const errorsIntro = `The complete list of Latchkey's errors. In code, an error is a class with a \`_tag\`, exported from \`@latchkey/core\`. The
promise API and the Effect API use the same classes. Over HTTP, an error becomes problem details (RFC 9457,
\`application/problem+json\`):

\`\`\`json
{
  "type": "https://latchkey.dev/problems/too-many-attempts",
  "title": "Too Many Requests",
  "status": 429,
  "detail": "Too Many Requests",
  "code": "too-many-attempts"
}
\`\`\`

Use \`code\` (or \`type\`, which ends in it) to tell errors apart, never a text. \`detail\` is one of these:

- a sentence or a word, which older clients read
- an object, \`{ "code", "reason" }\`
- with 422, a list of \`{ "type", "loc", "msg" }\`, one entry for each field

A browser that navigates gets the same error as a page. No answer contains a secret, a stack trace, or an error text of a
driver. In code, the \`cause\` of a \`StoreError\` or \`HasherError\` is the driver's error, for your log.`

const surfaceIntro =
  "These errors have no class in core. They come from the gate in front of the handlers, the body reader and a few routes. " +
  "Codes that stand in both tables (`validation`, `invalid-password`, `not-found`, `unauthorized`, `insufficient-scope`, `reauthentication-required`) mean the same in both. " +
  "A policy or a check of your own may add codes, with status 403, and `problem` answers any code with any status from 400 on."

// Headers

/** Why each header is there. A header without a reason stops this script. */
const reasons = {
  "Cache-Control": "no cache keeps an answer that is for one person",
  "Content-Security-Policy":
    "nothing runs but our one script, nothing loads but stylesheets and pictures of this origin, forms go to us, and nobody frames the page",
  "Content-Type": "the answer is what it says, in UTF-8",
  "Cross-Origin-Opener-Policy": "a page that opens ours, or that ours opens, gets no hold on it",
  "Cross-Origin-Resource-Policy": "pages of other sites cannot load an answer as a picture or a script",
  "Referrer-Policy":
    "no other site learns an address of ours. Pages tell it to their own origin, so that their forms say from where they are",
  "Strict-Transport-Security":
    "browsers use https alone for two years. Only with the option `strictTransportSecurity` and an https `publicUrl`",
  Vary: "a cache between tells answers to different people apart. Pages in several languages name `Accept-Language` too",
  "X-Content-Type-Options": "no browser guesses another type",
  "X-Frame-Options": "the same as `frame-ancestors`, for browsers that do not know it"
}

const headersPage = (securityHeaders, secureCookie) => {
  const url = new URL("https://example.org")
  const made = securityHeaders(url, "/latchkey-….js", { strictTransportSecurity: true, hasLanguages: true })
  const names = [...new Set([...Object.keys(made.page), ...Object.keys(made.data)])].toSorted()
  const value = (found) => (found === undefined ? "" : code(found))
  const row = (name) => {
    if (reasons[name] === undefined) throw new Error(`scripts/make-reference.mjs does not say why ${name} is sent`)
    return [code(name), value(made.page[name]), value(made.data[name]), reasons[name]]
  }
  const cookie = (base) => secureCookie(url, { name: base, unsafeInsecure: false }).set("secret")
  return page(
    "Headers",
    headersIntro,
    table(["Header", "Pages", "Other answers", "Why"], names.map(row)),
    "## Cookies",
    `Every cookie of Latchkey's has the same attributes. Of a \`publicUrl\` with https, the one of a session is:`,
    `\`\`\`text\n${cookie("latchkey_session")}\n\`\`\``,
    cookiesOutro
  )
}

const headersIntro = `The headers of every answer of Latchkey's own, as they are for \`publicUrl: "https://example.org"\`. Pages are for people. The
other answers are data for programs, redirects and empty answers. Static files are the only ones that caches may keep: their
address changes with their content. Answers of your own routes are yours.`

const cookiesOutro = `\`__Host-\` makes browsers refuse one that another host of your domain sets. No script reads it, it never travels over plain http, and
no other site's page sends it with a form that is posted. On plain http to your own machine it has neither the prefix nor \`Secure\`. On your own machine its name has the
port, as in \`latchkey_session_8080\`, unless that is 3000 or above 32767.`

/** Rows draw pages, and Node strips types but knows no JSX. */
const readJsx = () =>
  registerHooks({
    load: (url, context, next) => {
      if (!url.endsWith(".tsx")) return next(url, context)
      const compilerOptions = { jsx: ts.JsxEmit.ReactJSX, jsxImportSource: "hono/jsx", module: ts.ModuleKind.ESNext }
      const { outputText } = ts.transpileModule(readFileSync(fileURLToPath(url), "utf8"), { compilerOptions })
      return { format: "module", source: outputText, shortCircuit: true }
    }
  })

const main = async () => {
  readJsx()
  const core = await import("@latchkey/core")
  const { routeTable } = await import("../packages/http/src/features.ts")
  const { openApiDocument } = await import("../packages/http/src/documents/openapi.ts")
  const { problems } = await import("../packages/http/src/surface/problems.ts")
  const { securityHeaders } = await import("../packages/http/src/request/security-headers.ts")
  const { secureCookie } = await import("../packages/http/src/request/secure-cookie.ts")
  const document = openApiDocument(
    { name: "", url: "http://localhost", cookieName: "", mode: "session", pathOf: ({ path }) => path },
    routeTable
  )
  const pages = {
    options: optionsPage(core.settingEntries),
    routes: routesPage(routeTable, document),
    errors: errorsPage(problems, core),
    headers: headersPage(securityHeaders, secureCookie)
  }
  const stale = Object.entries(pages).filter(([name, text]) => readOrNothing(`${folder}/${name}.md`) !== text)
  if (process.argv.includes("--check")) {
    for (const [name] of stale) console.error(`${folder}/${name}.md is stale: run node scripts/make-reference.mjs`)
    process.exitCode = stale.length === 0 ? 0 : 1
  } else {
    mkdirSync(folder, { recursive: true })
    for (const [name, text] of stale) writeFileSync(`${folder}/${name}.md`, text)
  }
  console.log(`make-reference: ${Object.keys(pages).length} pages, ${stale.length} stale`)
}

const readOrNothing = (path) => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return null
  }
}

if (process.execArgv.includes(condition)) await main()
else
  process.exitCode =
    spawnSync(process.execPath, [condition, ...process.argv.slice(1)], { stdio: "inherit" }).status ?? 1
