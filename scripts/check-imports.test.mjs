// Feeds each rule one snippet that breaks it, and checks that it bites there, and leaves the lawful neighbour alone.
import { expect, it } from "vitest"
import { pictureOf, problemsIn } from "./check-imports.mjs"

const rulesIn = (path, text) => problemsIn([{ path, text }]).map(({ rule }) => rule)
const core = (inside, text) => rulesIn(`packages/core/src/${inside}`, text)

it("imports in core run one way", () => {
  expect(core("user/users.ts", 'import { Sessions } from "../session/sessions.ts"')).toEqual(["import-direction"])
  expect(core("user/users.ts", 'export * from "../session/session.ts"')).toEqual(["import-direction"])
  expect(core("user/users.ts", 'const late = import("../auth/auth.ts")')).toEqual(["import-direction"])
  expect(core("secret/a.ts", 'import type { User } from "../user/user.ts"')).toEqual(["import-direction"])
  expect(core("user/users.ts", 'import { Passwords } from "../password/passwords.ts"')).toEqual([])
  expect(core("password/passwords.ts", 'import { Users } from "../user/users.ts"')).toEqual(["import-direction"])
  expect(core("session/sessions.ts", 'import { Passwords } from "../password/passwords.ts"')).toEqual([])
  expect(core("auth/auth.ts", 'import { identify } from "../identity/identity.ts"')).toEqual([])
})

it("a new folder of core needs a row in the table", () => {
  expect(core("passkey/a.ts", 'import { User } from "../user/user.ts"')).toEqual(["import-direction"])
})

it("the store contract and the leaves may name models, and never run them", () => {
  expect(core("store/store.ts", 'import type { User } from "../user/user.ts"')).toEqual([])
  expect(core("store/store.ts", 'import { type User, type UserId } from "../user/user.ts"')).toEqual([])
  expect(core("store/store.ts", 'import { type User, admin } from "../user/user.ts"')).toEqual(["import-direction"])
  expect(core("throttle/a.ts", 'import { Users } from "../user/users.ts"')).toEqual(["import-direction"])
  expect(core("password/passwords.ts", 'import type { User } from "../user/user.ts"')).toEqual([])
  expect(core("audit/a.ts", 'type U = import("../user/user.ts").User')).toEqual([])
})

it("in http the features stand on request, page and surface, which know none of them", () => {
  const http = (inside, text) => rulesIn(`packages/http/src/${inside}`, text)
  expect(http("surface/a.ts", 'import { loginRoutes } from "../login/routes.ts"')).toEqual(["import-direction"])
  expect(http("surface/a.ts", 'import type { LoginView } from "../login/view.ts"')).toEqual(["import-direction"])
  expect(http("page/a.tsx", 'import type { Route } from "../surface/route.ts"')).toEqual(["import-direction"])
  expect(http("request/a.ts", 'import type { Head } from "../surface/head.ts"')).toEqual(["import-direction"])
  expect(http("sessions/routes.ts", 'import { showProfile } from "../profile/routes.ts"')).toEqual(["import-direction"])
  expect(http("login/routes.ts", 'import { routeTable } from "../features.ts"')).toEqual(["import-direction"])
  expect(http("devices/routes.ts", 'import { route } from "../surface/route.ts"')).toEqual([])
  expect(http("devices/routes.ts", 'import { userBody } from "../users/user-body.ts"')).toEqual(["import-direction"])
  expect(http("login/routes.ts", 'import { route } from "../surface/route.ts"')).toEqual([])
  expect(http("profile/page.tsx", 'import { SessionsSection } from "../sessions/sessions-section.tsx"')).toEqual([])
  expect(http("features.ts", 'import { loginRoutes } from "./login/routes.ts"')).toEqual([])
  expect(http("login/page.test.tsx", 'import { routeTable } from "../features.ts"')).toEqual([])
})

