import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AttemptRoom, type AttemptStore, Store, type StoreLayer } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { startRedis } from "../../packages/store-redis/test/servers.ts"

/**
 * Fills a store with more names than it has room for, and asks whether the limits of others are as before: of a name that was
 * counted before the flood, of names that come after it, and how long a hit takes then. `npm run full-of-junk`. It fails when a limit has
 * changed; times are shown as ratios, and judge nothing.
 */
const JUNK = Math.round(AttemptRoom.defaultValue().buckets * 1.2)
const NEWCOMERS = 1_000
const AT_ONCE = 50
const SAMPLES = 2_000

const now = Date.now()
const limit = { free: 20, delay: 1_000, longest: 15 * 60_000, forget: 15 * 60_000 }

const hit = (attempts: AttemptStore, key: string) => attempts.hit([{ key, limit }], now)

/** How many of so many attempts at one name pass. */
const passed = (attempts: AttemptStore, key: string, times: number) =>
  Effect.map(
    Effect.forEach(Array.from({ length: times }), () => hit(attempts, key)),
    (answers) => answers.filter((answer) => answer === null).length
  )

/** The median and the 99th percentile of a hit at a new name, in milliseconds. */
const timesOf = Effect.fnUntraced(function* (attempts: AttemptStore, name: string) {
  const times: Array<number> = []
  for (let n = 0; n < SAMPLES; n++) {
    const began = performance.now()
    yield* hit(attempts, `${name}-${n}`)
    times.push(performance.now() - began)
  }
  times.sort((one, other) => one - other)
  return { median: times[SAMPLES / 2] ?? 0, slow: times[Math.floor(SAMPLES * 0.99)] ?? 0 }
})

const measure = Effect.gen(function* () {
  const { attempts } = yield* Store
  const empty = yield* timesOf(attempts, "early")
  const before = yield* passed(attempts, "victim", 30)
  yield* passed(attempts, "half", 10)
  const junk = Array.from({ length: JUNK }, (_, n) => Effect.retry(hit(attempts, `junk-${n}`), { times: 9 }))
  yield* Effect.all(junk, { concurrency: AT_ONCE, discard: true })
  const full = yield* timesOf(attempts, "late")
  const facts = {
    "guesses at a name before the flood, of 30": [before, 20],
    "further guesses at it, of 30": [yield* passed(attempts, "victim", 30), 0],
    "further guesses at a name with ten left, of 30": [yield* passed(attempts, "half", 30), 10]
  } as const
  let welcome = 0
  for (let n = 0; n < NEWCOMERS; n++) if ((yield* hit(attempts, `newcomer-${n}`)) === null) welcome++
  for (const [what, [is, should]] of Object.entries(facts)) {
    console.log(`  ${is === should ? "as before" : "CHANGED"}: ${is} ${what}`)
    if (is !== should) process.exitCode = 1
  }
  console.log(`  ${welcome} of ${NEWCOMERS} new names may try a password`)
  const [median, slow] = [full.median / empty.median, full.slow / empty.slow]
  console.log(
    `  a hit takes ${median.toFixed(2)} times as long as on an empty store, the slowest ${slow.toFixed(2)} times`
  )
})

const run = async (name: string, store: StoreLayer): Promise<void> => {
  console.log(`${name}, after ${JUNK} names`)
  await Effect.runPromise(Effect.scoped(Effect.provide(measure, store)))
}

const folder = mkdtempSync(join(tmpdir(), "latchkey-junk-"))
const server = await startRedis()
try {
  await run("SQLite", sqliteStore(join(folder, "junk.db")))
  await run("Redis", redisStore(server.url, { unsafeNoPersistence: true }))
} finally {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
}
