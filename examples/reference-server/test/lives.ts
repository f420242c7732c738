import { expect } from "vitest"
import { bearer, goodPassword, type MadeToken, requestToken, sendJson, statusOfMe } from "./client.ts"
import type { Server } from "./server.ts"

/** How often a test strikes. A nightly run asks for more. */
export const CYCLES = Number(process.env.CRASH_CYCLES ?? 12)
/** After how many acknowledged steps to strike: some hit a first request, others a crowd. */
const acknowledgedBefore = (cycle: number): number => (cycle * 5) % 37
const PEOPLE_AT_ONCE = 6

/** With which a server lets as many people live as there are. */
export const livelyEnv = {
  LATCHKEY_ADMIN_USERNAME: "root",
  LATCHKEY_ADMIN_PASSWORD: goodPassword,
  LATCHKEY_THROTTLE_REGISTRATIONS: "1000000",
  LATCHKEY_THROTTLE_PER_NETWORK: "1000000",
  LATCHKEY_PASSWORDS_WAITING: "10000",
  LATCHKEY_PASSWORDS_DEADLINE: "1 minute"
}

/** What the server acknowledged about one person. A step whose answer never came leaves more than one possibility. */
export interface Person {
  readonly name: string
  isRegistered: boolean
  /** The password; while a change is in flight both. */
  passwords: ReadonlyArray<string>
  /** Tokens of sessions and access tokens that must work, and that must not: one in flight is in neither. */
  readonly live: Set<string>
  readonly ended: Set<string>
}

const newPerson = (name: string): Person => ({
  name,
  isRegistered: false,
  passwords: [goodPassword],
  live: new Set(),
  ended: new Set()
})

/** Waits for an answer, which must have this status, and gives its body; rejects when there is none. */
type Step = (request: Promise<Response>, status: number) => Promise<string>

/** One life: every step that a crash can cut short. */
const live = async (server: Server, person: Person, kind: number, step: Step): Promise<void> => {
  const logIn = async () => {
    const body = await step(requestToken(server, person.name, person.passwords[0] ?? ""), 200)
    const { access_token: token } = JSON.parse(body) as { access_token: string }
    person.live.add(token)
    return token
  }
  const make = async (session: string, name: string) => {
    const made: MadeToken = JSON.parse(await step(sendJson(server, "POST", "/tokens/", { name }, session), 201))
    person.live.add(made.token)
    return made
  }
  const end = (...tokens: ReadonlyArray<string>) => {
    for (const token of tokens) {
      person.live.delete(token)
      person.ended.add(token)
    }
  }

  const registration = { username: person.name, password: goodPassword }
  await step(sendJson(server, "POST", "/auth/register", registration), 201)
  person.isRegistered = true
  const first = await logIn()
  const access = await make(first, "kept, until the password is another")
  if (kind === 0) {
    const revoked = await make(first, "revoked")
    person.live.delete(revoked.token)
    await step(sendJson(server, "DELETE", `/tokens/${revoked.id}`, undefined, first), 204)
    end(revoked.token)
    return
  }
  const second = await logIn()
  if (kind === 1) {
    person.live.delete(first)
    await step(sendJson(server, "POST", "/auth/jwt/logout", undefined, first), 204)
    end(first)
  } else if (kind === 2) {
    person.live.delete(second)
    await step(sendJson(server, "DELETE", "/sessions", undefined, first), 204)
    end(second)
  } else {
    const next = `${goodPassword}, later`
    person.passwords = [goodPassword, next]
    // The session that sets the new password goes on.
    for (const token of [second, access.token]) person.live.delete(token)
    const change = { password: next, current_password: goodPassword }
    await step(sendJson(server, "PATCH", "/users/me", change, first), 200)
    person.passwords = [next]
    end(second, access.token)
    await logIn()
  }
}

/** How a life ends: what was struck gives no more answers, or says that it is out of order. */
class CutShort extends Error {}

/** Lets people live until enough was acknowledged, and strikes in the middle of what they do. */
export const liveUntil = async (server: Server, cycle: number, strike: () => void): Promise<ReadonlyArray<Person>> => {
  const people: Array<Person> = []
  let acknowledged = 0
  let hasStruck = false
  const strikeIfTime = () => {
    if (acknowledged !== acknowledgedBefore(cycle)) return
    hasStruck = true
    strike()
  }
  const step: Step = async (request, status) => {
    const whole = request.then(async (response) => ({ response, body: await response.text() }))
    const { response, body } = await whole.catch((error: unknown) => {
      throw hasStruck ? new CutShort() : error
    })
    if (hasStruck && response.status === 503) throw new CutShort()
    expect(response.status, response.url).toBe(status)
    acknowledged += 1
    strikeIfTime()
    return body
  }
  const liveOn = async () => {
    for (;;) {
      const n = people.length
      const person = newPerson(`p${cycle}.${n}`)
      people.push(person)
      await live(server, person, n % 4, step)
    }
  }
  const lives = Array.from({ length: PEOPLE_AT_ONCE }, liveOn)
  strikeIfTime()
  const ends = await Promise.allSettled(lives)
  for (const end of ends) if (end.status === "rejected" && !(end.reason instanceof CutShort)) throw end.reason
  return people
}

/** Compares what the server says now with what was acknowledged, and notes how open questions were decided. */
export const verify = async (server: Server, person: Person): Promise<void> => {
  for (const token of person.live) expect(await statusOfMe(server, bearer(token)), `${person.name} live`).toBe(200)
  for (const token of person.ended) expect(await statusOfMe(server, bearer(token)), `${person.name} ended`).toBe(401)
  if (!person.isRegistered || (person.live.size > 0 && person.passwords.length === 1)) return
  const statuses = await Promise.all(
    person.passwords.map(async (password) => (await requestToken(server, person.name, password)).status)
  )
  expect(
    statuses.filter((status) => status === 200),
    `${person.name} ${statuses}`
  ).toHaveLength(1)
  person.passwords = person.passwords.filter((_, n) => statuses[n] === 200)
}

/** That all of them are there, that sessions and access tokens were ended, and that the database is as it should be. */
export const verifyPlace = async ({ place }: Server, people: ReadonlyArray<Person>): Promise<void> => {
  expect(await place.isSound()).toBe(true)
  expect(await place.count("users")).toBeGreaterThan(people.filter(({ isRegistered }) => isRegistered).length)
  const kindsOf = (tokens: "live" | "ended") =>
    people.flatMap((person) => Array.from(person[tokens], (token) => token.slice(0, 6)))
  expect(new Set(kindsOf("ended"))).toEqual(new Set(["lk_ses", "lk_pat"]))
  expect(new Set(kindsOf("live"))).toEqual(new Set(["lk_ses", "lk_pat"]))
}
