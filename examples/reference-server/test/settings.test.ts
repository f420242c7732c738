import { readdirSync } from "node:fs"
import { createServer } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { cookiesOf, goodPassword, postForm, register, requestToken, sendJson, setUp, tokenFor } from "./client.ts"
import { type Ended, freePort, newFolder, startInVain, startServer } from "./server.ts"

/** What must be true of every refusal to start: it is told to people, and shows nothing of the inside. */
const expectPlainRefusal = ({ code, output, log }: Ended) => {
  expect(code).toBe(1)
  expect(output).toBe("")
  expect(log).not.toMatch(/^\s+at |node:internal|\.m?[jt]s:\d+/m)
}

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
  expect(server.output()).toContain(`Harbour is listening on ${server.url} (hono, sqlite:${server.database})`)
  expect(server.setupLink).toMatch(/\?token=hbr_set_/)
  await setUp(server, "root", "8 chars!")

  const token = await tokenFor(server, "root", "8 chars!")
  expect(token).toMatch(/^hbr_ses_/)
  const listed = await fetch(`${server.url}/sessions`, {
    headers: { authorization: `Bearer ${token}`, "user-agent": "harbour-cli/1.0" }
  })
  const [session] = await listed.json()
  expect(session).toMatchObject({ ip: "127.0.0.1", user_agent: "harbour-cli/1.0", current: true })
  expect(Date.parse(session.expires_at) - Date.parse(session.created_at)).toBe(5 * 60_000)

  const login = await postForm(server, "/login", { username: "root", password: "8 chars!" })
  expect(Object.keys(cookiesOf(login))).toEqual(["harbour", "harbour_device"])
  const refusals = [await requestToken(server, "root", "wrong"), await requestToken(server, "root", "wrong")]
  expect(refusals.map(({ status }) => status)).toEqual([400, 429])
  await register(server, "first", "8 chars!")
  const second = await sendJson(server, "POST", "/auth/register", { username: "second", password: "8 chars!" })
  expect(second.status).toBe(429)
  expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(0)
})

test("registration can be closed, and users can log in by address alone", async () => {
  const server = await startServer({ env: { LATCHKEY_REGISTRATION: "closed", LATCHKEY_LOGINS: "email" } })
  const page = await (await fetch(server.setupLink ?? "", { headers: { accept: "text/html" } })).text()
  expect(page).not.toContain('name="username"')
  const refused = await sendJson(server, "POST", "/auth/register", { email: "a@example.org", password: goodPassword })
  expect(refused.status).toBe(403)
})

test.each([
  [
    "a misspelt option",
    { LATCHKEY_SESSION_IDLE: "1 hour" },
    "Latchkey cannot start:\n  LATCHKEY_SESSION_IDLE is no option\n"
  ],
  [
    "a value of the wrong kind",
    { LATCHKEY_SESSIONS_IDLE: "soon" },
    'sessions.idle must be a duration such as "30 days"'
  ],
  [
    "values that contradict each other",
    { LATCHKEY_SESSIONS_IDLE: "2 days" },
    "sessions.idle must not exceed sessions.absolute"
  ],
  [
    "a store of another kind",
    { LATCHKEY_STORE: "postgres://db" },
    'LATCHKEY_STORE must be "sqlite:<path>" or "memory"'
  ],
  ["an adapter of another kind", { LATCHKEY_ADAPTER: "koa" }, 'LATCHKEY_ADAPTER must be "hono"'],
  ["a port that is none", { PORT: "70000" }, "PORT must be a number from 1 to 65535"],
  [
    "PWD-01 a hash below the floor",
    { LATCHKEY_PASSWORDS_ARGON2_PASSES: "1" },
    "passwords.argon2 is below OWASP's floor"
  ],
  [
    "PWD-04 a minimum below eight",
    { LATCHKEY_PASSWORDS_MINIMUM: "7" },
    "passwords.minimum must be a whole number from 8 to 64"
  ],
  [
    "SET-09 a setup token left in from an example",
    { LATCHKEY_SETUP_TOKEN: "change-me-change-me" },
    "setup.token must be at least 16"
  ],
  [
    "SET-09 a setup token that is too short",
    { LATCHKEY_SETUP_TOKEN: "k7Q2vX9mB4nT8rW" },
    "setup.token must be at least 16"
  ],
  [
    "SET-08 dev mode in production",
    { LATCHKEY_UNSAFE_DEV_MODE: "true", NODE_ENV: "production" },
    "unsafeDevMode is refused in production"
  ],
  [
    "SET-08 dev mode under a public address",
    { LATCHKEY_UNSAFE_DEV_MODE: "true", LATCHKEY_PUBLIC_URL: "https://app.example.org" },
    "unsafeDevMode is refused"
  ],
  ["an address with a path", { LATCHKEY_PUBLIC_URL: "https://example.org/app" }, "publicUrl must be an origin such as"],
  [
    "plain http on a public address",
    { LATCHKEY_PUBLIC_URL: "http://app.example.org" },
    "without https, anyone on the way can take a session"
  ],
  ["a cookie name that is none", { LATCHKEY_COOKIES_NAME: "1st" }, "must begin with a letter"],
  ["an administrator without a password", { LATCHKEY_ADMIN_USERNAME: "root" }, "`admin.password` is needed"],
  ["an administrator without a name", { LATCHKEY_ADMIN_PASSWORD: goodPassword }, "admin needs a username or an email"],
  [
    "an administrator with a weak password",
    { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: "passwordpassword" },
    "password"
  ],
  [
    "an administrator with an impossible name",
    { LATCHKEY_ADMIN_USERNAME: "a b", LATCHKEY_ADMIN_PASSWORD: goodPassword },
    "username"
  ]
])("%s: it does not start, and says why", async (_, env, message) => {
  const refused = await startInVain({ env })
  expectPlainRefusal(refused)
  expect(refused.log).toContain(message)
  expect(refused.log).not.toContain("passwordpassword")
})
