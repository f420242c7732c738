import { expect, test } from "vitest"
import { bearer, cookiesOf, postForm, requestToken, sendJson, setUp, tokenFor } from "./client.ts"
import { type Server, startServer } from "./server.ts"

/** Not one of them is a word of ours, so wherever one turns up it was carried there. */
const passwords = {
  first: "canary of the first admin",
  changed: "canary changed in the browser",
  again: "canary changed by a program",
  wrong: "canary typed wrong",
  asName: "canary-typed-as-a-name",
  tooCommon: "canarycanarycanary",
  registered: "canary of somebody new",
  malformed: "canary in a broken body"
}

/** A secret, and the forms in which it might travel: base64, and percent-encoded as forms do. */
const formsOf = (secret: string): ReadonlyArray<string> => [
  secret,
  Buffer.from(secret).toString("base64").replaceAll("=", ""),
  Buffer.from(secret).toString("hex"),
  encodeURIComponent(secret),
  new URLSearchParams({ secret }).toString().slice("secret=".length)
]

/** Which of the secrets, by their names, are in a text. */
const foundIn = (text: string, secrets: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).some((form) => text.includes(form)) ? [name] : []
  )

/** Uses every route with canaries as secrets, in success and in failure, and gives all that the server gave out. */
const useEverything = async (server: Server): Promise<Readonly<Record<string, string>>> => {
  await fetch(server.setupLink ?? "")
  await setUp(server, "root", passwords.first)
  const login = await postForm(server, "/login", { username: "root", password: passwords.first })
  const { latchkey_session: session = "", latchkey_session_device: device = "" } = cookiesOf(login)
  await postForm(server, "/login", { username: "root", password: passwords.wrong })
  await postForm(server, "/login", { username: passwords.asName, password: "x" })
  await requestToken(server, passwords.asName, passwords.wrong)
  const change = { current_password: passwords.first, password: passwords.changed, password_confirm: passwords.changed }
  const changed = await postForm(server, "/profile/password", change, { cookie: `latchkey_session=${session}` })
  const { latchkey_session: renewed = "" } = cookiesOf(changed)

  const token = await tokenFor(server, "root", passwords.changed)
  const patch = { password: passwords.again, current_password: passwords.changed }
  await sendJson(server, "PATCH", "/users/me", patch, token)
  const latest = await tokenFor(server, "root", passwords.again)
  await sendJson(server, "PATCH", "/users/me", { password: "x", current_password: passwords.wrong }, latest)
  await sendJson(server, "POST", "/auth/register", { username: "new", password: passwords.registered })
  await sendJson(server, "POST", "/auth/register", { username: "new", password: passwords.tooCommon })
  await fetch(`${server.url}/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: `{"username": "new", "password": "${passwords.malformed}"`
  })
  await fetch(`${server.url}/users/me`, { headers: bearer(token) })
  await fetch(`${server.url}/users/me`, { headers: bearer(`${latest.slice(0, -1)}#`) })
  await fetch(`${server.url}/nothing/here?token=${latest}`)
  await fetch(`${server.url}/demo/signed-in?token=${latest}`)
  return { session, device, renewed, token, latest }
}

test("SES-02 SES-03 AUD-02 no password, token or cookie is printed, logged, or kept in clear in the store", async () => {
  const server = await startServer({
    env: {
      LATCHKEY_SESSIONS_COLLECT_USER_AGENT: "true",
      LATCHKEY_SESSIONS_COLLECT_IP: "true",
      LATCHKEY_AUDIT_CHAIN: "true"
    }
  })
  const setupToken = new URL(server.setupLink ?? "").searchParams.get("token") ?? ""
  const given = await useEverything(server)
  for (const [name, secret] of Object.entries(given)) expect(secret, name).toMatch(/^lk_(ses|dev)_/)
  const secrets = { ...passwords, ...given }

  // Killed, so that SQLite's write-ahead log is still beside the file.
  const { output, log } = await server.kill()
  expect(foundIn(output + log, secrets)).toEqual([])
  expect(output.split(setupToken)).toHaveLength(2)
  expect(log).not.toContain(setupToken)

  const bytes = server.place.bytes()
  expect(bytes).toContain("root")
  expect(bytes).toContain("password.change-refused")
  expect(foundIn(bytes, { ...secrets, setupToken })).toEqual([])
  // Nor is the random part of any, under whatever prefix: 43 characters before the check of six.
  const randomParts = Object.entries(given).map(([name, secret]) => [name, secret.slice(-49, -6)])
  expect(foundIn(bytes, Object.fromEntries(randomParts))).toEqual([])
})
