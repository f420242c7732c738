import type { WireRequest } from "@latchkey/conformance/adapter"
import { ada, answerOf, basicOf, navigation, root, tokenOf, webRequest } from "@latchkey/conformance/adapter"
import {
  type CodePurpose,
  type MailKind,
  reveal,
  SignedTokens,
  type SignedTokensShape,
  type User
} from "@latchkey/core"
import { type Mailbox, mailbox, type TestAuthOptions } from "@latchkey/core/testing"
import type { SurfaceOptions } from "@latchkey/http"
import { Validator } from "@seriousme/openapi-schema-validator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { session } from "../../test/answers.ts"
import { openSite, type Site } from "../../test/site.ts"
import { type RuledStore, ruledStore } from "../../test/stores.ts"
import { routeTable } from "../features.ts"
import { scriptPath } from "../page/script.ts"
import { stylesheetPath } from "../page/stylesheet.ts"

const TOKEN = "a-setup-token-for-tests"
const NEW_PASSWORD = "nine slow otters by the weir"

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string; readonly required: boolean }>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: unknown }>> }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: unknown }>>
  readonly security: ReadonlyArray<Readonly<Record<string, unknown>>>
}

interface Document {
  readonly openapi: string
  readonly servers: unknown
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>
    readonly securitySchemes: Readonly<Record<string, unknown>>
  }
}

const documentOf = async ({ ask }: Site): Promise<Document> => JSON.parse((await ask({ target: "/openapi.json" })).body)

const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ path, name: `${verb.toUpperCase()} ${path}`, operation }))
  )

