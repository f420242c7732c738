import { DatabaseSync } from "node:sqlite"
import { createTestAuth } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { isInTransaction, type SqliteHandle } from "../src/handle.ts"
import { isLocked } from "../src/locked.ts"
import {
  admin,
  challenge,
  challengeSecretOf,
  code,
  codeKeyOf,
  event,
  hour,
  keyOf,
  limit,
  now,
  person,
  plenty,
  redemption,
  session,
  token,
  tokenKeyOf,
  userId
} from "./samples.ts"
import { build, contents, drivers, hostHandles, newPath, openStore, outcome, outcomeInTime } from "./stores.ts"

/** A mark of an account of its own, and a step that leaves the others. */
const markOf = (name: string) => ({ account: name, key: name, until: now + hour })
const alone = { at: now, most: 10, replaced: null, keep: "losable" } as const

/** A connection of the host's, which it closes. */
const connect = (path: string): DatabaseSync => {
  const handle = new DatabaseSync(path)
  onTestFinished(() => handle.close())
  return handle
}

type Verb = Effect.Effect<unknown, { readonly _tag: string }>

/** A file with an administrator and a session, on our handle or the host's, and a connection that locks it. */
const fileWith = async (kind: "path" | (typeof drivers)[number]) => {
  const path = newPath()
  const handle = kind === "path" ? null : hostHandles[kind](path).handle
  handle?.exec("PRAGMA busy_timeout = 5000")
  const store = await build(sqliteStore(handle ?? path))
  Effect.runSync(store.users.insert(admin(1)))
  Effect.runSync(store.sessions.insert(session(1, userId(1)), plenty))
  // By the same driver: each carries an SQLite of its own, and within a process the locks of one do not hold for the other.
  const other = hostHandles[kind === "path" ? "node:sqlite" : kind](path).handle
  return { handle, store, other }
}

/** From now on the test moves the time in which locks are waited for. */
const standStill = () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] })
  onTestFinished(() => void vi.useRealTimers())
}

/** What a promise came to so far; null if it goes on. */
const watch = <A>(promise: Promise<A>) => {
  let come: A | null = null
  promise.then((value) => {
    come = value
  })
  return { soFar: () => come, promise }
}

const audit = (n: number) => ({ event: event(n), link: null })
const oldest = { after: null, order: "oldest-first", limit: 500, type: null, user: null, request: null } as const

