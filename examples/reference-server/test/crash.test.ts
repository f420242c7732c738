import { DatabaseSync } from "node:sqlite"
import { expect, onTestFinished, test } from "vitest"
import { bearer, goodPassword, requestToken, sendJson, statusOfMe, tokenFor } from "./client.ts"
import { newFolder, type Server, startServer } from "./server.ts"

/** A nightly run asks for more. */
const CYCLES = Number(process.env.CRASH_CYCLES ?? 12)
/** After how many acknowledged steps to crash: some hit a first request, others a crowd. */
const acknowledgedBefore = (cycle: number): number => (cycle * 5) % 17
const PEOPLE_AT_ONCE = 6

const env = {
  LATCHKEY_ADMIN_USERNAME: "root",
  LATCHKEY_ADMIN_PASSWORD: goodPassword,
  LATCHKEY_THROTTLE_REGISTRATIONS: "1000000",
  LATCHKEY_THROTTLE_PER_NETWORK: "1000000",
  LATCHKEY_PASSWORDS_WAITING: "10000",
  LATCHKEY_PASSWORDS_DEADLINE: "1 minute"
}

/** What the server acknowledged about one person. A step whose answer never came leaves more than one possibility. */
interface Person {
  readonly name: string
  isRegistered: boolean
  /** The password; while a change is in flight both. */
  passwords: ReadonlyArray<string>
  /** Tokens that must work, and tokens that must not: one in flight is in neither. */
  readonly live: Set<string>
  readonly ended: Set<string>
}

/** One life: every step that a crash can cut short. `acknowledge` is called after each answer. */
const live = async (server: Server, person: Person, kind: number, acknowledge: () => void): Promise<void> => {
  const step = async (request: Promise<Response>, status: number) => {
    const response = await request
    expect(response.status, `${person.name}: ${response.url}`).toBe(status)
    await response.arrayBuffer()
    acknowledge()
  }
  const logIn = async () => {
    const token = await tokenFor(server, person.name, person.passwords[0])
    person.live.add(token)
    acknowledge()
    return token
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
  const [first, second] = [await logIn(), await logIn()]
  if (kind === 0) {
    person.live.delete(first)
    await step(sendJson(server, "POST", "/auth/jwt/logout", undefined, first), 204)
    end(first)
  } else if (kind === 1) {
    person.live.delete(second)
    await step(sendJson(server, "DELETE", "/sessions", undefined, first), 204)
    end(second)
  } else {
    const next = `${goodPassword}, later`
    person.passwords = [goodPassword, next]
    person.live.clear()
    const change = { password: next, current_password: goodPassword }
    await step(sendJson(server, "PATCH", "/users/me", change, first), 200)
    person.passwords = [next]
    end(first, second)
    await logIn()
  }
}

/** Lets people live until enough was acknowledged, then kills the server in the middle of what they do. */
const crash = async (server: Server, cycle: number): Promise<ReadonlyArray<Person>> => {
  const people: Array<Person> = []
  let acknowledged = 0
  const acknowledge = () => {
    acknowledged += 1
    if (acknowledged === acknowledgedBefore(cycle)) void server.kill()
  }
  const liveOn = async () => {
    for (;;) {
      const n = people.length
      const person = {
        name: `p${cycle}.${n}`,
        isRegistered: false,
        passwords: [goodPassword],
        live: new Set<string>(),
        ended: new Set<string>()
      }
      people.push(person)
      await live(server, person, n % 3, acknowledge)
    }
  }
  const lives = Array.from({ length: PEOPLE_AT_ONCE }, liveOn)
  if (acknowledgedBefore(cycle) === 0) void server.kill()
  // Each life ends with a connection that broke: whatever else went wrong is the test's failure.
  const ends = await Promise.allSettled(lives)
  for (const end of ends) if (end.status === "rejected" && !(end.reason instanceof TypeError)) throw end.reason
  await server.ended
  return people
}

/** Compares what the server says now with what was acknowledged, and notes how open questions were decided. */
const verify = async (server: Server, person: Person): Promise<void> => {
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

test("X01 whatever was acknowledged is there after kill -9, and what was revoked stays revoked", {
  timeout: CYCLES * 10_000
}, async () => {
  const folder = newFolder()
  const people: Array<Person> = []
  let last: ReadonlyArray<Person> = []
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const server = await startServer({ folder, env })
    await Promise.all(last.map((person) => verify(server, person)))
    last = await crash(server, cycle)
    people.push(...last)
  }

  const server = await startServer({ folder, env })
  await Promise.all(people.map((person) => verify(server, person)))
  const database = new DatabaseSync(server.database)
  onTestFinished(() => database.close())
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }])
  const { users } = database.prepare("SELECT count(*) AS users FROM latchkey_users").get() ?? {}
  expect(users).toBeGreaterThanOrEqual(people.filter(({ isRegistered }) => isRegistered).length + 1)
  expect(people.flatMap(({ ended }) => [...ended])).not.toEqual([])
})
