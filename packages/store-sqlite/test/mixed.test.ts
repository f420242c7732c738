import { mixStores, StoreError, type StoreLayer } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { challenge, codeOf, now, person, userId, wholeList } from "./samples.ts"
import { build } from "./stores.ts"

const opened = (store: StoreLayer) => Effect.runPromise(Effect.exit(Effect.scoped(Layer.build(store))))

test.each(["users", "challenges", "attempts", "audit", "settings"] as const)(
  "%s may live in SQLite without the other parts",
  async (part) => {
    const exit = await opened(mixStores(memoryStore(), { [part]: sqliteStore(":memory:") }))
    expect(Exit.isSuccess(exit)).toBe(true)
  }
)

test.each(["sessions", "tokens", "codes"] as const)(
  "ERR-03 %s do not, which is told at start and not at the first log-in",
  async (part) => {
    const sqlite = sqliteStore(":memory:")
    expect(Exit.isSuccess(await opened(mixStores(memoryStore(), { users: sqlite, [part]: sqlite })))).toBe(true)
    const apart = Effect.flip(Effect.scoped(Layer.build(mixStores(memoryStore(), { [part]: sqlite }))))
    const failure = await Effect.runPromise(apart)
    expect(failure).toBeInstanceOf(StoreError)
    expect(String(failure.cause)).toContain(`${part} can be in SQLite only together with their users`)
  }
)

test("ADM-06 removing a user who lives elsewhere removes their CLI logins from SQLite, and nobody else's", async () => {
  const { users, challenges } = await build(mixStores(memoryStore(), { challenges: sqliteStore(":memory:") }))
  for (const n of [1, 2]) {
    Effect.runSync(users.insert(person(n)))
    Effect.runSync(challenges.insert(challenge(n), 9))
    Effect.runSync(challenges.claim(codeOf(n), userId(n), now, 9))
  }
  expect(Effect.runSync(users.remove(userId(1), null))).toBe(true)
  expect(Effect.runSync(challenges.list(userId(1), wholeList))).toEqual([])
  expect(Effect.runSync(challenges.list(userId(2), wholeList))).toHaveLength(1)
})
