import { beforeAll, describe, expect, test } from "vitest"
import { bearer, goodPassword, jsonOf, makeToken, requestToken, sendJson, statusOfMe, tokenFor } from "./client.ts"
import { newPlace } from "./combinations.ts"
import { type CapturedMail, type Mails, newMails } from "./mails.ts"
import { type Server, startServer } from "./server.ts"

/** How often each race is run. A nightly run asks for more. */
const ROUNDS = Number(process.env.RECOVERY_ROUNDS ?? 12)
const RESETS = 16

const env = {
  LATCHKEY_ADMIN_USERNAME: "root",
  LATCHKEY_ADMIN_PASSWORD: goodPassword,
  LATCHKEY_RECOVERY_VERIFY_NEW: "false",
  LATCHKEY_THROTTLE_MAILS: "1000",
  LATCHKEY_THROTTLE_REGISTRATIONS: "1000000",
  LATCHKEY_THROTTLE_PER_NETWORK: "1000000",
  LATCHKEY_PASSWORDS_WAITING: "10000",
  LATCHKEY_PASSWORDS_DEADLINE: "1 minute"
}

/** Two processes on one store, one on each framework, and what they mail. */
let both: readonly [Server, Server]
let mails: Mails
beforeAll(async () => {
  mails = newMails()
  const place = newPlace()
  const start = (adapter: string) => startServer({ place, env: { ...env, ...mails.env, LATCHKEY_ADAPTER: adapter } })
  both = [await start("hono"), await start("express")]
})

const serverOf = (n: number): Server => both[n % 2] ?? both[0]

const ok = async (request: Promise<Response>, status = 200) => {
  const answer = await request
  const body = await answer.text()
  expect({ status: answer.status, body }).toMatchObject({ status })
  return body
}

/** A person with a session and an access token, who has asked for a link for a new password. */
interface Person {
  readonly name: string
  readonly email: string
  readonly session: string
  readonly token: string
  readonly mail: CapturedMail
}

const newPerson = async (name: string): Promise<Person> => {
  const email = `${name}@example.org`
  await ok(sendJson(both[0], "POST", "/auth/register", { username: name, email, password: goodPassword }), 201)
  const session = await tokenFor(both[1], name)
  const { token } = await makeToken(both[0], session)
  await ok(sendJson(both[1], "POST", "/auth/forgot-password", { email }), 202)
  return { name, email, session, token, mail: await mails.next(email, "reset") }
}

const newPeople = (prefix: string, count = ROUNDS): Promise<ReadonlyArray<Person>> =>
  Promise.all(Array.from({ length: count }, (_, n) => newPerson(`${prefix}${n}`)))

const expectDead = async (...credentials: ReadonlyArray<string>) => {
  for (const credential of credentials)
    for (const server of both) expect(await statusOfMe(server, bearer(credential))).toBe(401)
}

const reset = (server: Server, { mail }: Person, password: string) =>
  sendJson(server, "POST", "/auth/reset-password", { token: mail.token, password })