it("nothing but testing.ts imports testing", () => {
  expect(core("user/users.ts", 'import { clock } from "../testing/clock.ts"')).toEqual(["testing-border"])
  expect(core("index.ts", 'export * from "./testing/clock.ts"')).toEqual(["testing-border"])
  expect(core("testing.ts", 'export * from "./testing/clock.ts"')).toEqual([])
  expect(core("user/users.test.ts", 'import { clock } from "../testing/clock.ts"')).toEqual([])
})

it("entries may import every folder, and no folder imports an entry", () => {
  expect(core("index.ts", 'export * from "./auth/auth.ts"')).toEqual([])
  expect(core("user/users.ts", 'import { Store } from "../store.ts"')).toEqual(["import-direction"])
})

it("core names no framework, no node module, and argon2 in one file", () => {
  for (const name of ["node:crypto", "hono", "express", "jose", "@latchkey/http"])
    expect(core("user/a.ts", `import x from "${name}"`)).toEqual(["package-imports"])
  expect(core("secret/digest.ts", 'import { sha256 } from "@oslojs/crypto/sha2"')).toEqual([])
  expect(core("password/argon2-hasher.ts", 'import { hash } from "@node-rs/argon2"')).toEqual([])
  expect(core("password/passwords.ts", 'import { hash } from "@node-rs/argon2"')).toEqual(["one-vendor-file"])
})

it("ENU-10 only the password folder may run the hasher", () => {
  expect(core("session/a.ts", 'import { Hasher } from "../password/password-hasher.ts"')).toEqual(["ENU-10"])
  expect(core("setup/a.ts", 'import { layer } from "../password/argon2-hasher.ts"')).toEqual(["ENU-10"])
  expect(core("auth/auth.ts", 'import { layer } from "../password/argon2-hasher.ts"')).toEqual([])
})

it("published source imports stable Effect modules one by one", () => {
  expect(core("user/a.ts", 'import { Effect } from "effect"')).toEqual(["effect-barrel"])
  for (const name of [
    "http/HttpClient",
    "persistence",
    "crypto/Digest",
    "unstable/http",
    "sql/SqlClient",
    "cli/Command"
  ])
    expect(core("user/a.ts", `import * as X from "effect/${name}"`)).toEqual(["effect-stable"])
  expect(rulesIn("packages/http/src/a.ts", 'import { Effect } from "effect"')).toEqual(["effect-barrel"])
  expect(core("user/a.ts", 'import * as Effect from "effect/Effect"')).toEqual([])
})

it("stores, http and adapters keep to their neighbours", () => {
  const refused = [
    ["packages/store-sqlite/src/a.ts", "@latchkey/core"],
    ["packages/store-sqlite/src/a.ts", "@latchkey/adapter-hono"],
    ["packages/store-sqlite/test/a.test.ts", "@latchkey/http"],
    ["packages/http/src/a.ts", "@latchkey/store-sqlite"],
    ["packages/http/src/a.ts", "node:fs"],
    ["packages/adapter-hono/src/a.ts", "@latchkey/core/store"],
    ["packages/adapter-hono/test/a.test.ts", "@latchkey/store-sqlite"]
  ]
  for (const [path, name] of refused) expect(rulesIn(path, `import "${name}"`), `${path} ${name}`).toHaveLength(1)
  expect(rulesIn("packages/store-sqlite/test/a.test.ts", 'import "@latchkey/core/testing"')).toEqual([])
  expect(rulesIn("packages/adapter-hono/src/a.ts", 'import "@latchkey/http"')).toEqual([])
  expect(rulesIn("packages/adapter-hono/src/a.ts", 'import "../../http/src/index.ts"')).toEqual(["package-border"])
})

