import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { samples } from "@latchkey/conformance/store"
import { Store, type StoreShape, UserId, type UserListing, type UserPage, type UserSearch } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { startRedis } from "../../packages/store-redis/test/servers.ts"

/**
 * How long one call takes that lists or counts users, beside a million of them: the median and the slowest of the rounds.
 * Also how many calls it takes to find the one user in a million that no index has.
 * `npm run -w benchmarks list-users [-- users [sqlite|redis]]`.
 */
const USERS = Number(process.argv[2] ?? 1_000_000)
const STORES = process.argv[3] ?? "sqlite and redis"
const ROUNDS = 21
const AT_ONCE = 100

/** The one in a million is the oldest, so a list that is newest first comes to it last. */
const ODD = 0

const idOf = (n: number): UserId => UserId(`0199c0de-0000-7000-8000-${n.toString(16).padStart(12, "0")}`)

const nameOf = (n: number): string => `person${String(n).padStart(8, "0")}`

const user = (n: number) => {
  const name = nameOf(n)
  return samples.sampleUser(n, {
    id: idOf(n),
    username: name,
    email: `${name}@${n === ODD ? "odd" : "example"}.org`,
    isActive: n !== ODD,
    isSuperuser: n === ODD,
    isVerified: n !== ODD
  })
}

const all: UserSearch = { query: null, filter: {} }
const found = (query: string): UserSearch => ({ query, filter: {} })
const only = (filter: UserSearch["filter"]): UserSearch => ({ query: null, filter })

const firstPages: ReadonlyArray<readonly [string, UserSearch]> = [
  ["everyone", all],
  ["a query that finds all", found("person")],
  ["  by the domain", found("@")],
  ["a query that finds one", found("person00000000")],
  ["  by the domain", found("@odd")],
  ["  by the id", found(idOf(ODD))],
  ["a query that finds nobody", found("zoe")],
  ["superusers, one in a million", only({ isSuperuser: true })],
  ["inactive users, one in a million", only({ isActive: false })],
  ["  of all that a query finds", { query: "person", filter: { isActive: false } }],
  ["active users", only({ isActive: true })],
  ["unverified users, one in a million", only({ isVerified: false })]
]

const tell = (name: string, times: ReadonlyArray<number>, what: string): void => {
  const sorted = times.toSorted((one, other) => one - other)
  const [median = 0, slowest = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  console.log(`${name.padEnd(8)}${median.toFixed(1).padStart(8)} ms ${slowest.toFixed(1).padStart(8)} ms  ${what}`)
}

const timed = Effect.fnUntraced(function* <A, E>(call: Effect.Effect<A, E>) {
  const times: Array<number> = []
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    yield* call
    times.push(performance.now() - began)
  }
  return { times, answer: yield* call }
})

const measure = Effect.fnUntraced(function* (name: string, { users }: StoreShape) {
  const list = (listing: UserListing) => timed(users.list(listing))
  const last = { query: null, filter: {}, after: { name: "", id: idOf(50) }, limit: 50 }
  for (const [what, search] of firstPages) {
    const { times, answer } = yield* list({ ...search, after: null, limit: 50 })
    tell(name, times, `${what}: ${answer.items.length} users${answer.next === null ? "" : ", and more"}`)
  }
  tell(name, (yield* list(last)).times, "the last page of everyone")
  const lastFound = { ...found("person"), after: { name: nameOf(USERS - 50), id: idOf(USERS - 50) }, limit: 50 }
  tell(name, (yield* list(lastFound)).times, "the last page of a query that finds all")
  for (const [what, search] of firstPages) {
    const { times, answer } = yield* timed(users.count(search))
    tell(name, times, `count, ${what.trim()}: ${answer.isExact ? "" : "at least "}${answer.total}`)
  }
  const began = performance.now()
  let calls = 0
  let items = 0
  for (let after: UserListing["after"] = null; items === 0; calls++) {
    const page: UserPage = yield* users.list({ ...only({ isVerified: false }), after, limit: 50 })
    items += page.items.length
    after = page.next
    if (after === null) break
  }
  console.log(
    `${name.padEnd(8)}${calls} calls, ${(performance.now() - began).toFixed(0)} ms in all, to the one unverified user`
  )
})

const fill = ({ users }: StoreShape) =>
  Effect.forEach(Array.from({ length: USERS }), (_, n) => users.insert(user(n)), {
    concurrency: AT_ONCE,
    discard: true
  })

console.log(`${" ".repeat(8)}  median    slowest  of ${ROUNDS} calls beside ${USERS} users, pages of 50`)
const measureSqlite = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-list-"))
  const handle = new DatabaseSync(join(folder, "users.db"))
  const run = Effect.gen(function* () {
    const store = yield* Store
    handle.exec("BEGIN")
    yield* fill(store)
    handle.exec("COMMIT")
    yield* measure("SQLite", store)
  })
  try {
    await Effect.runPromise(Effect.scoped(Effect.provide(run, sqliteStore(handle))))
  } finally {
    handle.close()
    rmSync(folder, { recursive: true })
  }
}

const measureRedis = async (): Promise<void> => {
  const server = await startRedis()
  const run = Effect.flatMap(Store, (store) => Effect.andThen(fill(store), measure("Redis", store)))
  try {
    await Effect.runPromise(Effect.scoped(Effect.provide(run, redisStore(server.url, { unsafeNoPersistence: true }))))
  } finally {
    await server.close()
  }
}

if (STORES.includes("sqlite")) await measureSqlite()
if (STORES.includes("redis")) await measureRedis()