describe("two servers on one store", { timeout: 600_000 }, () => {
  test("REC-03 REC-04 of sixteen resets with one code, at both, one wins, and nothing of before lives", async () => {
    for (const person of await newPeople("resetter")) {
      const passwords = Array.from({ length: RESETS }, (_, n) => `${goodPassword}, number ${n}`)
      const answers = await Promise.all(
        passwords.map(async (password, n) => {
          const answer = await reset(serverOf(n), person, password)
          return { password, status: answer.status, body: await answer.text() }
        })
      )
      const [winner, ...others] = answers.filter(({ status }) => status === 200)
      expect(others).toEqual([])
      expect(winner).toMatchObject({ body: "null" })
      for (const { status, body } of answers.filter((answer) => answer !== winner))
        expect({ status, body: JSON.parse(body) }).toMatchObject({
          status: 400,
          body: { detail: "RESET_PASSWORD_BAD_TOKEN" }
        })
      await expectDead(person.session, person.token)
      const loser = answers.find((answer) => answer !== winner)
      expect((await requestToken(both[0], person.name, loser?.password ?? "")).status).toBe(400)
      expect((await requestToken(both[1], person.name, goodPassword)).status).toBe(400)
      const me = await fetch(`${both[1].url}/users/me`, {
        headers: bearer(await tokenFor(both[0], person.name, winner?.password))
      })
      expect(await jsonOf(me)).toMatchObject({ username: person.name, is_verified: true })
    }
  })

  test("REC-04 of a reset and log-ins, new tokens and a change of password at one moment, nothing of before lives", async () => {
    for (const [round, person] of (await newPeople("mixed")).entries()) {
      const got: Array<string> = []
      const keep = async (request: Promise<Response>) => {
        const answer = await request
        const body = await answer.text()
        const { access_token, token } = answer.ok && body !== "" ? JSON.parse(body) : {}
        for (const credential of [access_token, token]) if (credential !== undefined) got.push(credential)
        return answer.status
      }
      const logIn = (n: number) => keep(requestToken(serverOf(n), person.name, goodPassword))
      const make = (n: number) => keep(sendJson(serverOf(n), "POST", "/tokens/", { name: `new ${n}` }, person.session))
      const thief = { password: "what the thief has chosen", current_password: goodPassword }
      const [done, changed, ...others] = await Promise.all([
        reset(serverOf(round), person, "the password of the owner").then((answer) => answer.status),
        keep(sendJson(serverOf(round + 1), "PATCH", "/users/me", thief, person.session)),
        logIn(0),
        logIn(1),
        logIn(2),
        make(0),
        make(1),
        make(2)
      ])
      for (const status of others) expect([200, 201, 400, 401]).toContain(status)
      // Both prove that they know the row as it is, so one of them is second, and is refused.
      expect([done, changed].filter((status) => status === 200)).toHaveLength(1)
      if (done === 200) {
        await expectDead(person.session, person.token, ...got)
        await tokenFor(both[0], person.name, "the password of the owner")
      } else {
        await expectDead(person.token)
        await tokenFor(both[0], person.name, thief.password)
      }
    }
  })

  test("REC-08 of a way back and what a thief does at one moment, the way back wins", async () => {
    for (const [round, person] of (await newPeople("robbed", Math.ceil(ROUNDS / 2))).entries()) {
      const stolen = `thief-${person.name}@example.net`
      await ok(sendJson(both[0], "POST", "/auth/request-verify-token", { email: person.email }), 202)
      const { token: proof } = await mails.next(person.email, "verify")
      await ok(sendJson(both[1], "POST", "/auth/verify", { token: proof }))
      await ok(
        sendJson(both[0], "PATCH", "/users/me", { email: stolen, current_password: goodPassword }, person.session)
      )
      const { token: confirm } = await mails.next(stolen, "change-email")
      await ok(sendJson(both[1], "POST", "/confirm-email", { token: confirm }))
      const { token: undo } = await mails.next(person.email, "email-changed")
      const again = { email: `2${stolen}`, current_password: goodPassword }
      const password = { password: "what the thief has chosen", current_password: goodPassword }
      const answers = await Promise.all([
        sendJson(serverOf(round), "POST", "/undo-email", { token: undo }),
        sendJson(serverOf(round + 1), "PATCH", "/users/me", password, person.session),
        sendJson(serverOf(round), "PATCH", "/users/me", again, person.session),
        requestToken(serverOf(round + 1), person.name, goodPassword)
      ])
      const [undone, , , login] = answers
      expect({ status: undone?.status, body: await undone?.json() }).toMatchObject({
        status: 200,
        body: { email: person.email }
      })
      await expectDead(person.session, person.token)
      // What the thief still had in the other mailbox opens nothing.
      for (const { token } of mails.to(`2${stolen}`, "change-email"))
        await ok(sendJson(both[0], "POST", "/confirm-email", { token }), 400)
      const { token } = await mails.next(person.email, "reset", 2)
      await ok(sendJson(both[1], "POST", "/auth/reset-password", { token, password: "the password of the owner" }))
      await tokenFor(both[0], person.email, "the password of the owner")
      // Until then the thief could log in with the password that they know.
      const { access_token } = await jsonOf<{ access_token?: string }>(login as Response)
      if (access_token !== undefined) await expectDead(access_token)
    }
  })
})
