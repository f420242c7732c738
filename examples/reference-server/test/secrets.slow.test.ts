import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import {
  basic,
  bearer,
  cookieFor,
  cookiesOf,
  goodPassword,
  jsonOf,
  type MadeToken,
  postForm,
  requestToken,
  sendJson,
  setUp,
  tokenFor
} from "./client.ts"
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

/** What base64 makes of a secret, also when other bytes stand before and behind it, as in Basic credentials. */
const inBase64 = (secret: string): ReadonlyArray<string> =>
  [0, 1, 2].map((before) => {
    const text = Buffer.from("?".repeat(before) + secret).toString("base64")
    return text.slice(before === 0 ? 0 : before + 1).replace(/.=*$/, "")
  })

/** A secret, and the forms in which it might travel: base64, and percent-encoded as forms do. */
const formsOf = (secret: string): ReadonlyArray<string> => [
  secret,
  ...inBase64(secret),
  Buffer.from(secret).toString("hex"),
  encodeURIComponent(secret),
  new URLSearchParams({ secret }).toString().slice("secret=".length)
]

/** Which of the secrets, by their names, are in a text. */
const foundIn = (text: string, secrets: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).some((form) => text.includes(form)) ? [name] : []
  )

/** What of a credential nobody can guess: 43 characters before the check of six. */
const randomPartOf = (secret: string): string => secret.slice(-49, -6)

const mapped = (secrets: Readonly<Record<string, string>>, change: (secret: string) => string) =>
  Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, change(secret)]))

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
  // Nor is the random part of any, under whatever prefix.
  expect(foundIn(bytes, mapped(given, randomPartOf))).toEqual([])
})

/** Everything that the server says to a client: each answer's status, headers and body. */
interface Said {
  readonly request: string
  readonly status: number
  readonly head: string
  readonly body: string
}

/** The user names and places under which a token may come, and that it opens something under each. */
const waysOf = (token: string): ReadonlyArray<{ readonly authorization: string }> => [
  bearer(token),
  ...["__token__", "x-access-token", "oauth2", "root"].map((user) => basic(user, token)),
  basic(token, "")
]

/** Makes, uses, mistypes, lists, rotates and revokes tokens, on the page and as a program, and hears all that is said. */
const leadLivesOfTokens = async (server: Server) => {
  const heard: Array<Said> = []
  const hear = async (request: string, answer: Promise<Response>) => {
    const response = await answer
    const head = Array.from(response.headers, ([name, value]) => `${name}: ${value}`).join("\n")
    heard.push({ request, status: response.status, head, body: await response.clone().text() })
    return response
  }
  const cookie = await cookieFor(server, "root")
  const session = await tokenFor(server, "root")
  const get = (path: string, headers: Readonly<Record<string, string>>) =>
    hear(`GET ${path}`, fetch(`${server.url}${path}`, { redirect: "manual", headers }))
  const onPage = (path: string, fields = {}) => hear(`page ${path}`, postForm(server, path, fields, { cookie }))
  const byProgram = (method: "POST" | "DELETE", path: string, fields?: object) =>
    hear(`${method} ${path}`, sendJson(server, method, path, fields, session))
  const lists = async () => {
    for (const path of ["/tokens/", "/profile/", "/", "/openapi.json"]) await get(path, { cookie, accept: "text/html" })
    await get("/tokens/", bearer(session))
  }
  const textOn = async (page: Response) => /id="issued-token"[^>]*>(lk_pat_\w+)</.exec(await page.text())?.[1] ?? ""
  const idOf = async (token: string) => {
    const all = await jsonOf<ReadonlyArray<{ id: string; hint: string }>>(await get("/tokens/", bearer(session)))
    return all.find(({ hint }) => token.endsWith(hint))?.id
  }

  const fields = { name: "by page", expires_in_days: "30", "scope:demo:read": "on" }
  const byPage = await textOn(await onPage("/tokens/", fields))
  const wanted = { name: "by a program", scopes: ["demo:read"] }
  const made = await jsonOf<MadeToken>(await byProgram("POST", "/tokens/", wanted))
  const pageRotated = await textOn(await onPage(`/tokens/${await idOf(byPage)}/rotate`))
  const rotated = await jsonOf<MadeToken>(await byProgram("POST", `/tokens/${made.id}/rotate`, { overlap_hours: 1 }))
  const ended = await jsonOf<MadeToken>(await byProgram("POST", "/tokens/", { ...wanted, name: "ended on the page" }))
  const deleted = await jsonOf<MadeToken>(await byProgram("POST", "/tokens/", { ...wanted, name: "ended" }))
  const live = { byPage, byProgram: made.token, pageRotated, rotated: rotated.token }
  const dead = { ended: ended.token, deleted: deleted.token }
  const tokens = { ...live, ...dead }

  const useAll = async () => {
    for (const token of Object.values(tokens)) {
      for (const way of waysOf(token)) {
        await get("/demo/scope", way)
        await get("/tokens/", { ...way, accept: "text/html" })
      }
    }
  }
  await useAll()
  await lists()
  await onPage(`/tokens/${ended.id}/revoke`)
  await byProgram("DELETE", `/tokens/${deleted.id}`)
  const sinceRevoked = heard.length
  await useAll()
  await lists()
  const afterRevoked = heard.slice(sinceRevoked)

  const mistyped = `${made.token.slice(0, -1)}${made.token.endsWith("0") ? "1" : "0"}`
  for (const way of waysOf(mistyped)) await get("/demo/scope", { ...way, accept: "text/html" })
  await get("/demo/scope", { cookie: `latchkey_session=${made.token}` })
  await get(`/demo/scope?access_token=${made.token}`, {})
  await onPage("/tokens/", { name: "by page", expires_in_days: "30", current_password: made.token })
  await onPage("/login", { username: "root", password: made.token })
  await byProgram("POST", "/tokens/", { name: "by a program", scopes: [made.token] })
  // A name and an address come back to whoever sent them, so of these only what is kept is looked at.
  await postForm(server, "/login", { username: made.token, password: made.token })
  await fetch(`${server.url}/demo/scope?access_token=${made.token}`, { headers: { accept: "text/html" } })
  return { heard, afterRevoked, live, tokens }
}

