import { describe, expect, test } from "vitest"
import {
  basic,
  bearer,
  cookiesOf,
  goodPassword,
  jsonOf,
  makeToken,
  postForm,
  requestToken,
  sendJson,
  setUp,
  statusOfMe,
  tokenFor
} from "./client.ts"
import { adapter, newPlace } from "./combinations.ts"
import { type ServerOptions, startInVain, startServer } from "./server.ts"

/** What every refusal to start must be: told on the error stream, in words that show nothing of the inside. */
const expectRefusal = async (options: ServerOptions, message: string) => {
  const { code, output, log } = await startInVain(options)
  expect({ code, output }).toEqual({ code: 1, output: "" })
  expect(log).toContain(message)
  expect(log).not.toMatch(/^\s+at |node:internal|\.m?[jt]s:\d+|^\{/m)
}

const PLAIN = "Latchkey cannot start:\n  "
const STORE = `${PLAIN}LATCHKEY_STORE`

describe.concurrent("the settings", () => {
  test("every option can be set by its variable", async () => {
    const server = await startServer({
      env: {
        LATCHKEY_NAME: "Harbour",
        LATCHKEY_PREFIX: "hbr",
        LATCHKEY_COOKIES_NAME: "harbour",
        LATCHKEY_SESSIONS_IDLE: "5 minutes",
        LATCHKEY_SESSIONS_ABSOLUTE: "10 minutes",
        LATCHKEY_SESSIONS_COLLECT_IP: "true",
        LATCHKEY_SESSIONS_COLLECT_USER_AGENT: "true",
        LATCHKEY_PASSWORDS_MINIMUM: "8",
        LATCHKEY_THROTTLE_PER_ACCOUNT_AND_NETWORK: "1",
        LATCHKEY_THROTTLE_REGISTRATIONS: "1"
      }
    })
    expect(server.output()).toContain(`Harbour is listening on ${server.url} (${adapter}, ${server.place.store})`)
    expect(server.setupLink).toMatch(/\?token=hbr_set_/)
    await setUp(server, "root", "8 chars!")

    const token = await tokenFor(server, "root", "8 chars!")
    expect(token).toMatch(/^hbr_ses_/)
    const listed = await fetch(`${server.url}/sessions`, { headers: { authorization: `Bearer ${token}` } })
    const [session] = await jsonOf<[{ created_at: string; expires_at: string }]>(listed)
    expect(session).toMatchObject({ ip: "127.0.0.1", user_agent: "node", current: true })
    expect(Date.parse(session.expires_at) - Date.parse(session.created_at)).toBe(5 * 60_000)

    const login = await postForm(server, "/login", { username: "root", password: "8 chars!" })
    expect(Object.keys(cookiesOf(login))).toEqual(["harbour", "harbour_device"])
    // All at once: the first delay is a second.
    const six = [1, 2, 3, 4, 5, 6]
    const logins = await Promise.all(six.map(() => requestToken(server, "root", "wrong")))
    expect(logins.map(({ status }) => status)).toContain(429)
    const newcomer = (n: number) => ({ username: `newcomer${n}`, password: "8 chars!" })
    const made = await Promise.all(six.map((n) => sendJson(server, "POST", "/auth/register", newcomer(n))))
    const refused = made.find(({ status }) => status === 429)
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0)
  })

  const seed = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }

  test("PAT-05 PAT-10 lifetimes, scopes and number of access tokens are as their variables say", async () => {
    const env = {
      LATCHKEY_TOKENS_LIFETIME: "2 days",
      LATCHKEY_TOKENS_LONGEST: "3 days",
      LATCHKEY_TOKENS_MAY_BE_ENDLESS: "true",
      LATCHKEY_TOKENS_PER_USER: "2",
      LATCHKEY_TOKENS_OVERLAP: "1 hour",
      LATCHKEY_TOKENS_SCOPES: "shelf:read = Read the shelf, shelf:write=Fill it"
    }
    const server = await startServer({ env: { ...seed, ...env } })
    const session = await tokenFor(server, "root")
    const post = (path: string, fields: object) => sendJson(server, "POST", path, fields, session)
    const make = (fields: object) => post("/tokens/", { name: "runner", ...fields })
    type Token = { id: string; scopes: ReadonlyArray<string>; created_at: string; expires_at: string }
    const spanOf = (token: Token) => Date.parse(token.expires_at) - Date.parse(token.created_at)

    expect((await make({ expires_in_days: 4 })).status).toBe(422)
    expect((await make({ scopes: ["demo:read"] })).status).toBe(422)
    const usual = await jsonOf<Token>(await make({ scopes: ["shelf:read", "shelf:write"] }))
    expect(usual.scopes).toEqual(["shelf:read", "shelf:write"])
    expect(spanOf(usual)).toBe(2 * 86_400_000)
    expect((await jsonOf<Token>(await make({ expires_in_days: "never" }))).expires_at).toBe(null)
    expect((await make({})).status).toBe(409)

    expect((await post(`/tokens/${usual.id}/rotate`, {})).status).toBe(201)
    const all = await fetch(`${server.url}/tokens/`, { headers: bearer(session) })
    const old = (await jsonOf<ReadonlyArray<Token>>(all)).find(({ id }) => id === usual.id)
    const end = Date.parse(old?.expires_at ?? "")
    expect(end).toBeGreaterThan(Date.now() + 50 * 60_000)
    expect(end).toBeLessThanOrEqual(Date.now() + 60 * 60_000)
  })

  test("PAT-08 with access tokens turned off those from before open nothing, and on again they do", async () => {
    const place = newPlace()
    const before = await startServer({ place, env: seed })
    const session = await tokenFor(before, "root")
    const { token } = await makeToken(before, session)
    const home = async (url: string) => (await fetch(url, { headers: bearer(session) })).text()
    expect(await home(before.url)).toContain(">Tokens<")
    await before.stop()

    const off = await startServer({ place, env: { ...seed, LATCHKEY_TOKENS_ENABLED: "false" } })
    expect(await statusOfMe(off, bearer(token))).toBe(401)
    expect(await statusOfMe(off, basic("__token__", token))).toBe(401)
    expect(await statusOfMe(off, bearer(session))).toBe(200)
    expect((await sendJson(off, "POST", "/tokens/", { name: "runner" }, session)).status).toBe(403)
    expect(await home(off.url)).not.toContain(">Tokens<")
    await off.stop()

    const on = await startServer({ place, env: seed })
    expect(await statusOfMe(on, bearer(token))).toBe(200)
  })

  test("BAS-04 in mode basic a user and password open every page, no cookie does, and only programs log in", async () => {
    const place = newPlace()
    const before = await startServer({ place, env: seed })
    const login = await postForm(before, "/login", { username: "root", password: goodPassword })
    const cookie = `latchkey_session=${cookiesOf(login).latchkey_session}`
    expect(await statusOfMe(before, { cookie })).toBe(200)
    await before.stop()

    const server = await startServer({ place, env: { ...seed, LATCHKEY_MODE: "basic" } })
    const page = (path: string, headers: Readonly<Record<string, string>>) =>
      fetch(`${server.url}${path}`, { redirect: "manual", headers: { accept: "text/html", ...headers } })
    for (const path of ["/profile/", "/tokens/", "/demo/signed-in"]) {
      const asked = await page(path, { cookie })
      expect({ path, status: asked.status }).toEqual({ path, status: 401 })
      expect(asked.headers.get("www-authenticate")).toBe('Basic realm="latchkey", charset="UTF-8"')
      const entered = await page(path, basic("root", goodPassword))
      expect({ path, status: entered.status, cookies: entered.headers.getSetCookie() }).toEqual({
        path,
        status: 200,
        cookies: []
      })
      expect((await page(path, basic("root", "not the password"))).status).toBe(401)
    }
    expect((await page("/login", {})).status).toBe(404)
    expect(await statusOfMe(server, bearer(await tokenFor(server, "root")))).toBe(200)
  })

  test("registration can be closed, and users can log in by address alone", async () => {
    const server = await startServer({ env: { LATCHKEY_REGISTRATION: "closed", LATCHKEY_LOGINS: "email" } })
    const page = await (await fetch(server.setupLink ?? "")).text()
    expect(page).toContain('name="email"')
    expect(page).not.toContain('name="username"')
    const refused = await sendJson(server, "POST", "/auth/register", { email: "a@example.org", password: goodPassword })
    expect(refused.status).toBe(403)
  })

  test.each([
    [
      "a misspelt option",
      { LATCHKEY_SESSION_IDLE: "1 hour" },
      `${PLAIN}LATCHKEY_SESSION_IDLE is not an option of Latchkey\n`
    ],
    ["a value of the wrong kind", { LATCHKEY_SESSIONS_IDLE: "soon" }, `${PLAIN}sessions.idle must be a duration`],
    [
      "options that disagree",
      { LATCHKEY_SESSIONS_IDLE: "2 days" },
      `${PLAIN}sessions.idle must not exceed sessions.abs`
    ],
    [
      "another store",
      { LATCHKEY_STORE: "postgres://db" },
      `${STORE} must be "sqlite:<path>", "redis://<host>:<port>" or`
    ],
    [
      "Redis nowhere",
      { LATCHKEY_STORE: "redis://:secret@" },
      `${STORE} must be "sqlite:<path>", "redis://<host>:<port>"`
    ],
    ["users apart", { LATCHKEY_STORE: "memory;users=memory" }, `${STORE} can name another store only for sessions,`],
    ["a part twice", { LATCHKEY_STORE: "memory;audit=memory;audit=memory" }, `${STORE} names two stores for audit`],
    ["another adapter", { LATCHKEY_ADAPTER: "koa" }, `${PLAIN}LATCHKEY_ADAPTER must be`],
    ["a port that is none", { PORT: "70000" }, `${PLAIN}PORT must be a number from 1 to 65535`],
    [
      "plain http elsewhere",
      { LATCHKEY_PUBLIC_URL: "http://a.example" },
      "Without https, anyone on the network can steal a session"
    ],
    ["another mode", { LATCHKEY_MODE: "digest" }, `${PLAIN}mode must be one of session, basic`],
    ["a scope of ours that there is not", { LATCHKEY_TOKENS_SCOPES: "latchkey:all=All" }, "must be scopes with their"],
    ["tokens that outlive the longest", { LATCHKEY_TOKENS_LIFETIME: "2000 days" }, "tokens.lifetime must not exceed"],
    ["a cookie name that is none", { LATCHKEY_COOKIES_NAME: "1st" }, "the first a letter"],
    ["an administrator without password", { LATCHKEY_ADMIN_USERNAME: "root" }, "set `admin.password`"],
    [
      "a password without administrator",
      { LATCHKEY_ADMIN_PASSWORD: goodPassword },
      "admin needs a username or an email"
    ]
  ])("with %s the server does not start, and says why", async (_, env, message) => {
    await expectRefusal({ env }, message)
  })

  test("all that is wrong with the options is said at once", async () => {
    const env = { LATCHKEY_SESSIONS_IDLE: "soon", LATCHKEY_LOGINS: "phone", LATCHKEY_AUDIT_CHAIN: "maybe" }
    await expectRefusal({ env }, "logins must be one of both, username, email\n  sessions.idle must be")
    await expectRefusal({ env }, "audit.chain must be true or false\n")
  })

  test("a configured administrator with a common password is refused, and it is not printed", async () => {
    const secret = "passwordpassword"
    const env = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: secret }
    const { code, log } = await startInVain({ env })
    expect(code).toBe(1)
    expect(log).toContain("among the first that an attacker tries")
    expect(log).not.toContain(secret)
  })

  test.each([
    ["left in from an example", "change-me-change-me"],
    ["too short", "k7Q2vX9mB4nT8rW"]
  ])("SET-09 a setup token that is %s is refused", async (_, token) => {
    await expectRefusal({ env: { LATCHKEY_SETUP_TOKEN: token } }, `${PLAIN}setup.token must be at least 16 characters`)
  })

  test.each([
    ["in production", { NODE_ENV: "production" }],
    ["under a public address", { LATCHKEY_PUBLIC_URL: "https://app.example.org" }]
  ])("SET-08 dev mode is refused %s", async (_, env) => {
    const message = `${PLAIN}unsafeDevMode is refused in production`
    await expectRefusal({ env: { LATCHKEY_UNSAFE_DEV_MODE: "true", ...env } }, message)
  })

  test("SET-08 dev mode on this machine is told in the log and on every answer", async () => {
    const server = await startServer({ env: { LATCHKEY_UNSAFE_DEV_MODE: "true" } })
    expect(server.log()).toContain("unsafeDevMode is on")
    const answers = [await fetch(`${server.url}/login`), await fetch(`${server.url}/users/me`)]
    expect(answers.map(({ headers }) => headers.get("x-latchkey-unsafe"))).toEqual(["dev", "dev"])
  })

  test("COO-01 under an https address the cookies have the __Host- prefix and Secure", async () => {
    const publicUrl = "https://app.example.org"
    const server = await startServer({ env: { LATCHKEY_PUBLIC_URL: publicUrl } })
    expect(server.setupLink).toMatch(/^https:\/\/app\.example\.org\/setup\/\?token=/)
    const here = { url: server.url, setupLink: server.setupLink }
    const fromPage = { origin: publicUrl }
    const token = new URL(here.setupLink ?? "").searchParams.get("token") ?? ""
    const admin = { username: "root", email: "", password: goodPassword, password_confirm: goodPassword, token }
    expect((await postForm(here, "/setup/", admin, fromPage)).status).toBe(303)
    const login = await postForm(here, "/login", { username: "root", password: goodPassword }, fromPage)
    const [session = "", device = ""] = login.headers.getSetCookie()
    expect(session).toMatch(/^__Host-latchkey_session=lk_ses_[\w.-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(device).toMatch(
      /^__Host-latchkey_session_device=lk_dev_[\w.-]+; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/
    )
  })
})