describe.each(["path", ...drivers] as const)("on a %s", (kind) => {
  test("SQL-06 sessions are checked while a log-in waits for the lock of another connection", async () => {
    const { store, other, handle } = await fileWith(kind)
    const order: Array<unknown> = []
    other.exec("BEGIN IMMEDIATE")
    const logIn = outcomeInTime(store.sessions.insert(session(2, userId(1)), plenty)).then((come) => order.push(come))
    for (let n = 0; n < 10; n++) {
      const found = await outcomeInTime(store.lookupSession(userId(1), session(1, userId(1)).hash))
      order.push(found === null ? "nobody" : "checked")
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(order).toEqual(Array.from({ length: 10 }, () => "checked"))
    other.exec("COMMIT")
    await logIn
    expect(order.slice(10)).toEqual([[]])
    expect(outcome(store.sessions.find(userId(1), session(2, userId(1)).hash))).toEqual(session(2, userId(1)).session)
    if (handle !== null) expect(handle.prepare("PRAGMA busy_timeout").get()).toMatchObject({ timeout: 5000 })
  })

  test("SQL-06 ERR-04 a lock that is held for two seconds is StoreError, and nothing is ever written", async () => {
    const { store, other } = await fileWith(kind)
    const before = contents(other)
    other.exec("BEGIN IMMEDIATE")
    standStill()
    const verbs: ReadonlyArray<Verb> = [
      store.users.insert(person(2)),
      store.users.recordLogin(userId(1), now + 1),
      store.sessions.insert(session(2, userId(1)), plenty),
      store.sessions.close(keyOf(session(1, userId(1)))),
      store.tokens.insert(token(1, userId(1)), 10),
      store.challenges.insert(challenge(1), 10),
      store.challenges.poll(challengeSecretOf(1), now),
      store.challenges.redeem(challengeSecretOf(1), redemption()),
      store.codes.insert(code(1, userId(1)), "replace"),
      store.codes.consume(codeKeyOf(code(1, userId(1))), now),
      store.codes.remove(codeKeyOf(code(1, userId(1)))),
      store.attempts.hit([{ key: "bucket", limit }], now),
      store.audit.append(audit(1))
    ]
    const writes = verbs.map((verb) => watch(outcomeInTime(verb)))
    await vi.advanceTimersByTimeAsync(1_990)
    expect(writes.map(({ soFar }) => soFar())).toEqual(writes.map(() => null))
    await vi.advanceTimersByTimeAsync(20)
    expect(writes.map(({ soFar }) => soFar())).toEqual(writes.map(() => "StoreError"))
    other.exec("COMMIT")
    await vi.advanceTimersByTimeAsync(2_000)
    expect(contents(other)).toEqual(before)
    expect(outcome(store.users.insert(person(2)))).toBe(undefined)
  })

  test("SQL-07 what the store can do without waits a tenth of a second", async () => {
    const { store, other } = await fileWith(kind)
    const key = keyOf(session(1, userId(1)))
    other.exec("BEGIN IMMEDIATE")
    standStill()
    const verbs: ReadonlyArray<Verb> = [
      store.sessions.touch(key, { at: now, idleExpiresAt: now + hour }),
      store.tokens.recordUse(tokenKeyOf(token(1, userId(1))), now),
      store.sessions.removeExpired(now, 1),
      store.tokens.removeExpired(now, 1),
      store.challenges.removeExpired(now, 1),
      store.codes.removeExpired(now, 1),
      store.attempts.removeExpired(now, 1),
      store.audit.removeExpired(now, 1)
    ]
    const notes = verbs.map((verb) => watch(outcomeInTime(verb)))
    await vi.advanceTimersByTimeAsync(90)
    expect(notes.map(({ soFar }) => soFar())).toEqual(notes.map(() => null))
    await vi.advanceTimersByTimeAsync(20)
    expect(notes.map(({ soFar }) => soFar())).toEqual(notes.map(() => "StoreError"))
  })
})

test("SQL-07 a check whose session is due for a note of its use waits no longer than that, and logs nobody out", async () => {
  const path = newPath()
  const { auth, clock } = await createTestAuth({ store: sqliteStore(path) })
  onTestFinished(() => auth.close())
  const ada = { username: "ada", password: "four unrelated words here" }
  await auth.users.register(ada)
  const { secret } = await auth.sessions.logIn(ada)
  await clock.advance("10 minutes")
  const other = connect(path)
  other.exec("BEGIN IMMEDIATE")
  standStill()
  const check = watch(auth.sessions.resume(secret))
  await vi.advanceTimersByTimeAsync(110)
  expect(check.soFar()).toMatchObject({ user: { username: "ada" } })
})

test("SQL-06 writes that wait go in the order of their arrival, before one that finds the lock free", async () => {
  const { store, other } = await fileWith("path")
  other.exec("BEGIN IMMEDIATE")
  const waiting = [1, 2, 3, 4, 5].map((n) => outcomeInTime(store.audit.append(audit(n))))
  other.exec("COMMIT")
  const late = outcomeInTime(store.audit.append(audit(6)))
  expect(await Promise.all([...waiting, late])).toEqual(Array.from({ length: 6 }, () => true))
  const subjects = Effect.runSync(store.audit.list(oldest)).map((record) => record.event.subject)
  expect(subjects).toEqual([1, 2, 3, 4, 5, 6].map((n) => userId(n)))
})

test("SQL-06 sessions are checked between the writes that have waited", async () => {
  const { store, other } = await fileWith("path")
  other.exec("BEGIN IMMEDIATE")
  const waiting = Promise.all(Array.from({ length: 50 }, (_, n) => outcomeInTime(store.audit.append(audit(n)))))
  other.exec("COMMIT")
  const seen = new Set<number>()
  let isOver = false
  waiting.finally(() => {
    isOver = true
  })
  while (!isOver) {
    seen.add(Effect.runSync(store.audit.list(oldest)).length)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(seen.size).toBeGreaterThan(25)
})

test("SQL-07 a thousand writes may wait, one more is StoreError at once, and the thousand are written", async () => {
  const { store, other } = await fileWith("path")
  other.exec("BEGIN IMMEDIATE")
  const waiting = Promise.all(
    Array.from({ length: 1_000 }, (_, n) => outcomeInTime(store.attempts.trust(markOf(`${n}`), alone)))
  )
  expect(outcome(store.attempts.trust(markOf("more"), alone))).toBe("StoreError")
  const error = Effect.runSync(Effect.flip(store.attempts.trust(markOf("more"), alone)))
  expect(error.cause).toMatchObject({ message: expect.stringContaining("1000 calls wait for it already") })
  other.exec("COMMIT")
  await waiting
  expect(other.prepare("SELECT count(*) AS n FROM latchkey_marks").get()).toMatchObject({ n: 1_000 })
  expect(outcome(store.attempts.isTrusted(markOf("more"), now))).toBe(false)
})

test("a caller who goes away writes nothing later, and those behind it go on", async () => {
  const { store, other } = await fileWith("path")
  other.exec("BEGIN IMMEDIATE")
  const gone = Effect.runFork(store.users.insert(person(2)))
  const behind = outcomeInTime(store.users.insert(person(3)))
  await Effect.runPromise(Fiber.interrupt(gone))
  other.exec("COMMIT")
  expect(await behind).toBe(undefined)
  expect(outcome(store.users.find(userId(2)))).toBe(null)
})

test.each(drivers)(
  "in the host's transaction on %s nothing waits: a lock it cannot get is StoreError",
  async (driver) => {
    const { store, other, handle } = await fileWith(driver)
    handle?.exec("BEGIN")
    expect(outcome(store.users.isSetUp)).toBe(true)
    other.exec("BEGIN IMMEDIATE")
    expect(outcome(store.users.insert(person(2)))).toBe("StoreError")
    expect(outcome(store.sessions.close(keyOf(session(1, userId(1)))))).toBe("StoreError")
    other.exec("COMMIT")
    expect(outcome(store.users.insert(person(2)))).toBe(undefined)
    handle?.exec("ROLLBACK")
    expect(outcome(store.users.find(userId(2)))).toBe(null)
  }
)

test("in the host's transaction nothing waits behind the writes of others", async () => {
  const { store, other, handle } = await fileWith("node:sqlite")
  other.exec("BEGIN IMMEDIATE")
  const waiting = outcomeInTime(store.users.insert(person(2)))
  other.exec("COMMIT")
  handle?.exec("BEGIN IMMEDIATE")
  expect(outcome(store.users.insert(person(3)))).toBe(undefined)
  handle?.exec("COMMIT")
  expect(await waiting).toBe(undefined)
})

describe("without a write-ahead log", () => {
  /** A host's handle whose readers and writers lock each other out. */
  const rollbackJournal = async () => {
    const path = newPath()
    const handle = connect(path)
    const store = await build(sqliteStore(handle))
    Effect.runSync(store.users.insert(admin(1)))
    return { handle, store, other: connect(path) }
  }

  test("SQL-06 reads wait for their turn as well", async () => {
    const { store, other } = await rollbackJournal()
    other.exec("BEGIN EXCLUSIVE")
    const found = outcomeInTime(store.users.find(userId(1)))
    other.exec("COMMIT")
    expect(await found).toEqual(admin(1).user)
  })

  test("SQL-06 a commit that readers hold up is undone, and made again when they are gone", async () => {
    const { handle, store, other } = await rollbackJournal()
    other.exec("BEGIN")
    other.prepare("SELECT * FROM latchkey_users").all()
    const writes = [store.users.insert(person(2)), store.attempts.trust(markOf("device"), alone)].map(outcomeInTime)
    await new Promise((resolve) => setImmediate(resolve))
    expect(isInTransaction(handle)).toBe(false)
    other.exec("COMMIT")
    expect(await Promise.all(writes)).toEqual([undefined, undefined])
    expect(outcome(store.users.find(userId(2)))).toEqual(person(2).user)
    expect(outcome(store.attempts.isTrusted(markOf("device"), now))).toBe(true)
  })
})

describe("a start", () => {
  test("SQL-06 waits without stopping the process while another one has the whole file", async () => {
    const path = newPath()
    const other = connect(path)
    other.exec("CREATE TABLE jobs (id INTEGER PRIMARY KEY); BEGIN EXCLUSIVE")
    const opening = watch(openStore(path))
    for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve))
    expect(opening.soFar()).toBe(null)
    other.exec("COMMIT")
    const store = await opening.promise
    expect(outcome(store.users.isSetUp)).toBe(false)
  })

  test("SQL-07 gives up after six seconds of another's transaction, and says what to look for", async () => {
    const path = newPath()
    const other = connect(path)
    other.exec("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE")
    standStill()
    const opening = watch(openStore(path).catch((error: unknown) => error))
    await vi.advanceTimersByTimeAsync(5_900)
    expect(opening.soFar()).toBe(null)
    await vi.advanceTimersByTimeAsync(200)
    expect(opening.soFar()).toMatchObject({
      operation: "migrate",
      cause: { code: "SQLITE_BUSY", message: expect.stringContaining("a long transaction of another connection") }
    })
  })
})