test("what looks for secrets finds them in every form in which they travel", () => {
  const token = `lk_pat_${"Zq4".repeat(24).slice(0, 71)}`
  const secrets = { token, part: randomPartOf(token) }
  const forms = [token, `?access_token=${token}`, Buffer.from(`.${token}.`).toString("hex")]
  const sent = [...forms, ...waysOf(token).map(({ authorization }) => authorization)]
  for (const text of sent) expect(foundIn(text, secrets), text).toEqual(["token", "part"])
  expect(foundIn(sent.join(), { other: "a canary that was not sent" })).toEqual([])
})

test("PAT-02 PAT-03 a token's text is in the one no-store answer that makes it, and in nothing else that is said, logged or kept", async () => {
  const server = await startServer({
    env: {
      LATCHKEY_ADMIN_USERNAME: "root",
      LATCHKEY_ADMIN_PASSWORD: goodPassword,
      LATCHKEY_SESSIONS_COLLECT_USER_AGENT: "true",
      LATCHKEY_SESSIONS_COLLECT_IP: "true",
      LATCHKEY_AUDIT_CHAIN: "true"
    }
  })
  const { heard, afterRevoked, live, tokens } = await leadLivesOfTokens(server)
  for (const [name, token] of Object.entries(tokens)) expect(token, name).toMatch(/^lk_pat_\w{71}$/)
  const uses = afterRevoked.filter(({ request }) => request === "GET /demo/scope").map(({ status }) => status)
  expect(uses).toEqual([...Array(4 * 6).fill(200), ...Array(2 * 6).fill(401)])

  const secrets = mapped(tokens, randomPartOf)
  const telling = heard.filter(({ head, body }) => foundIn(head + body, secrets).length > 0)
  expect(telling.map(({ body }) => foundIn(body, secrets))).toEqual(Object.keys(tokens).map((name) => [name]))
  for (const { request, status, head, body } of telling) {
    expect({ request, status }).toEqual({ request: expect.stringMatching(/^(page|POST) /), status: 201 })
    expect(head).toMatch(/^cache-control: no-store$/m)
    expect(foundIn(head, secrets)).toEqual([])
    expect(new Set(body.match(/lk_pat_\w{71}/g)).size).toBe(1) // a page has it in the lines that use it too
  }

  // Killed, so that SQLite's write-ahead log is still beside the file.
  const { output, log } = await server.kill()
  const bytes = server.place.bytes()
  const dump = await server.place.dump()
  const hashes = mapped(live, (token) => createHash("sha256").update(token).digest("hex"))
  for (const kept of [bytes, dump]) expect(foundIn(kept, hashes)).toEqual(Object.keys(live))
  for (const text of [output, log, bytes, dump]) expect(foundIn(text, { ...tokens, ...secrets })).toEqual([])
})
