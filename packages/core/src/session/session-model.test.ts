import fc from "fast-check"
import { expect, test } from "vitest"
import { newPassword } from "../../test/people.ts"
import type { SecretText } from "../secret/secret-text.ts"
import { createTestAuth, type TestAuth } from "../testing/create-test-auth.ts"
import type { User } from "../user/user.ts"
import type { Session } from "./session.ts"

const minute = 60_000
const idle = 10 * minute
const absolute = 60 * minute

/** What ought to be: each session's ends, and whether something ended it before. */
interface ModelSession {
  readonly owner: number
  readonly absoluteEnd: number
  idleEnd: number
  lastSeen: number
  isEnded: boolean
}

interface Model {
  now: number
  readonly isActive: [boolean, boolean]
  readonly sessions: Array<ModelSession>
}

/** What is: two users, and the sessions in the model's order. */
interface Real extends TestAuth {
  readonly users: readonly [User, User]
  readonly passwords: [string, string]
  readonly sessions: Array<{ readonly secret: SecretText; readonly session: Session }>
}

const isAlive = (model: Model, session: ModelSession): boolean =>
  !session.isEnded &&
  model.isActive[session.owner] === true &&
  model.now < Math.min(session.idleEnd, session.absoluteEnd)

const newSession = ({ now }: Model, owner: number): ModelSession => ({
  owner,
  absoluteEnd: now + absolute,
  idleEnd: now + idle,
  lastSeen: now,
  isEnded: false
})

const endAllOf = (model: Model, owner: number): void => {
  for (const session of model.sessions) if (session.owner === owner) session.isEnded = true
}

/** Resumes a session in both worlds, which must agree; a use is noted once a minute. */
const compare = async (model: Model, real: Real, at: number): Promise<void> => {
  const [expected, actual] = [model.sessions[at], real.sessions[at]]
  if (expected === undefined || actual === undefined) return
  const found = await real.auth.sessions.resume(actual.secret)
  expect(found !== null).toBe(isAlive(model, expected))
  if (found === null) return
  expect(found.user.id).toBe(real.users[expected.owner]?.id)
  if (model.now - expected.lastSeen < minute) return
  expected.lastSeen = model.now
  expected.idleEnd = Math.min(model.now + idle, expected.absoluteEnd)
}

type Step = (model: Model, real: Real) => Promise<void>

const command = (
  name: string,
  run: Step,
  check: (model: Model) => boolean = () => true
): fc.AsyncCommand<Model, Real> => ({
  check,
  run,
  toString: () => name
})

const userOf = (real: Real, owner: number): User => real.users[owner === 0 ? 0 : 1]

const logIn = (owner: number) =>
  command(`logIn(${owner})`, async (model, real) => {
    const login = { username: userOf(real, owner).username, password: real.passwords[owner] ?? "" }
    const opened = await real.auth.sessions.logIn(login).catch(() => null)
    expect(opened !== null).toBe(model.isActive[owner])
    if (opened === null) return
    model.sessions.push(newSession(model, owner))
    real.sessions.push(opened)
  })

const onSession = (name: string, step: (model: Model, real: Real, at: number) => Promise<void>) => (pick: number) =>
  command(
    `${name}(${pick})`,
    (model, real) => step(model, real, pick % model.sessions.length),
    (model) => model.sessions.length > 0
  )

const resume = onSession("resume", compare)

const close = onSession("close", async (model, real, at) => {
  const [expected, actual] = [model.sessions[at], real.sessions[at]]
  if (expected === undefined || actual === undefined) return
  await real.auth.sessions.close({ owner: actual.session.userId, id: actual.session.id })
  expected.isEnded = true
})

/** Confirms with the right password: whatever comes of it, the old secret opens nothing any more. */
const confirm = onSession("confirm", async (model, real, at) => {
  const [expected, actual] = [model.sessions[at], real.sessions[at]]
  if (expected === undefined || actual === undefined || !isAlive(model, expected)) return
  const next = await real.auth.sessions.confirm(actual.session, real.passwords[expected.owner] ?? "")
  expected.isEnded = true
  model.sessions.push({ ...newSession(model, expected.owner), ...ends(model, expected), isEnded: false })
  real.sessions.push(next)
})

const ends = (model: Model, { absoluteEnd }: ModelSession) => ({
  absoluteEnd,
  idleEnd: Math.min(model.now + idle, absoluteEnd)
})

const closeAll = (owner: number) =>
  command(`closeAll(${owner})`, async (model, real) => {
    await real.auth.users.endCredentials(userOf(real, owner).id)
    endAllOf(model, owner)
  })

const setActive = (owner: number, isActive: boolean) =>
  command(`${isActive ? "activate" : "deactivate"}(${owner})`, async (model, real) => {
    await real.auth.users.change(userOf(real, owner).id, { isActive })
    if (model.isActive[owner] !== isActive) endAllOf(model, owner)
    model.isActive[owner === 0 ? 0 : 1] = isActive
  })

const changePassword = (owner: number) =>
  command(
    `changePassword(${owner})`,
    async (model, real) => {
      const next = `${newPassword} ${real.passwords[owner]?.length}`
      await real.auth.passwords.change({ user: userOf(real, owner).id, current: real.passwords[owner] ?? "", next })
      real.passwords[owner === 0 ? 0 : 1] = next
      endAllOf(model, owner)
    },
    (model) => model.isActive[owner] === true
  )

const advance = (milliseconds: number) =>
  command(`advance(${milliseconds})`, async (model, real) => {
    await real.clock.advance(milliseconds)
    model.now += milliseconds
  })

const owner = fc.nat(1)
const pick = fc.nat(20)
const allCommands = [
  owner.map(logIn),
  owner.map(logIn),
  pick.map(resume),
  pick.map(resume),
  pick.map(close),
  pick.map(confirm),
  owner.map(closeAll),
  fc.tuple(owner, fc.boolean()).map(([who, isActive]) => setActive(who, isActive)),
  owner.map(changePassword),
  fc.constantFrom(1, minute - 1, minute, idle - 1, idle, absolute - idle).map(advance)
]

test("SES-02 SES-05 SES-09 whatever is done in whatever order, what ought to be dead is dead, and what ought to live lives (F09, F10)", async () => {
  const setup = async () => {
    const made = await createTestAuth({
      sessions: { idle: "10 minutes", absolute: "1 hour" },
      throttle: { perAccount: 1_000 }
    })
    const passwords: [string, string] = ["seven wet umbrellas", "nine quiet lanterns"]
    const users = [
      await made.auth.users.register({ username: "ada", password: passwords[0] }),
      await made.auth.users.register({ username: "bob", password: passwords[1] })
    ] as const
    const model: Model = { now: made.clock.now(), isActive: [true, true], sessions: [] }
    const real: Real = { ...made, users, passwords, sessions: [] }
    return { model, real }
  }
  await fc.assert(
    fc.asyncProperty(fc.commands(allCommands, { maxCommands: 40 }), async (commands) => {
      const { model, real } = await setup()
      await fc.asyncModelRun(() => ({ model, real }), commands)
      for (const at of model.sessions.keys()) await compare(model, real, at)
      await real.auth.close()
    }),
    { numRuns: 60 }
  )
})