test("a table that another connection of this process has locked is waited for", async () => {
  const uri = `file:${newPath()}?cache=shared`
  const [handle, other]: ReadonlyArray<SqliteHandle> = [connect(uri), connect(uri)]
  if (handle === undefined || other === undefined) throw new Error("there are two")
  const store = await build(sqliteStore(handle))
  Effect.runSync(store.users.insert(admin(1)))
  other.exec("BEGIN IMMEDIATE; UPDATE latchkey_users SET is_active = 1")
  const writing = outcomeInTime(store.users.insert(person(2)))
  other.exec("COMMIT")
  expect(await writing).toBe(undefined)
})

test.each([
  [{ errcode: 5 }, true],
  [{ errcode: 5 + 256 }, true],
  [{ errcode: 5 + 2 * 256 }, true],
  [{ errcode: 6 }, true],
  [{ errcode: 6 + 256 }, true],
  [{ errcode: 13 }, false],
  [{ errcode: 10 + 15 * 256 }, false],
  [{ code: "SQLITE_BUSY" }, true],
  [{ code: "SQLITE_BUSY_SNAPSHOT" }, true],
  [{ code: "SQLITE_LOCKED_SHAREDCACHE" }, true],
  [{ code: "SQLITE_FULL" }, false],
  [{ code: "SQLITE_IOERR_LOCK" }, false],
  [{ code: "ERR_SQLITE_ERROR", errcode: 19 }, false],
  [{}, false]
])("an error with %j says that the database is locked: %j", (fields, expected) => {
  expect(isLocked(Object.assign(new Error("refused"), fields))).toBe(expected)
})
