import { publicUrl } from "../contenders/contender.ts"
import type { Answer, Ask } from "./exchange.ts"

/** A program that waits, and the person who approves it. */
export interface Waiting {
  readonly person: string
  readonly deviceCode: string
  readonly userCode: string
  /** Where the person has entered the code: what names the CLI login from then on. */
  readonly claimed: string
}

/** One request of a CLI login. */
export interface Step {
  readonly name: string
  readonly ask: (waiting: Waiting) => Ask
  /** What is known after the answer. Throws when the answer is not the one that this step is for. */
  readonly read: (answer: Answer, waiting: Waiting) => Waiting
}

const GRANT = "urn:ietf:params:oauth:grant-type:device_code"
const CLIENT = "a program"
const FORM = "application/x-www-form-urlencoded"
const JSON_TYPE = "application/json"

const form = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString()

const byPerson = ({ person }: Waiting, type: string) => ({
  cookie: person,
  origin: publicUrl,
  accept: JSON_TYPE,
  "content-type": type
})

const expect = (answer: Answer, status: number, word: string): Record<string, unknown> => {
  if (answer.status === status && answer.body.includes(word)) return JSON.parse(answer.body)
  throw new Error(`expected ${status} with ${word}, got ${answer.status}: ${answer.body}`)
}

const begun = (answer: Answer, waiting: Waiting): Waiting => {
  const { device_code, user_code } = expect(answer, 200, "device_code")
  return { ...waiting, deviceCode: String(device_code), userCode: String(user_code) }
}

const pending = (answer: Answer, waiting: Waiting): Waiting => {
  expect(answer, 400, "authorization_pending")
  return waiting
}

const collected = (answer: Answer, waiting: Waiting): Waiting => {
  expect(answer, 200, "access_token")
  return waiting
}

const approved =
  (word: string): Step["read"] =>
  (answer, waiting) => {
    expect(answer, 200, word)
    return waiting
  }

const latchkeyPoll = ({ deviceCode }: Waiting): Ask => ({
  method: "POST",
  path: "/oauth/token",
  headers: { "content-type": FORM },
  body: form({ grant_type: GRANT, device_code: deviceCode, client_id: CLIENT })
})

const latchkey: ReadonlyArray<Step> = [
  {
    name: "begin",
    ask: () => ({
      method: "POST",
      path: "/oauth/device_authorization",
      headers: { "content-type": FORM },
      body: form({ client_id: CLIENT })
    }),
    read: begun
  },
  { name: "poll", ask: latchkeyPoll, read: pending },
  {
    name: "enter the code",
    ask: (waiting) => ({
      method: "POST",
      path: "/auth/cli",
      headers: byPerson(waiting, FORM),
      body: form({ code: waiting.userCode })
    }),
    read: (answer, waiting) => ({ ...waiting, claimed: String(expect(answer, 200, "undecided").id) })
  },
  {
    name: "approve",
    ask: (waiting) => ({
      method: "POST",
      path: `/auth/cli/${waiting.claimed}/approve`,
      headers: byPerson(waiting, FORM),
      body: form({ code: waiting.userCode })
    }),
    read: approved("approved")
  },
  { name: "collect", ask: latchkeyPoll, read: collected }
]

const betterPoll = ({ deviceCode }: Waiting): Ask => ({
  method: "POST",
  path: "/api/auth/device/token",
  headers: { "content-type": JSON_TYPE },
  body: JSON.stringify({ grant_type: GRANT, device_code: deviceCode, client_id: CLIENT })
})

const better: ReadonlyArray<Step> = [
  {
    name: "begin",
    ask: () => ({
      method: "POST",
      path: "/api/auth/device/code",
      headers: { "content-type": JSON_TYPE },
      body: JSON.stringify({ client_id: CLIENT })
    }),
    read: begun
  },
  { name: "poll", ask: betterPoll, read: pending },
  {
    name: "enter the code",
    ask: (waiting) => ({
      method: "GET",
      path: `/api/auth/device?user_code=${waiting.userCode}`,
      headers: { cookie: waiting.person },
      body: ""
    }),
    read: (answer, waiting) => {
      expect(answer, 200, CLIENT)
      return waiting
    }
  },
  {
    name: "approve",
    ask: (waiting) => ({
      method: "POST",
      path: "/api/auth/device/approve",
      headers: byPerson(waiting, JSON_TYPE),
      body: JSON.stringify({ userCode: waiting.userCode })
    }),
    read: approved("true")
  },
  { name: "collect", ask: betterPoll, read: collected }
]

/** The requests of a CLI login in their order, the same for all contenders. Each is measured on its own. */
export const stepsOf = (contender: string): ReadonlyArray<Step> => (contender === "better-auth" ? better : latchkey)
