import { Users } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, onTestFinished, test } from "vitest"
import {
  admin,
  challenge,
  code,
  codeKeyOf,
  codeOf,
  now,
  person,
  plenty,
  rotation,
  session,
  token,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"
import { build, contents, drivers, type HostHandle, hostHandles, outcome } from "./stores.ts"

/** A host that keeps jobs, and the store on its handle. */
const jobsHost = async ({ handle }: Pick<HostHandle, "handle">) => {
  const store = await build(sqliteStore(handle))
  handle.exec(`CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL REFERENCES latchkey_users (id) ON DELETE CASCADE,
    title TEXT NOT NULL
  ) STRICT`)
  const addJob = handle.prepare("INSERT INTO jobs (owner, title) VALUES (?, ?)")
  const jobs = () => handle.prepare("SELECT owner FROM jobs").all().length
  return { handle, store, addJob, jobs }
}

describe.each(drivers)("on a host's %s handle", (driver) => {
  const host = () => jobsHost(hostHandles[driver]())

  test("commit keeps the user and the host's row", async () => {
    const { handle, store, addJob, jobs } = await host()
    handle.exec("BEGIN IMMEDIATE")
    Effect.runSync(store.users.insert(admin(1)))
    addJob.run(userId(1), "welcome")
    handle.exec("COMMIT")
    expect(outcome(store.users.find(userId(1)))).toEqual(admin(1).user)
    expect(jobs()).toBe(1)
  })

  test("rollback undoes the user, the setup marker and the host's row", async () => {
    const { handle, store, addJob, jobs } = await host()
    handle.exec("BEGIN IMMEDIATE")
    expect(outcome(store.users.insertFirstAdmin(admin(1)))).toBe(true)
    addJob.run(userId(1), "welcome")
    handle.exec("ROLLBACK")
    expect(outcome(store.users.find(userId(1)))).toBe(null)
    expect(outcome(store.users.isSetUp)).toBe(false)
    expect(jobs()).toBe(0)
  })

  test("a verb that fails leaves the host's transaction as it was before the verb", async () => {
    const { handle, store, addJob, jobs } = await host()
    Effect.runSync(store.users.insert(admin(1)))
    handle.exec("BEGIN")
    addJob.run(userId(1), "before")
    expect(outcome(store.users.insert({ ...person(2), canonicalUsername: "name1" }))).toBe("AccountNameTaken")
    expect(outcome(store.users.insert({ ...person(2), user: { ...person(2).user, id: userId(1) } }))).toBe("StoreError")
    expect(outcome(store.users.remove(userId(1), null))).toBe("LastSuperuser")
    addJob.run(userId(1), "after")
    handle.exec("COMMIT")
    expect(jobs()).toBe(2)
    expect(outcome(store.users.count({ query: null, filter: {} }))).toMatchObject({ total: 1 })
  })

  test("a token over the limit is undone alone, and the host's transaction goes on", async () => {
    const { handle, store, addJob, jobs } = await host()
    const one = token(1, userId(1))
    Effect.runSync(store.users.insert(person(1)))
    handle.exec("BEGIN IMMEDIATE")
    expect(outcome(store.tokens.insert(one, 1))).toBe(undefined)
    addJob.run(userId(1), "before")
    expect(outcome(store.tokens.insert(token(2, userId(1)), 1))).toBe("TooManyTokens")
    expect(outcome(store.tokens.rotate(tokenKeyOf(one), rotation(token(3, userId(1)), now), 0))).toBe("TooManyTokens")
    addJob.run(userId(1), "after")
    handle.exec("COMMIT")
    expect(jobs()).toBe(2)
    expect(outcome(store.tokens.list(userId(1), now, wholeList))).toEqual([one.token])
  })

  test("a CLI login over the limit is undone alone, and the host's transaction goes on", async () => {
    const { handle, store, addJob, jobs } = await host()
    Effect.runSync(store.users.insert(person(1)))
    handle.exec("BEGIN IMMEDIATE")
    expect(outcome(store.challenges.insert(challenge(1), 2))).toBe(undefined)
    expect(outcome(store.challenges.insert(challenge(2, { codeHash: codeOf(1) }), 2))).toBe("UserCodeTaken")
    expect(outcome(store.challenges.insert(challenge(2), 2))).toBe(undefined)
    expect(outcome(store.challenges.insert(challenge(3), 2))).toBe("TooManyChallenges")
    addJob.run(userId(1), "after")
    handle.exec("COMMIT")
    expect(jobs()).toBe(1)
    expect([1, 2, 3].map((n) => outcome(store.challenges.claim(codeOf(n), userId(1), now, 9)))).toMatchObject([
      { userId: userId(1) },
      { userId: userId(1) },
      null
    ])
  })

  test("the host's rollback takes a one-time code and its use with it, and a savepoint no more than its own part", async () => {
    const { handle, store } = await host()
    const mailed = code(1, userId(1))
    Effect.runSync(store.users.insert(person(1)))
    handle.exec("BEGIN IMMEDIATE")
    expect(outcome(store.codes.insert(mailed, "replace"))).toBe(true)
    expect(outcome(store.codes.insert(code(1, userId(9)), "replace"))).toBe("StoreError")
    expect(outcome(store.codes.consume(codeKeyOf(mailed), now))).toMatchObject({ isFirst: true })
    expect(outcome(store.codes.consume(codeKeyOf(mailed), now))).toMatchObject({ isFirst: false })
    handle.exec("ROLLBACK")
    expect(outcome(store.codes.find(codeKeyOf(mailed)))).toBe(null)
  })

  test("removing a user removes the host's rows, the sessions, the tokens, the CLI logins and the codes", async () => {
    const { store, addJob, jobs } = await host()
    const one = session(1, userId(1))
    Effect.runSync(store.users.insert(person(1)))
    Effect.runSync(store.sessions.insert(one, plenty))
    Effect.runSync(store.tokens.insert(token(1, userId(1)), 1))
    Effect.runSync(store.challenges.insert(challenge(1), 1))
    Effect.runSync(store.challenges.claim(codeOf(1), userId(1), now, 1))
    Effect.runSync(store.codes.insert(code(1, userId(1)), "replace"))
    addJob.run(userId(1), "welcome")
    expect(outcome(store.users.remove(userId(1), null))).toBe(true)
    expect(jobs()).toBe(0)
    expect(outcome(store.sessions.find(userId(1), one.hash))).toBe(null)
    expect(outcome(store.tokens.find(userId(1), one.hash))).toBe(null)
    expect(outcome(store.challenges.list(userId(1), wholeList))).toEqual([])
    expect(outcome(store.codes.list(userId(1)))).toEqual([])
  })

  test("the host's row for a user that is not there is refused", async () => {
    const { addJob } = await host()
    expect(() => addJob.run(userId(1), "nobody's")).toThrow(/FOREIGN KEY/)
  })

  test("the store can be built and used within the host's transaction, which still decides", async () => {
    const { handle } = hostHandles[driver]()
    handle.exec("BEGIN")
    const store = await build(sqliteStore(handle))
    Effect.runSync(store.users.insert(person(1)))
    handle.exec("ROLLBACK")
    expect(contents(handle)).toEqual({})
  })

  test("a write on another connection during the host's read transaction is StoreError, not a lost update", async () => {
    const { handle, path } = hostHandles[driver]()
    const [store, other] = [
      await build(sqliteStore(handle)),
      await build(sqliteStore(hostHandles[driver](path).handle))
    ]
    Effect.runSync(store.users.insert(admin(1)))
    Effect.runSync(store.users.insert(admin(2)))
    handle.exec("BEGIN")
    expect(outcome(store.users.isSetUp)).toBe(true)
    Effect.runSync(other.users.change(userId(1), { isSuperuser: false }, now))
    expect(outcome(store.users.change(userId(2), { isSuperuser: false }, now))).toBe("StoreError")
    handle.exec("ROLLBACK")
    expect(outcome(store.users.change(userId(2), { isSuperuser: false }, now))).toBe("LastSuperuser")
  })

  test("closing the layer leaves the handle open", async () => {
    const { handle } = hostHandles[driver]()
    await Effect.runPromise(Effect.scoped(Layer.build(sqliteStore(handle))))
    expect(handle.prepare("SELECT 1 AS one").get()).toMatchObject({ one: 1 })
  })
})

test("a user that core makes and the host's row for it are one transaction", async () => {
  const { handle } = hostHandles["node:sqlite"]()
  const { store, addJob, jobs } = await jobsHost({ handle })
  const { auth } = await createTestAuth({ store: sqliteStore(handle) })
  onTestFinished(() => auth.close())
  const invite = (email: string, title: string | null) => {
    handle.exec("BEGIN IMMEDIATE")
    try {
      const user = Effect.runSyncWith(auth.context)(Effect.flatMap(Users, (users) => users.create({ email })))
      addJob.run(user.id, title)
      handle.exec("COMMIT")
    } catch (error) {
      handle.exec("ROLLBACK")
      throw error
    }
  }
  const total = () => Effect.runSync(store.users.count({ query: "ada@example.org", filter: {} })).total

  expect(() => invite("ada@example.org", null)).toThrow(/NOT NULL/)
  expect([total(), jobs()]).toEqual([0, 0])
  invite("ada@example.org", "welcome")
  expect([total(), jobs()]).toEqual([1, 1])
  expect(() => invite("ADA@example.org", "again")).toThrow("this email is taken")
  expect([total(), jobs()]).toEqual([1, 1])
})