it("conformance stands on core and http, and only tests use it", () => {
  for (const name of ["node:net", "vitest", "@latchkey/store-sqlite", "@latchkey/adapter-hono"])
    expect(rulesIn("packages/conformance/src/store/a.ts", `import "${name}"`), name).toEqual(["package-imports"])
  expect(rulesIn("packages/conformance/src/store/a.ts", 'import "@latchkey/core/store"')).toEqual([])
  expect(rulesIn("packages/conformance/src/adapter/a.ts", 'import "@latchkey/http"')).toEqual([])
  expect(rulesIn("packages/conformance/test/mixes/a.test.ts", 'import "@latchkey/store-sqlite"')).toEqual([])
  for (const name of ["core", "http", "store-sqlite", "adapter-hono"]) {
    const text = `import "@latchkey/conformance/${/http|adapter/.test(name) ? "adapter" : "store"}"`
    expect(rulesIn(`packages/${name}/src/a.test.ts`, text), name).toEqual([])
    expect(rulesIn(`packages/${name}/src/a.ts`, text), name).toEqual(["package-imports"])
  }
})

it("a mailer takes the texts of http and nothing else of it, and names its driver in one file", () => {
  for (const name of ["@latchkey/http", "@latchkey/http/german", "@latchkey/store-sqlite", "hono/html", "smtp-server"])
    expect(rulesIn("packages/mail-smtp/src/a.ts", `import "${name}"`), name).not.toEqual([])
  for (const name of ["@latchkey/core", "@latchkey/http/texts", "node:fs"])
    expect(rulesIn("packages/mail-smtp/src/a.ts", `import "${name}"`), name).toEqual([])
  expect(rulesIn("packages/mail-smtp/src/smtp-mailer.ts", 'import "nodemailer"')).toEqual([])
  expect(rulesIn("packages/mail-smtp/src/a.ts", 'import "nodemailer"')).toEqual(["one-vendor-file"])
})

it("jwt takes core and the hash of the runtime, and names jose in one file", () => {
  for (const name of [
    "@latchkey/http",
    "@latchkey/core/store",
    "@latchkey/store-sqlite",
    "node:fs",
    "jose/jwks/remote"
  ])
    expect(rulesIn("packages/jwt/src/a.ts", `import "${name}"`), name).not.toEqual([])
  for (const name of ["@latchkey/core", "node:crypto"])
    expect(rulesIn("packages/jwt/src/a.ts", `import "${name}"`), name).toEqual([])
  expect(rulesIn("packages/jwt/src/signature.ts", 'import "jose/jws/compact/verify"')).toEqual([])
  expect(rulesIn("packages/jwt/src/a.ts", 'import "jose/jws/compact/verify"')).toEqual(["one-vendor-file"])
  expect(rulesIn("packages/jwt/test/a.test.ts", 'import "@latchkey/adapter-hono"')).toEqual([])
})

it("cli knows nothing of Latchkey, and names its vendors in one file each", () => {
  for (const name of ["@latchkey/core", "@latchkey/http", "hono", "undici"])
    expect(rulesIn("packages/cli/src/login/a.ts", `import "${name}"`), name).not.toEqual([])
  expect(rulesIn("packages/cli/src/tokens/a.ts", 'import "node:fs/promises"')).toEqual([])
  expect(rulesIn("packages/cli/src/command/command.ts", 'import "commander"')).toEqual([])
  expect(rulesIn("packages/cli/src/login/log-in.ts", 'import "open"')).toEqual(["one-vendor-file"])
  expect(rulesIn("packages/cli/test/a.slow.test.ts", 'import "@latchkey/adapter-hono"')).toEqual([])
})

it("only tests reach out of their package, for the helpers that start Redis and for scripts", () => {
  const text = 'import { startRedis } from "../../../store-redis/test/servers.ts"'
  expect(rulesIn("packages/conformance/test/mixes/a.test.ts", text)).toEqual([])
  expect(rulesIn("packages/conformance/src/store/a.ts", text)).toEqual(["package-border"])
  expect(rulesIn("packages/conformance/test/mixes/a.test.ts", text.replace("/test/", "/src/"))).toEqual([
    "package-border"
  ])
})