test("the document has one operation for each route of the table, and no other", async () => {
  const document = await documentOf(await openSite())
  const inTable = routeTable.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`)
  expect(
    operationsOf(document)
      .map(({ name }) => name)
      .sort()
  ).toEqual(inTable.sort())
  expect([document.openapi, document.servers]).toEqual(["3.1.0", [{ url: "http://localhost:3000" }]])
})

/** The verdict of a validator, which may change what it is given. */
const judged = (document: object) => new Validator().validate({ ...structuredClone(document) })

/** Judged by a validator that others wrote, with the schemas of OpenAPI 3.1 and of JSON Schema 2020-12. */
test.each<[string, TestAuthOptions, SurfaceOptions]>([
  ["every route", {}, {}],
  ["mode basic", { mode: "basic" }, {}],
  ["routes that moved or are left out", {}, { routes: { users: "/v1/users", settings: false } }],
  ["a name that needs escaping, and a path", { name: '"<b> & \\', publicUrl: "https://app.example.org/a" }, {}]
])("the document is valid OpenAPI 3.1: %s", async (_, options, surfaceOptions) => {
  const document = await documentOf(await openSite(options, surfaceOptions))
  const verdict = await judged(document)
  expect(verdict).toEqual({ valid: true })
  const { openapi, paths } = document
  expect(await judged({ openapi, paths })).toMatchObject({ valid: false })
  const [path = ""] = Object.keys(paths)
  const broken = { ...document, paths: { ...paths, [path]: { get: { responses: { 200: {} } } } } }
  expect(await judged(broken)).toMatchObject({ valid: false })
})

test("every operation is whole: an id of its own, its parameters, its answers, and only names that are defined", async () => {
  const document = await documentOf(await openSite())
  const operations = operationsOf(document)
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
  for (const { path, name, operation } of operations) {
    const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, parameter]) => parameter)
    const parameters = operation.parameters ?? []
    expect(
      parameters.filter((each) => each.in === "path").map((each) => each.name),
      name
    ).toEqual(inPath)
    expect(
      parameters.filter((each) => each.in === "query").every((each) => each.required !== true),
      name
    ).toBe(true)
    expect(operation.summary, name).toMatch(/^[A-Z"]/)
    for (const [status, { description }] of Object.entries(operation.responses)) {
      expect(status, name).toMatch(/^[2-5]\d\d$/)
      expect(description.length, `${name} ${status}`).toBeGreaterThan(0)
    }
    const schemes = operation.security.flatMap((each) => Object.keys(each))
    expect(Object.keys(document.components.securitySchemes), name).toEqual(expect.arrayContaining(schemes))
  }
  const references = Array.from(JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g), ([, name]) => name)
  expect(new Set(references)).toEqual(new Set(["#/components/schemas/Problem"]))
  expect(document.components.schemas.Problem).toBeDefined()
})

test("the document names the session cookie as this site sets it", async () => {
  const https = await documentOf(await openSite({ publicUrl: "https://app.example.org" }))
  expect(https.components.securitySchemes.session).toMatchObject({ in: "cookie", name: "__Host-latchkey_session" })
  const named = await documentOf(await openSite({ cookies: { name: "acme" } }))
  expect(named.components.securitySchemes.session).toMatchObject({ name: "acme" })
})

/** Signed tokens of which only the keys matter here. */
const publishing: SignedTokensShape = {
  isStateless: false,
  oldUntil: null,
  sign: () => Effect.die("nothing is signed here"),
  read: () => Effect.succeed(null),
  readOldLink: () => Effect.succeed(null),
  publicKeys: [{ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", kid: "1" }]
}

/** The kinds of site that it takes to see every answer. */
const sites: Readonly<Record<string, TestAuthOptions>> = {
  usual: {},
  unset: { admin: null, setup: { token: TOKEN } },
  closed: { registration: "closed" },
  limited: { tokens: { perUser: 1 } },
  throttled: {
    throttle: { perAccountAndNetwork: 1, perNetwork: 1, registrations: 1, cliLogins: 1, userCodes: 1, mails: 1 }
  },
  leaving: { profile: { mayDelete: true } },
  "leaving throttled": { profile: { mayDelete: true }, throttle: { perAccountAndNetwork: 1 } },
  "leaving by basic": { profile: { mayDelete: true }, mode: "basic" },
  "without CLI logins": { cliLogin: { enabled: false } },
  "with signed tokens": { accessTokens: Layer.succeed(SignedTokens, publishing) },
  "unset throttled": { admin: null, setup: { token: TOKEN }, throttle: { perNetwork: 1 } }
}

/** How to get an answer: a request, of whom, on which kind of site. Requests to throttled sites are sent again until it is. */
interface Example extends Omit<WireRequest, "target"> {
  /** Default nobody. */
  /** `held`: a program of ada, who must choose another password. `chief`: the browser of the administrator. `acting`: theirs, while they act as ada. */
  readonly by?: "browser" | "program" | "token" | "held" | "chief" | "acting"
  readonly on?: keyof typeof sites
  /** Asked with an id that nothing has. */
  readonly isGone?: true
  /** With its question mark. */
  readonly query?: string
  /** How far a program's log-in has come. Its code, and its secret or the token that it got, stand for `{code}` and `{secret}` in all that is sent. */
  readonly login?: "begun" | "claimed" | "approved" | "collected" | "past"
  /** The site sends mails, and has sent one of this kind. Its code stands for `{secret}` in all that is sent. */
  readonly mailed?: MailKind
  /** The code of that mail was used. */
  readonly isUsed?: true
}

const login = { username: ada.username, password: ada.password }
const wrong = { username: ada.username, password: "wrong" }
const eve = { username: "eve", password: NEW_PASSWORD }
const chief = { ...eve, password_confirm: NEW_PASSWORD, token: TOKEN }
const newPassword = { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
const wrongCurrent = { ...newPassword, current_password: "wrong" }

const takesJson = { accept: "application/json" }

const device = { client_id: "acme" }
const polled = {
  grant_type: "urn:ietf:params:oauth:grant-type:device_code",
  device_code: "{secret}",
  client_id: "acme"
}
const formTooLarge = { body: "x".repeat(70_000), headers: { "content-type": "application/x-www-form-urlencoded" } }

const newPasswords = { token: "{secret}", password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }

/** The answers of a page on which people ask for a mail. */
const asked: Readonly<Record<number, Example>> = {
  202: { form: { username: "ada" }, headers: takesJson, mailed: "verify" },
  303: { form: { username: "ada" }, mailed: "verify" },
  404: { form: { username: "ada" } },
  422: { form: { username: " " }, headers: navigation, mailed: "verify" },
  429: { form: { username: "ada" }, on: "throttled", mailed: "verify" }
}

/** The answers of a page that the link of a mail opens. */
const opened = (mailed: MailKind, purpose: CodePurpose): Readonly<Record<number, Example>> => ({
  200: { headers: { ...navigation, cookie: `latchkey_session_code_${purpose}={secret}` }, mailed },
  303: { query: "?token={secret}", headers: navigation, mailed },
  400: { headers: navigation }
})

/** The answers of a form that sets a password by a code. */
const chosen = (mailed: MailKind): Readonly<Record<number, Example>> => ({
  200: { form: newPasswords, headers: takesJson, mailed },
  303: { form: newPasswords, mailed },
  400: { form: newPasswords },
  422: { form: { ...newPasswords, password_confirm: "another" }, headers: navigation, mailed },
  429: {
    form: { ...newPasswords, password: "wrong", password_confirm: "wrong" },
    mailed,
    isUsed: true,
    on: "throttled"
  }
})

/** The answers of a form that asks before a code does what it is for. */
const confirmed = (mailed: MailKind): Readonly<Record<number, Example>> => ({
  200: { form: { token: "{secret}" }, headers: takesJson, mailed },
  303: { form: { token: "{secret}" }, mailed },
  400: { form: { token: "{secret}" } }
})

/** What ada is when an administrator opens the form about her, and the form once something is typed into it. */
const seen = JSON.stringify({
  username: ada.username,
  email: null,
  isActive: true,
  isSuperuser: false,
  isVerified: false,
  mustChangePassword: false,
  roles: []
})
const edited = { seen, username: "ada.l", email: "", is_active: "on" }

/** The answers of a page that asks an administrator. */
const askedOfChief: Readonly<Record<number, Example>> = {
  200: { by: "chief" },
  303: { by: "chief", headers: navigation, isGone: true },
  404: { by: "chief", isGone: true }
}

/** The answers of its button. */
const answeredToChief: Readonly<Record<number, Example>> = {
  303: { by: "chief" },
  204: { by: "chief", headers: takesJson },
  404: { by: "chief", isGone: true }
}
/** The answers of a list of what a user has. */
const listedByChief: Readonly<Record<number, Example>> = {
  200: { by: "chief" },
  404: { by: "chief", isGone: true },
  422: { by: "chief", query: "?limit=0" }
}

/** The answers of what ends a user's session or token. */
const endedByChief: Readonly<Record<number, Example>> = { 204: { by: "chief" }, 404: { by: "chief", isGone: true } }

/** One example for each answer that is the route's own; the first is the one that all is well with. */
const examples: Readonly<Record<string, Readonly<Record<number, Example>>>> = {
  "GET /login": { 200: {}, 303: { by: "browser" } },
  "POST /login": {
    303: { form: login },
    200: { json: login },
    400: { form: wrong },
    429: { form: wrong, on: "throttled" }
  },
  "GET /logout": { 200: { by: "browser" }, 303: {} },
  "POST /logout": { 204: { by: "browser" }, 303: { by: "browser", headers: navigation } },
  "POST /auth/jwt/login": { 200: { form: login }, 400: { form: wrong }, 429: { form: wrong, on: "throttled" } },
  "POST /auth/jwt/logout": { 204: { by: "program" } },
  "GET /register": { 200: {}, 303: { by: "browser" }, 403: { on: "closed" } },
  "POST /register": {
    303: { form: eve },
    201: { json: eve },
    400: { form: { ...eve, username: "root" } },
    403: { form: eve, on: "closed" },
    422: { form: { username: "eve" }, headers: navigation },
    429: { form: { ...eve, password: "short" }, on: "throttled" }
  },
  "POST /auth/register": {
    201: { json: eve },
    400: { json: { ...eve, username: "root" } },
    403: { json: eve, on: "closed" },
    429: { json: eve, on: "throttled" }
  },
  "GET /users/me": { 200: { by: "program" } },
  "PATCH /users/me": {
    200: { by: "program", json: { username: "ada.l" } },
    400: { by: "program", json: { username: "root" } },
    403: { by: "program", json: wrongCurrent },
    429: { by: "program", json: wrongCurrent, on: "throttled" }
  },
  "DELETE /users/me": {
    204: { by: "program", on: "leaving" },
    403: { by: "program" },
    409: { by: "chief", on: "leaving" },
    429: { by: "program", json: { current_password: "wrong" }, on: "leaving throttled" }
  },
  "GET /users/me/data": { 200: { by: "program" }, 422: { by: "program", query: "?before=0" } },
  "GET /sessions": { 200: { by: "program" }, 422: { by: "program", query: "?limit=0" } },
  "DELETE /sessions": { 204: { by: "program" } },
  "DELETE /sessions/{id}": { 404: { by: "program" }, 204: { by: "program" } },
  "GET /sessions/revoke-others": { 200: { by: "browser" } },
  "POST /sessions/revoke-others": { 303: { by: "browser" }, 204: { by: "browser", headers: takesJson } },
  "GET /sessions/{id}/revoke": {
    200: { by: "browser" },
    303: { by: "browser", headers: navigation, isGone: true },
    404: { by: "browser" }
  },
  "POST /sessions/{id}/revoke": {
    404: { by: "browser" },
    303: { by: "browser" },
    204: { by: "browser", headers: takesJson }
  },
  "GET /tokens/": {
    200: { by: "program" },
    303: { by: "browser", headers: navigation, query: "?before=never" },
    403: { by: "token" },
    422: { by: "program", query: "?limit=101" }
  },
  "POST /tokens/": {
    201: { by: "program", json: { name: "Laptop" } },
    403: { by: "token", json: { name: "Laptop" } },
    409: { by: "program", json: { name: "Laptop" }, on: "limited" },
    422: { by: "program", json: { name: "" } },
    429: { by: "program", json: { name: "Laptop", current_password: "wrong" }, on: "throttled" }
  },
  "GET /tokens/{id}/rotate": {
    200: { by: "browser" },
    303: { by: "browser", headers: navigation, isGone: true },
    403: { by: "token" },
    404: { by: "program" }
  },
  "POST /tokens/{id}/rotate": {
    201: { by: "program", json: {} },
    303: { by: "browser", json: {}, headers: navigation, isGone: true },
    422: { by: "program", json: { overlap_hours: -1 } },
    403: { by: "token", json: {} },
    404: { by: "program", json: {} },
    409: { by: "program", json: {}, on: "limited" },
    429: { by: "program", json: { current_password: "wrong" }, on: "throttled" }
  },
  "DELETE /tokens/{id}": { 204: { by: "program" }, 404: { by: "program" } },
  "GET /tokens/{id}/revoke": {
    200: { by: "browser" },
    303: { by: "browser", headers: navigation, isGone: true },
    404: { by: "program" }
  },
  "POST /tokens/{id}/revoke": {
    303: { by: "browser" },
    204: { by: "browser", headers: takesJson },
    404: { by: "browser" }
  },
  "GET /setup/check": { 200: {} },
  "GET /setup/": { 200: { on: "unset" }, 404: {} },
  "POST /setup/": {
    303: { form: chief, on: "unset" },
    400: { json: { ...chief, password: "short", password_confirm: "short" }, on: "unset" },
    403: { form: { ...chief, token: "wrong" }, on: "unset" },
    404: { form: chief },
    422: { form: { ...chief, password_confirm: "another" }, on: "unset" },
    429: { form: { ...chief, token: "wrong" }, on: "unset throttled" }
  },
  "GET /profile/": {
    200: { by: "program" },
    303: { by: "browser", headers: navigation, query: "?before=never" }
  },
  "POST /profile/details": {
    303: { by: "browser", form: { username: "ada.l" } },
    200: { by: "browser", form: { username: "ada.l" }, headers: takesJson },
    422: { by: "browser", form: { username: "a b" } },
    429: {
      by: "browser",
      form: { username: "ada", email: "ada@example.org", current_password: "wrong" },
      on: "throttled"
    }
  },
  "POST /profile/password": {
    303: { by: "browser", form: newPassword },
    200: { by: "browser", form: newPassword, headers: takesJson },
    422: { by: "browser", form: { ...newPassword, password_confirm: "another" } },
    429: { by: "browser", form: wrongCurrent, on: "throttled" }
  },
  "GET /profile/data": { 200: { by: "browser" }, 422: { by: "browser", query: "?before=0" } },
  "POST /profile/data": {
    200: { by: "browser", form: {} },
    422: { by: "browser", form: { more: "x" } },
    429: { by: "browser", form: { current_password: "wrong" }, on: "throttled" }
  },
  "GET /profile/delete": { 200: { by: "browser", on: "leaving" }, 403: { by: "browser" } },
  "POST /profile/delete": {
    303: { by: "browser", form: {}, on: "leaving" },
    200: {
      form: {},
      headers: { ...navigation, authorization: basicOf(ada.username, ada.password) },
      on: "leaving by basic"
    },
    204: { by: "browser", form: {}, headers: takesJson, on: "leaving" },
    409: { by: "chief", form: {}, on: "leaving" },
    422: { by: "browser", form: { more: "x" }, on: "leaving" },
    429: { by: "browser", form: { current_password: "wrong" }, on: "leaving throttled" }
  },
  "GET /password": { 200: { by: "browser" } },
  "POST /password": {
    303: { by: "browser", form: newPassword },
    200: { by: "browser", form: newPassword, headers: takesJson },
    422: { by: "browser", form: { ...newPassword, password_confirm: "another" } },
    429: { by: "browser", form: wrongCurrent, on: "throttled" }
  },
  "GET /admin/users": {
    200: { by: "chief" },
    303: { by: "chief", headers: navigation, query: "?cursor=x" },
    403: { by: "program" },
    422: { by: "chief", query: "?hashed_password=x" }
  },
  "GET /admin/settings/": { 200: { by: "chief" }, 403: { by: "program" } },
  "PATCH /admin/settings/": {
    200: { by: "chief", json: { version: 0, values: { "sessions.idle": "30 minutes" } } },
    403: { by: "program", json: { version: 0, values: {} } },
    409: { by: "chief", json: { version: 7, values: {} } },
    422: { by: "chief", json: { version: 0, values: { "sessions.idle": "13 hours" } } }
  },
  "POST /admin/settings/": {
    303: { by: "chief", form: { version: "0", before: "{}", "sessions.idle": "30 minutes" } },
    200: { by: "chief", form: { version: "0", before: "{}" }, headers: takesJson },
    403: { by: "program", form: { version: "0", before: "{}" } },
    409: { by: "chief", form: { version: "7", before: "{}" } },
    413: { by: "chief", ...formTooLarge },
    415: { by: "chief", json: {} },
    422: { by: "chief", form: { version: "0", before: "{}", "sessions.idle": "13 hours" } },
    429: { by: "chief", form: { version: "0", before: "{}", current_password: "wrong" }, on: "throttled" }
  },
  "POST /admin/users": {
    201: { by: "chief", json: eve },
    400: { by: "chief", json: { ...eve, username: "ada" } },
    403: { by: "program", json: eve }
  },
  "GET /users/{id}": { 200: { by: "chief" }, 404: { by: "chief", isGone: true } },
  "PATCH /users/{id}": {
    200: { by: "chief", json: { username: "ada.l" } },
    400: { by: "chief", json: { username: "root" } },
    403: { by: "program", json: {} },
    404: { by: "chief", json: {}, isGone: true },
    409: { by: "chief", json: { is_active: false } },
    412: { by: "chief", json: {}, headers: { "if-match": '"stale"' } }
  },
  "DELETE /users/{id}": {
    204: { by: "chief" },
    403: { by: "program" },
    404: { by: "chief", isGone: true },
    409: { by: "chief" },
    412: { by: "chief", headers: { "if-match": '"stale"' } }
  },
  "GET /admin/users/new": { 200: { by: "chief" } },
  "POST /admin/users/new": {
    303: { by: "chief", form: eve },
    201: { by: "chief", json: eve },
    400: { by: "chief", form: { ...eve, username: "ada" } },
    422: { by: "chief", form: { ...eve, username: "a b" } },
    429: { by: "chief", form: { ...eve, current_password: "wrong" }, on: "throttled" }
  },
  "GET /admin/users/{id}": {
    200: { by: "chief" },
    303: { by: "chief", headers: navigation, isGone: true },
    404: { by: "chief", isGone: true }
  },
  "POST /admin/users/{id}": {
    303: { by: "chief", form: edited },
    200: { by: "chief", form: edited, headers: takesJson },
    400: { by: "chief", form: { ...edited, username: "root" } },
    404: { by: "chief", form: edited, isGone: true },
    409: { by: "chief", form: { ...edited, seen: seen.replace("ada", "somebody") } },
    422: { by: "chief", form: { ...edited, username: "a b" } },
    429: { by: "chief", form: { ...edited, current_password: "wrong" }, on: "throttled" }
  },
  "POST /admin/users/{id}/password-link": {
    303: { by: "chief", mailed: "verify", headers: navigation },
    204: { by: "chief", mailed: "verify" },
    404: { by: "chief", isGone: true },
    409: { by: "chief" }
  },
  "GET /admin/users/{id}/revoke": askedOfChief,
  "POST /admin/users/{id}/revoke": answeredToChief,
  "GET /admin/users/{id}/sessions/{session}/revoke": askedOfChief,
  "POST /admin/users/{id}/sessions/{session}/revoke": answeredToChief,
  "GET /admin/users/{id}/tokens/{token}/revoke": askedOfChief,
  "POST /admin/users/{id}/tokens/{token}/revoke": answeredToChief,
  "GET /admin/users/{id}/delete": askedOfChief,
  "POST /admin/users/{id}/delete": {
    303: { by: "chief", form: {} },
    204: { by: "chief", form: {}, headers: takesJson },
    404: { by: "chief", form: {}, isGone: true },
    409: { by: "chief", form: {} },
    422: { by: "chief", form: { more: "x" } },
    429: { by: "chief", form: { current_password: "wrong" }, on: "throttled" }
  },
  "GET /admin/users/{id}/impersonate": askedOfChief,
  "POST /admin/users/{id}/impersonate": {
    303: { by: "chief", form: {} },
    204: { by: "chief", form: {}, headers: takesJson },
    404: { by: "chief", form: {}, isGone: true },
    422: { by: "chief", form: { reason: "x".repeat(201) } },
    429: { by: "chief", form: { current_password: "wrong" }, on: "throttled" }
  },
  "GET /admin/impersonation/stop": { 200: { by: "acting" }, 303: { by: "chief" } },
  "POST /admin/impersonation/stop": { 303: { by: "acting" }, 204: { by: "acting", headers: takesJson } },
  "GET /admin/audit": {
    200: { by: "chief" },
    422: { by: "chief", query: "?type=never" },
    303: { by: "chief", headers: navigation, query: "?type=never" }
  },
  "GET /admin/users/{id}/sessions": listedByChief,
  "GET /admin/users/{id}/tokens": listedByChief,
  "DELETE /admin/users/{id}/sessions/{session}": endedByChief,
  "DELETE /admin/users/{id}/tokens/{token}": endedByChief,
  "DELETE /admin/users/{id}/credentials": endedByChief,
  "POST /admin/users/{id}/token": {
    200: { by: "chief", json: { reason: "Ticket 7" } },
    403: { by: "program", json: {} },
    404: { by: "chief", json: {}, isGone: true },
    422: { by: "chief", json: { expires_in: 0 } }
  },
  "POST /profile/cancel-email": {
    303: { by: "browser", form: {} },
    200: { by: "browser", form: {}, headers: takesJson }
  },
  "GET /forgot-password": { 200: { by: "browser", mailed: "verify" }, 404: {} },
  "POST /forgot-password": asked,
  "GET /verify-email/request": { 200: { by: "browser", mailed: "verify" }, 404: {} },
  "POST /verify-email/request": asked,
  "GET /reset-password": opened("reset", "reset"),
  "POST /reset-password": chosen("reset"),
  "GET /accept-invitation": opened("invite", "invite"),
  "POST /accept-invitation": chosen("invite"),
  "GET /verify-email": opened("verify", "verify"),
  "POST /verify-email": confirmed("verify"),
  "GET /confirm-email": opened("change-email", "change-email"),
  "POST /confirm-email": confirmed("change-email"),
  "GET /undo-email": opened("email-changed", "undo-email"),
  "POST /undo-email": confirmed("email-changed"),
  "POST /auth/forgot-password": {
    202: { json: { email: "ada@example.org" } },
    429: { json: { email: "ada@example.org" }, on: "throttled" }
  },
  "POST /auth/request-verify-token": {
    202: { json: { email: "ada@example.org" } },
    429: { json: { email: "ada@example.org" }, on: "throttled" }
  },
  "POST /auth/reset-password": {
    200: { json: { token: "{secret}", password: NEW_PASSWORD }, mailed: "reset" },
    400: { json: { token: "{secret}", password: NEW_PASSWORD } },
    429: { json: { token: "{secret}", password: "short" }, mailed: "reset", on: "throttled" }
  },
  "POST /auth/verify": {
    200: { json: { token: "{secret}" }, mailed: "verify" },
    400: { json: { token: "{secret}" } }
  },
  "POST /auth/cli-login": { 200: { json: { client: "acme" } }, 429: { json: {}, on: "throttled" } },
  "GET /auth/cli-login/{code}": {
    200: { login: "begun", headers: { "latchkey-secret": "{secret}" } },
    404: { query: "?secret=x" },
    405: { method: "HEAD", login: "begun", query: "?secret={secret}" },
    410: { login: "past", query: "?secret={secret}" },
    422: {},
    429: { login: "begun", query: "?secret={secret}" }
  },
  "PATCH /auth/cli-login/{code}": {
    200: { by: "browser", login: "begun" },
    404: { by: "browser" },
    409: { by: "browser", login: "begun", on: "limited" },
    410: { by: "browser", login: "past" },
    429: { by: "browser", on: "throttled" }
  },
  "DELETE /auth/cli-login/{code}": {
    204: { by: "browser", login: "begun" },
    404: { by: "browser" },
    429: { by: "browser", on: "throttled" }
  },
  "GET /auth/cli": { 200: { by: "browser" } },
  "POST /auth/cli": {
    303: { by: "browser", form: { code: "{code}" }, login: "begun" },
    200: { by: "browser", form: { code: "{code}" }, login: "begun", headers: takesJson },
    404: { by: "browser", form: { code: "{code}" } },
    410: { by: "browser", form: { code: "{code}" }, login: "past" },
    422: { by: "browser", form: { code: "no code" } },
    429: { by: "browser", form: { code: "{code}" }, on: "throttled" }
  },
  "GET /auth/cli/{id}": { 200: { by: "browser", login: "claimed" }, 404: { by: "browser" } },
  "POST /auth/cli/{id}/approve": {
    303: { by: "browser", form: { code: "{code}" }, login: "claimed" },
    200: { by: "browser", form: { code: "{code}" }, login: "claimed", headers: takesJson },
    404: { by: "browser", form: { code: "{code}" } },
    409: { by: "browser", form: { code: "{code}" }, login: "claimed", on: "limited" },
    410: { by: "browser", form: { code: "{code}" }, login: "past" },
    422: { by: "browser", form: { code: "" }, login: "claimed" },
    429: {
      by: "browser",
      form: { code: "{code}", current_password: "wrong" },
      login: "claimed",
      headers: navigation,
      on: "throttled"
    }
  },
  "POST /auth/cli/{id}/deny": {
    303: { by: "browser", form: {}, login: "claimed" },
    204: { by: "browser", form: {}, login: "claimed", headers: takesJson },
    404: { by: "browser", form: {} },
    410: { by: "browser", form: {}, login: "past" },
    422: { by: "browser", form: { user: "somebody else" }, login: "claimed" }
  },
  "POST /oauth/device_authorization": {
    200: { form: device },
    400: { form: {} },
    413: formTooLarge,
    429: { form: device, on: "throttled" }
  },
  "POST /oauth/token": { 200: { login: "approved", form: polled }, 400: { form: polled }, 413: formTooLarge },
  "POST /oauth/revoke": {
    200: { form: { token: "{secret}" }, login: "collected" },
    400: { form: {} },
    413: formTooLarge
  },
  "GET /.well-known/oauth-authorization-server": { 200: {}, 404: { on: "without CLI logins" } },
  "GET /.well-known/jwks.json": { 200: { on: "with signed tokens" }, 404: {} },
  "GET /openapi.json": { 200: {} },
  [`GET ${stylesheetPath}`]: { 200: {} },
  [`GET ${scriptPath}`]: { 200: {} }
}

/** Who sends what is no request: whoever may, gets as far as the body. */
const people = ["program", "chief"] as const

/** What any route may answer: who is not allowed, what is no request. */
const anyones: Readonly<Record<number, ReadonlyArray<Example>>> = {
  303: [{ headers: navigation }],
  400: [
    { headers: { authorization: "Bearer a, Bearer b" } },
    { by: "program", body: "a=%", headers: { "content-type": "application/x-www-form-urlencoded" } }
  ],
  401: [{}],
  403: [{ headers: { "sec-fetch-site": "cross-site" } }, { by: "token" }, { by: "held" }],
  413: people.map((by) => ({ by, body: "x".repeat(70_000) })),
  415: people.map((by) => ({ by, body: "x", headers: { "content-type": "text/plain" } })),
  422: people.map((by) => ({ by, json: [] }))
}

/** A site with ada, and the headers that she comes with. */
interface Prepared {
  readonly site: Site
  readonly ruled: RuledStore
  readonly headers: Readonly<Record<string, string>>
  readonly code: string
  readonly secret: string
  /** The id of the program's log-in, if there is one. */
  readonly id: string | null
}

const prepare = async (example: Example): Promise<Prepared> => {
  const { by, on = "usual", login, mailed } = example
  const ruled = ruledStore()
  const box = mailbox()
  const site = await openSite({
    ...sites[on],
    store: ruled.store,
    ...(mailed === undefined ? {} : { mailer: box.mailer })
  })
  const user = await site.auth.users.create({ ...ada, mustChangePassword: by === "held" })
  if (on === "limited" && login !== undefined) await tokenOf(site.auth)
  const begun = login === undefined ? { code: "BCDFGHJK", secret: "none", id: null } : await begin(site, user, login)
  if (mailed !== undefined) begun.secret = await mailedCode(site, box, mailed, example)
  const headers = by === "acting" ? await actingAs(site, user) : await headersOf(site, by)
  return { site, ruled, headers, ...begun }
}

/** The headers of an administrator's browser in which they act as a user. */
const actingAs = async ({ ask, browser }: Site, { id }: User) => {
  const headers = await browser(root)
  return session(await ask({ method: "POST", target: `/admin/users/${id}/impersonate`, form: {}, headers }))
}

const headersOf = (site: Site, by: Exclude<Example["by"], "acting">) => {
  if (by === "chief") return site.browser(root)
  return by === undefined ? {} : site[by === "held" ? "program" : by]()
}

const begin = async ({ auth, clock }: Site, user: User, login: Example["login"]) => {
  const { code, secret, id } = await auth.cliLogins.begin({ program: "acme" })
  if (login === "approved" || login === "collected") {
    await auth.cliLogins.lookUp({ user }, code)
    await auth.cliLogins.approve({ user }, id)
  }
  if (login === "collected") {
    const collected = await auth.cliLogins.collect({ secret })
    if (collected.status === "token") return { code, secret: reveal(collected.secret), id }
  }
  if (login === "claimed") await auth.cliLogins.lookUp({ user }, code)
  if (login === "past") {
    await auth.cliLogins.lookUp({ user }, code)
    await clock.advance("5 minutes")
  }
  return { code, secret: reveal(secret), id }
}

/** The code of a mail to bob, who has an address. */
const mailedCode = async ({ auth, clock }: Site, box: Mailbox, kind: MailKind, { isUsed }: Example) => {
  const email = "bob@example.org"
  const newest = async (wanted: MailKind) => {
    await clock.advance("1 second")
    return box.newest(wanted).token ?? ""
  }
  if (kind === "invite") {
    await auth.users.create({ email })
  } else {
    const isVerified = kind === "email-changed" // only a verified address gets the way back
    const bob = await auth.users.create({ username: "bob", email, password: ada.password, isVerified })
    if (kind === "verify") await auth.recovery.requestVerification(email)
    if (kind === "reset") await auth.recovery.forgot(email)
    if (kind === "change-email" || kind === "email-changed")
      await auth.users.changeSelf({ user: bob }, { email: "bob@example.com" })
    if (kind === "email-changed") await auth.recovery.changeEmail(await newest("change-email"))
  }
  const token = await newest(kind)
  if (isUsed && kind === "invite") await auth.recovery.accept(token, NEW_PASSWORD)
  if (isUsed && kind === "reset") await auth.recovery.reset(token, NEW_PASSWORD)
  return token
}

test("every status that the document names is really given, and no other: one example for each", async () => {
  const document = await documentOf(await openSite())
  const usual = {
    nobody: await prepare({}),
    browser: await prepare({ by: "browser" }),
    program: await prepare({ by: "program" }),
    token: await prepare({ by: "token" }),
    held: await prepare({ by: "held" }),
    chief: await prepare({ by: "chief" }),
    acting: await prepare({ by: "acting" })
  }
  const unseen: Array<string> = []
  for (const { path, name, operation } of operationsOf(document)) {
    for (const status of Object.keys(operation.responses).map(Number)) {
      const own = examples[name]?.[status]
      const tried = own === undefined ? (anyones[status] ?? []) : [own]
      const seen: Array<number> = []
      if (status === 503) seen.push(await statusWhileAway(name, path))
      for (const example of tried.filter(({ body }) => body === undefined || !name.startsWith("GET "))) {
        if (seen.includes(status)) break
        const prepared = own === undefined ? usual[example.by ?? "nobody"] : await prepare(example)
        seen.push(await statusOf(name, path, example, prepared, status))
      }
      if (!seen.includes(status)) unseen.push(`${name} ${status}: ${seen}`)
    }
  }
  expect(unseen).toEqual([])
})

/** The status of what all is well with, once the store is away. */
const statusWhileAway = async (name: string, path: string): Promise<number> => {
  const [example = {}] = Object.values(examples[name] ?? {})
  const prepared = await prepare(example)
  prepared.ruled.rule = () => "fail"
  return statusOf(name, path, example, prepared, 503)
}

/** Of a form that every id may have, and nobody's. */
const GONE = "00000000-0000-7000-8000-000000000000"

/** The status that an example gets, at once or, on a throttled site, after a few tries. */
const statusOf = async (name: string, path: string, example: Example, prepared: Prepared, wanted: number) => {
  const { site, headers, code, secret } = prepared
  const filled = (text: string): string => text.replace("{code}", code).replace("{secret}", secret)
  const filledIn = <Fields extends Readonly<Record<string, string>>>(fields: Fields) =>
    Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, filled(value)]))
  const id = example.isGone ? GONE : (prepared.id ?? (await idFor(path, site, headers, wanted)))
  const [method = ""] = name.split(" ")
  const request = {
    ...example,
    method: example.method ?? method,
    target: filled((await withEntry(path.replace("{id}", id), site, wanted)) + (example.query ?? "")),
    headers: { ...filledIn(Object.fromEntries(Object.entries(example.headers ?? {}))), ...headers },
    ...(example.form === undefined ? {} : { form: filledIn(example.form) }),
    ...(example.json === undefined ? {} : { json: JSON.parse(filled(JSON.stringify(example.json))) })
  }
  let status = 0
  for (let tries = 0; tries < 3 && status !== wanted; tries++) {
    status = (await answerOf(await site.surface.handle(webRequest(request), "192.0.2.7"))).status
  }
  return status
}

/** An id that leads to the wanted status. */
const idFor = async (path: string, site: Site, headers: Prepared["headers"], wanted: number): Promise<string> => {
  const isManaged = /^\/(?:admin|users)\//.test(path) && wanted !== 404 && wanted !== 503
  if (!path.includes("{id}") || (wanted >= 400 && wanted !== 409 && !isManaged)) return "never"
  if (path.startsWith("/sessions")) return ownSession(site, headers)
  if (isManaged) return userToManage(path, site, wanted)
  const { token } = await tokenOf(site.auth)
  if (wanted !== 409) return token.id
  const user = await site.auth.users.find(token.userId)
  if (user === null) throw new Error("The token's user is gone.")
  const rotated = await site.auth.tokens.rotate({ user, scopes: "all" }, token.id) // and it goes on, so there are two
  return rotated.token.id
}

/** Bob, where mails are sent to him, or ada; with a conflict ada, who has a password, or the last administrator. */
const userToManage = async (path: string, { auth }: Site, wanted: number): Promise<string> => {
  const named = async (query: string) => (await auth.users.list({ query })).items[0]?.id
  if (wanted === 409)
    return (await named(path === "/users/{id}" || path.endsWith("/delete") ? root.username : ada.username)) ?? "none"
  return (await named("bob")) ?? (await named(ada.username)) ?? "none"
}

/** A path with the id of a session or a token of ada's, if it has a place for one. */
const withEntry = async (path: string, { auth }: Site, wanted: number): Promise<string> => {
  if (wanted >= 400) return path
  if (path.includes("{session}")) return path.replace("{session}", (await auth.sessions.logIn(ada)).session.id)
  return path.includes("{token}") ? path.replace("{token}", (await tokenOf(auth)).token.id) : path
}

const ownSession = async ({ ask }: Site, headers: Readonly<Record<string, string>>): Promise<string> =>
  JSON.parse((await ask({ target: "/sessions", headers })).body)[0]?.id ?? "none"
