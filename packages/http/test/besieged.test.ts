import { ada, cookieSetBy, root, type WireAnswer } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { NEW_PASSWORD, withAda } from "./answers.ts"
import { as } from "./basic-site.ts"

/*
 * What an owner can do while somebody with many addresses guesses at the account. In each test the account is shut for whoever
 * comes from a new address.
 */

const throttle = { perAccountAndNetwork: 20, perAccount: 30 }
const right = { username: "ada", password: ada.password }
const OWN = "192.0.2.1"
const NEW = "198.51.100.77"

type Site = Awaited<ReturnType<typeof withAda>>

/** A dozen addresses guess, three times each. */
const besiege = async ({ ask, auth }: Site): Promise<void> => {
  for (let at = 0; at < 36; at++) {
    const peer = `203.0.113.${at % 12}`
    await (auth.settings.mode === "basic"
      ? ask({ target: "/users/me", headers: as("ada", `wrong-${at}`) }, peer)
      : ask({ target: "/auth/jwt/login", form: { ...right, password: `wrong-${at}` } }, peer))
  }
}

/** The headers of a browser with the cookies that an answer set. */
const browserWith = (answer: WireAnswer) => {
  const names = ["latchkey_session", "latchkey_session_device"]
  const cookie = names.map((name) => `${name}=${cookieSetBy(answer, name)}`).join("; ")
  return { cookie, "sec-fetch-site": "same-origin" }
}

test("RAT-18 at the token endpoint a program gets in from the network where its password was right", async () => {
  const site = await withAda({ throttle })
  const logIn = async (peer: string) => (await site.ask({ target: "/auth/jwt/login", form: right }, peer)).status
  expect(await logIn(OWN)).toBe(200)
  await besiege(site)
  expect([await logIn(NEW), await logIn(OWN), await logIn(OWN)]).toEqual([429, 200, 200])
})

test("RAT-18 in mode basic a program gets in from the network where its password was right", async () => {
  const site = await withAda({ throttle, mode: "basic" })
  const read = async (peer: string) =>
    (await site.ask({ target: "/users/me", headers: as("ada", ada.password) }, peer)).status
  expect(await read(OWN)).toBe(200)
  await site.clock.advance("1 minute") // its password is no longer remembered, and is hashed again
  await besiege(site)
  expect([await read(OWN), await read(NEW)]).toEqual([200, 200])
  await site.clock.advance("1 minute")
  await besiege(site)
  expect([await read("198.51.100.78"), await read(OWN)]).toEqual([429, 200])
})

test("RAT-03 an owner with a session and a known device changes the password, from any address", async () => {
  const site = await withAda({ throttle })
  const browser = browserWith(await site.ask({ target: "/login", form: right }, OWN))
  await besiege(site)
  // A thief with the session guesses at the current password too.
  const { auth, ask, id } = site
  const { session } = await auth.sessions.open((await auth.users.find(id)) ?? fail())
  for (let at = 0; at < 36; at++) {
    const client = { ip: `203.0.113.${at % 12}`, userAgent: null }
    await auth.sessions.confirm(session, `wrong-${at}`, client).catch(() => {})
  }
  const change = { current_password: ada.password, password: NEW_PASSWORD }
  const patch = (headers: Readonly<Record<string, string>>) =>
    ask({ method: "PATCH", target: "/users/me", json: change, headers }, NEW)
  const [cookie = ""] = browser.cookie.split("; ")
  expect((await patch({ ...browser, cookie })).status).toBe(429)
  const changed = await patch(browser)
  expect(changed.status).toBe(200)
  const form = { username: "ada", password: NEW_PASSWORD }
  expect((await ask({ target: "/login", form }, NEW)).status).toBe(429)
  expect((await ask({ target: "/login", form, headers: browserWith(changed) }, NEW)).status).toBe(303)
})

const fail = (): never => {
  throw new Error("nobody")
}

test("RAT-16 guesses at a username do not shut its address, so nobody learns that they are one account", async () => {
  const site = await withAda({ throttle })
  await site.auth.users.change(site.id, { email: "ada@example.org" })
  const guess = async (username: string) =>
    (await site.ask({ target: "/auth/jwt/login", form: { username, password: "wrong" } })).status
  const statuses: Array<number> = []
  for (let at = 0; at < 21; at++) statuses.push(await guess("ada"))
  expect(statuses).toEqual([...Array(20).fill(400), 429])
  expect([await guess("ada@example.org"), await guess("nobody@example.org")]).toEqual([400, 400])
})

test("RAT-13 ENU-07 four hundred changes of one's own name tell a few names that are taken, not four hundred", async () => {
  const site = await withAda({ throttle: { registrations: 10 } })
  const headers = await site.program(ada)
  const answers: Array<number> = []
  for (let at = 0; at < 400; at++) {
    const request = { method: "PATCH", target: "/users/me", json: { username: root.username }, headers }
    answers.push((await site.ask(request, `203.0.113.${at % 250}`)).status)
  }
  expect(answers.filter((status) => status === 400)).toHaveLength(10)
  expect(answers.filter((status) => status === 429)).toHaveLength(390)
})