it("a store names its driver in one file", () => {
  const text = 'const driver = await import("node:sqlite")'
  const files = ["a.ts", "b.ts", "b.test.ts"].map((name) => ({ path: `packages/store-sqlite/src/${name}`, text }))
  expect(problemsIn(files)).toMatchObject([
    { path: "packages/store-sqlite/src/b.ts", rule: "one-vendor-file", line: 1 }
  ])
})

it("core asks nobody for time, chance, settings or a console", () => {
  for (const code of ["Date.now()", "new Date()", "Math.random()", "console.log(1)", "process.env.HOME", "x.innerHTML"])
    expect(core("user/a.ts", `const a = ${code}`), code).toEqual(["pure-core"])
  expect(core("user/a.ts", '// Date.now()\nconst a = "console.log"\nconst b = new Date(0)')).toEqual([])
  expect(core("testing/clock.ts", "const a = Date.now()")).toEqual([])
})

it("TIM-05 core sets no timers", () => {
  expect(core("user/a.ts", "setTimeout(f, 2 ** 31)")).toEqual(["TIM-05"])
  expect(core("user/a.ts", "globalThis.setInterval(f, 1)")).toEqual(["TIM-05"])
})

it("INP-05 no source changes case by the locale of the machine", () => {
  expect(core("user/a.ts", 'const a = "I".toLocaleLowerCase()')).toEqual(["INP-05"])
  expect(rulesIn("packages/http/src/a.tsx", "const a = b?.toLocaleUpperCase()")).toEqual(["INP-05"])
})

it("INP-07 no expression repeats a repetition", () => {
  for (const bad of ["/^(a+)+$/", "/(?:x*)*/u", "/([a-z]+)+/", "/(\\w+){2,}$/"])
    expect(core("user/a.ts", `const a = ${bad}`), bad).toEqual(["INP-07"])
  for (const good of ["/^[a-z]+(?:-x)*$/", "/(?:[a-z]+\\.)*b/", '/"[^"]*(?:x[^"]*)*"/', "/\\(a+\\)+/", "/(a+)b/"])
    expect(core("user/a.ts", `const a = ${good}`), good).toEqual([])
})

it("a problem names the file, the line and the rule", () => {
  const [problem] = problemsIn([{ path: "packages/core/src/user/a.ts", text: "\n\nconst a = Math.random()" }])
  expect(problem).toMatchObject({ path: "packages/core/src/user/a.ts", line: 3, rule: "pure-core" })
})

it("the picture for contributors has each folder to the right of all that it uses", () => {
  const folders = {
    user: { uses: ["word", "hash"] },
    word: { uses: [] },
    time: { uses: [], names: ["user"] },
    hash: { uses: ["word"] },
    testing: { uses: "everything" }
  }
  expect(pictureOf(folders)).toBe("word · time  ←  hash  ←  user")
  expect(pictureOf({ a: { uses: ["b"] }, b: { uses: [] }, c: { uses: ["a"] } })).toBe("b  ←  a  ←  c")
})

it("admin loads stores, pages, mails and signed tokens in one file each, and no framework", () => {
  expect(rulesIn("packages/admin/src/command/open.ts", 'import "@latchkey/core"')).toEqual([])
  expect(rulesIn("packages/admin/src/store/store-from-env.ts", 'import "@latchkey/store-sqlite"')).toEqual([])
  for (const name of ["@latchkey/store-sqlite", "@latchkey/http", "@latchkey/mail-smtp", "@latchkey/jwt", "commander"])
    expect(rulesIn("packages/admin/src/users/a.ts", `import "${name}"`), name).toEqual(["one-vendor-file"])
  expect(rulesIn("packages/admin/src/users/a.ts", 'import "@latchkey/adapter-hono"')).not.toEqual([])
})
