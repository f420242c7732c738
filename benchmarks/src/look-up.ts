import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { samples } from "@latchkey/conformance/store"
import { Store, type StoreShape } from "@latchkey/core/store"
import { type SqliteHandle, sqliteStore } from "@latchkey/store-sqlite"
import Database from "better-sqlite3"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { median } from "./median.ts"

/**
 * What the look-up of a session and of a token costs on each way to SQLite, in microseconds of one call: of a credential that
 * somebody has, and of one that nobody has. The median of the rounds, taken by turns, because other programs disturb.
 * `npm run look-up -w benchmarks [-- rounds]`.
 */
const ROUNDS = Number(process.argv[2] ?? 15)
const CALLS = 10_000
const OWNERS = 1_000

const folder = mkdtempSync(join(tmpdir(), "latchkey-look-up-"))
const fileOf = (name: string): string => join(folder, `${name}.db`)

const inWal = <Handle extends SqliteHandle>(handle: Handle): Handle => {
  handle.exec("PRAGMA journal_mode = WAL")
  return handle
}

const ways = {
  "a path": () => sqliteStore(fileOf("path")),
  "a handle of node:sqlite": () => sqliteStore(inWal(new DatabaseSync(fileOf("node")))),
  "a handle of better-sqlite3": () => sqliteStore(inWal(new Database(fileOf("better"))))
}

const owner = (n: number) => samples.userId(1 + (n % OWNERS))
const far = Date.now() + 3_600_000

const fill = Effect.fnUntraced(function* ({ users, sessions, tokens }: StoreShape) {
  for (let n = 1; n <= OWNERS; n++) {
    const user = samples.sampleUser(n)
    yield* users.insert(user)
    yield* sessions.insert(samples.sampleSession(n, user.user.id, { expiresAt: far, idleExpiresAt: far }), 1_000)
    yield* tokens.insert(samples.sampleToken(n, user.user.id, { expiresAt: far }), 1_000)
  }
})

const measured = (store: StoreShape) => {
  const perCall = (call: (n: number) => unknown): number => {
    const began = performance.now()
    for (let n = 0; n < CALLS; n++) call(n)
    return ((performance.now() - began) * 1_000) / CALLS
  }
  const hash = (n: number) => samples.secretHash(1 + (n % OWNERS))
  const nobodys = samples.secretHash(OWNERS + 1)
  const { lookupSession, lookupToken } = store
  return {
    session: () => perCall((n) => Effect.runSync(lookupSession(owner(n), hash(n)))),
    "no session": () => perCall((n) => Effect.runSync(lookupSession(owner(n), nobodys))),
    token: () => perCall((n) => Effect.runSync(lookupToken(owner(n), hash(n)))),
    "no token": () => perCall((n) => Effect.runSync(lookupToken(owner(n), nobodys)))
  }
}

const run = Effect.gen(function* () {
  const all: Array<readonly [string, ReturnType<typeof measured>]> = []
  for (const [name, open] of Object.entries(ways)) {
    const context = yield* Layer.build(open())
    const store = Context.get(context, Store)
    yield* fill(store)
    all.push([name, measured(store)])
  }
  const rounds = Array.from({ length: ROUNDS }, () =>
    all.map(([, kinds]) => Object.values(kinds).map((measure) => measure()))
  )
  console.table(
    Object.fromEntries(
      all.map(([name, kinds], way) => [
        name,
        Object.fromEntries(
          Object.keys(kinds).map((kind, at) => [kind, median(rounds.map((round) => round[way]?.[at] ?? 0)).toFixed(1)])
        )
      ])
    )
  )
})

try {
  await Effect.runPromise(Effect.scoped(run))
} finally {
  rmSync(folder, { recursive: true })
}
