import { expect, test } from "vitest"
import { bearer, goodPassword, requestToken, sendJson, statusOfMe, tokenFor } from "./client.ts"
import { newPlace } from "./combinations.ts"
import { CYCLES, livelyEnv } from "./lives.ts"
import { type CapturedMail, newMails } from "./mails.ts"
import { type Server, startServer } from "./server.ts"

/** How many people choose a new password when the server dies, and how often each sends the form. */
const PEOPLE = 5
const RESETS = 3
/** How many resets have been answered then; some servers die before the first. */
const answeredBefore = (cycle: number): number => (cycle * 4) % 11

interface Person {
  readonly name: string
  readonly email: string
  readonly session: string
  readonly mail: CapturedMail
  /** What was sent as the new password. */
  readonly sent: ReadonlyArray<string>
  /** The password whose reset was acknowledged; null for none so far. */
  acknowledged: string | null
}

const reset = (server: Server, token: string, password: string) =>
  sendJson(server, "POST", "/auth/reset-password", { token, password })

test("REC-03 REC-04 a server that dies in the middle of resets leaves everybody one password, and another mail helps", {
  timeout: CYCLES * 30_000
}, async () => {
  const [place, mails] = [newPlace(), newMails()]
  const start = () =>
    startServer({
      place,
      env: { ...livelyEnv, ...mails.env, LATCHKEY_RECOVERY_VERIFY_NEW: "false", LATCHKEY_THROTTLE_MAILS: "1000" }
    })
  let server = await start()

  const newPerson = async (name: string): Promise<Person> => {
    const email = `${name}@example.org`
    const account = { username: name, email, password: goodPassword }
    expect((await sendJson(server, "POST", "/auth/register", account)).status).toBe(201)
    expect((await sendJson(server, "POST", "/auth/forgot-password", { email })).status).toBe(202)
    const sent = Array.from({ length: RESETS }, (_, n) => `${goodPassword}, ${name}, ${n}`)
    return {
      name,
      email,
      session: await tokenFor(server, name),
      mail: await mails.next(email, "reset"),
      sent,
      acknowledged: null
    }
  }

  /** That exactly one password is the person's, and that what is from before it is as dead as it. */
  const verify = async ({ name, session, sent, acknowledged }: Person) => {
    const possible = acknowledged === null ? [goodPassword, ...sent] : [acknowledged]
    const valid: Array<string> = []
    for (const password of [goodPassword, ...sent])
      if ((await requestToken(server, name, password)).status === 200) valid.push(password)
    expect(valid, name).toHaveLength(1)
    expect(possible).toContain(valid[0])
    expect(await statusOfMe(server, bearer(session)), name).toBe(valid[0] === goodPassword ? 200 : 401)
    return valid[0]
  }

  let done = 0
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const names = Array.from({ length: PEOPLE }, (_, n) => `person-${cycle}-${n}`)
    const people = await Promise.all(names.map(newPerson))
    let answered = 0
    const strike = () => {
      if (answered === answeredBefore(cycle)) void server.kill()
    }
    const resetOnce = async (person: Person, password: string) => {
      try {
        const answer = await reset(server, person.mail.token, password)
        await answer.arrayBuffer()
        if (answer.status === 200) {
          expect(person.acknowledged, person.name).toBeNull()
          person.acknowledged = password
        } else expect(answer.status).toBe(400)
      } catch (error) {
        if (!(error instanceof TypeError)) throw error // fetch says so when the server has gone
        return
      }
      answered += 1
      strike()
    }
    strike()
    await Promise.all(people.flatMap((person) => person.sent.map((password) => resetOnce(person, password))))
    await server.kill()

    server = await start()
    for (const person of people) {
      const password = await verify(person)
      done += password === goodPassword ? 0 : 1
      // The code may be used up although nothing was done by it, but never the other way round.
      const again = await reset(server, person.mail.token, "the first link once more")
      expect([200, 400]).toContain(again.status)
      if (password !== goodPassword) expect(again.status, person.name).toBe(400)
      await sendJson(server, "POST", "/auth/forgot-password", { email: person.email })
      const { token } = await mails.next(person.email, "reset", 2)
      expect((await reset(server, token, "what the second mail led to")).status).toBe(200)
      await tokenFor(server, person.name, "what the second mail led to")
      expect(await statusOfMe(server, bearer(person.session))).toBe(401)
    }
  }
  expect(done).toBeGreaterThan(0)
  expect(await server.place.isSound()).toBe(true)
})
