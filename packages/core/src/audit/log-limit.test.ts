import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { type Logged, loggedLines } from "../../test/captured-log.ts"
import { ada } from "../../test/people.ts"
import { outage, storeAround } from "../../test/store-around.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { manualClock } from "../testing/manual-clock.ts"
import { MINUTE_MS } from "../vocabulary/time.ts"
import { makeLogLimit } from "./log-limit.ts"

/** A limit under a clock that stands still, and the lines that got through it. */
const limited = () => {
  const clock = manualClock()
  const { lines, layer } = loggedLines()
  const surroundings = Layer.merge(Layer.succeed(Clock.Clock, clock.clock), layer)
  const run = <A>(effect: Effect.Effect<A>) => Effect.runPromise(Effect.provide(effect, surroundings))
  return { clock, lines, run, limit: makeLogLimit() }
}

const times = (count: number, effect: Effect.Effect<unknown>) => Effect.repeat(effect, { times: count - 1 })

test("ERR-05 a kind of line is logged ten times a minute, and the next line tells how many were left out", async () => {
  const { clock, lines, run, limit } = limited()
  const line = limit.error("the store failed", { operation: "lookupSession" })
  await run(times(17_000, line))
  expect(lines).toHaveLength(10)
  await clock.advance(MINUTE_MS - 1)
  await run(line)
  expect(lines).toHaveLength(10)
  await clock.advance(1)
  await run(times(2, line))
  expect(lines.slice(10)).toEqual<ReadonlyArray<Logged>>([
    { level: "Error", text: "the store failed", fields: { operation: "lookupSession", leftOut: 16_991 } },
    { level: "Error", text: "the store failed", fields: { operation: "lookupSession" } }
  ])
})

test("ERR-05 a flood of one kind hides no line of another: another operation, another message", async () => {
  const { lines, run, limit } = limited()
  await run(times(1_000, limit.error("the store failed", { operation: "lookupSession" })))
  await run(limit.error("the store failed", { operation: "sessions.insert" }))
  await run(limit.warning("a session's use was not noted", { operation: "lookupSession" }))
  expect(lines.slice(10).map(({ level, text }) => [level, text])).toEqual([
    ["Error", "the store failed"],
    ["Warn", "a session's use was not noted"]
  ])
})

test("ERR-05 a clock that is set back silences nothing for longer than a minute", async () => {
  const { run, limit } = limited()
  const at = (time: number) => Effect.provideService(limit.admit("x"), Clock.Clock, manualClock(time).clock)
  const now = Date.UTC(2026, 5, 1)
  await run(times(20, at(now)))
  expect(await run(at(now))).toBeNull()
  expect(await run(at(now - 60 * MINUTE_MS))).toEqual({ leftOut: 11 })
})

test.each([
  ["sessions.touch", "a session's use was not noted"],
  ["tokens.recordUse", "a token's use was not noted"],
  ["audit.append", "an audit event was lost"]
])("ERR-05 a flood of requests while the store cannot write logs ten lines: %s", async (broken, text) => {
  const { lines, layer } = loggedLines()
  const store = storeAround(outage((operation) => operation === broken))
  const { auth, clock } = await createTestAuth({ store, ambient: layer })
  const user = await auth.users.register(ada)
  const opened = await auth.sessions.open(user)
  const maker = { user, scopes: "all" } as const
  const issued = await Promise.all(
    Array.from({ length: 50 }, (_, n) => auth.tokens.issue(maker, { name: `runner ${n}` }))
  )
  await clock.advance("10 minutes")
  lines.length = 0
  for (const { secret } of issued) {
    await auth.sessions.resume(opened.secret)
    await auth.tokens.check(secret)
    await auth.audit.append("session.confirmed", { details: {} })
  }
  await clock.advance(1)
  expect(lines.map((line) => line.text)).toEqual(Array(10).fill(text))
})
