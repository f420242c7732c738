import { beforeAll, describe, expect, test } from "vitest"
import { bearer, goodPassword, jsonOf, register, sendJson, statusOfMe, tokenFor } from "./client.ts"
import { newPlace } from "./combinations.ts"
import { type Server, startServer } from "./server.ts"

/** How many CLI logins go through each race. */
const ROUNDS = Number(process.env.CLI_LOGIN_ROUNDS ?? 500)
/** Rounds at the same time, each with a person of its own. */
const LANES = 5
const POLLS = 16
/** What one page of the list of tokens shows at most. */
const MOST_LISTED = 100
/** A person who enters more codes that are another's has to pause (DEV-04). */
const WRONG_CODES = 5

const env = {
  LATCHKEY_ADMIN_USERNAME: "root",
  LATCHKEY_ADMIN_PASSWORD: goodPassword,
  LATCHKEY_THROTTLE_CLI_LOGINS: "1000000",
  LATCHKEY_THROTTLE_REGISTRATIONS: "1000",
  LATCHKEY_CLI_LOGIN_MOST_OPEN: "100000",
  LATCHKEY_TOKENS_PER_USER: "1000"
}

/** Two processes on one store, one on each framework. */
let both: readonly [Server, Server]
beforeAll(async () => {
  const place = newPlace()
  const start = (adapter: string) => startServer({ place, env: { ...env, LATCHKEY_ADAPTER: adapter } })
  both = [await start("hono"), await start("express")]
})

/** A person with a session on both. */
interface Person {
  readonly name: string
  readonly session: string
}

const newPeople = (prefix: string): Promise<ReadonlyArray<Person>> =>
  Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const name = `${prefix}${lane}`
      await register(both[0], name)
      return { name, session: await tokenFor(both[0], name) }
    })
  )

interface Codes {
  readonly device_code: string
  readonly user_code: string
}

const post = async (server: Server, path: string, form: Readonly<Record<string, string>>) => {
  const answer = await fetch(`${server.url}${path}`, { method: "POST", body: new URLSearchParams(form) })
  return { status: answer.status, body: await jsonOf<Readonly<Record<string, string>>>(answer) }
}

const begin = async (server: Server): Promise<Codes> => {
  const { status, body } = await post(server, "/oauth/device_authorization", { client_id: "acme" })
  expect({ status, body }).toMatchObject({ status: 200 })
  return { device_code: body.device_code ?? "", user_code: body.user_code ?? "" }
}

/** A token, or the word that says why there is none. */
const poll = async (server: Server, { device_code }: Codes) => {
  const grant_type = "urn:ietf:params:oauth:grant-type:device_code"
  const { body } = await post(server, "/oauth/token", { grant_type, device_code, client_id: "acme" })
  return body.access_token ?? body.error ?? "nothing"
}

const isToken = (got: string): boolean => got.startsWith("lk_pat_")

const decide = async (server: Server, method: "PATCH" | "DELETE", { user_code }: Codes, { session }: Person) => {
  const answer = await sendJson(server, method, `/auth/cli-login/${user_code}`, undefined, session)
  await answer.arrayBuffer()
  return answer.status
}

/** Runs so many rounds of each person; each begins on one server and is approved on the other. */
const rounds = async (
  people: ReadonlyArray<Person>,
  each: number,
  round: (here: Server, there: Server, person: Person) => Promise<void>
) => {
  const lane = async (person: Person) => {
    for (let n = 0; n < each; n++) await round(both[n % 2] ?? both[0], both[(n + 1) % 2] ?? both[1], person)
  }
  await Promise.all(people.map(lane))
}

const tokensOf = async ({ session }: Person): Promise<number> => {
  const answer = await fetch(`${both[0].url}/tokens/?limit=${MOST_LISTED}`, { headers: bearer(session) })
  return (await jsonOf<ReadonlyArray<unknown>>(answer)).length
}

describe("two servers on one store", { timeout: 600_000 }, () => {
  test("of sixteen polls at both, after an approval at either, one gets a token that works (DEV-06)", async () => {
    const people = await newPeople("poller")
    await rounds(people, ROUNDS / LANES, async (here, there, person) => {
      const codes = await begin(here)
      expect(await poll(there, codes)).toBe("authorization_pending")
      expect(await decide(there, "PATCH", codes, person)).toBe(200)
      const got = await Promise.all(Array.from({ length: POLLS }, (_, n) => poll(n % 2 === 0 ? here : there, codes)))
      const [token = "", ...others] = got.filter(isToken)
      expect(others).toEqual([])
      expect(got.filter((each) => !isToken(each))).toEqual(Array(POLLS - 1).fill("invalid_grant"))
      expect(await statusOfMe(here, bearer(token))).toBe(200)
    })
    expect(await Promise.all(people.map(tokensOf))).toEqual(people.map(() => Math.min(ROUNDS / LANES, MOST_LISTED)))
  })

  test("of an approval and a denial at one moment, a denial that was done leaves no token, and who came too late is told (DEV-10)", async () => {
    const people = await newPeople("decider")
    const outcomes = new Map<string, number>()
    await rounds(people, ROUNDS / LANES, async (here, there, person) => {
      const codes = await begin(here)
      const [approval, denial, ...polls] = await Promise.all([
        decide(here, "PATCH", codes, person),
        decide(there, "DELETE", codes, person),
        poll(here, codes),
        poll(there, codes)
      ])
      const got = [...polls, await poll(here, codes)].filter(isToken)
      // A denial takes an approval back until the program has collected its token.
      if (denial === 204) expect(got).toEqual([])
      else expect({ denial, approval, tokens: got.length }).toEqual({ denial: 404, approval: 200, tokens: 1 })
      expect([200, 404]).toContain(approval)
      const outcome = `${approval} ${denial}`
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    })
    expect(Array.from(outcomes.values()).reduce((sum, times) => sum + times)).toBe(ROUNDS)
  })

  test("of two people who enter one code at one moment, one has it, and to the other it does not exist (DEV-09)", async () => {
    const [first, second] = [await newPeople("first"), await newPeople("second")]
    await rounds(first, WRONG_CODES, async (here, there, person) => {
      const other = second[first.indexOf(person)] ?? person
      const codes = await begin(here)
      const approvals = await Promise.all([decide(here, "PATCH", codes, person), decide(there, "PATCH", codes, other)])
      expect([...approvals].sort()).toEqual([200, 404])
      const winner = approvals[0] === 200 ? person : other
      const token = await poll(here, codes)
      const me = await fetch(`${there.url}/users/me`, { headers: bearer(token) })
      expect(await jsonOf(me)).toMatchObject({ username: winner.name })
    })
  })
})
