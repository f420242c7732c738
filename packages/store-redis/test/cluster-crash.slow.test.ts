import { samples } from "@latchkey/conformance/store"
import {
  AccountNameTaken,
  LastSuperuser,
  type NewUser,
  type StoreShape,
  type UserId,
  type UserSearch,
  type UserStore
} from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { createCluster } from "redis"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { makeKeys } from "../src/keys.ts"
import { type RedisCluster, startCluster } from "./clusters.ts"
import { type Lender, lender } from "./lending.ts"
import { code, plenty } from "./samples.ts"
import { build, hasRedis } from "./stores.ts"
import { dyingAfter, pausingAfter, writerOver } from "./writers.ts"

/*
 * In a cluster a change of a user that the directory takes part in is three scripts on two nodes. A process may die, or be
 * frozen and thawed, between any two of them.
 */

const {
  newPassword,
  proofAt,
  sampleAdmin: admin,
  sampleSession: session,
  sampleToken: token,
  sampleUser: person,
  start: now,
  userId
} = samples

let cluster: RedisCluster
let lent: Lender
beforeAll(async () => {
  if (!hasRedis) return
  cluster = await startCluster()
  lent = lender(createCluster({ rootNodes: cluster.urls.map((url) => ({ url })) }))
})
afterAll(async () => {
  await lent?.close()
  await cluster?.close()
})

const client = () => lent.target

type Fallible = { readonly _tag: string }

interface Operation {
  readonly name: string
  readonly before: ReadonlyArray<NewUser>
  readonly run: (users: UserStore) => Effect.Effect<unknown, Fallible>
}

const [ada, bea, cyd] = [1, 2, 3].map(userId) as [UserId, UserId, UserId]
const rename = { username: { typed: "Zoe", canonical: "zoe" }, email: { typed: "Zoe@b.c", canonical: "zoe@b.c" } }

const ownEmail = person(1).canonicalEmail
const wayBack = { email: rename.email, isVerified: true, ...newPassword(null) }

const operations: ReadonlyArray<Operation> = [
  { name: "insert", before: [admin(2)], run: (users) => users.insert(person(1)) },
  { name: "insert of a superuser", before: [], run: (users) => users.insert(admin(1)) },
  { name: "restore", before: [admin(2)], run: (users) => users.restore([person(1)]) },
  { name: "restore of a superuser", before: [], run: (users) => users.restore([admin(1)]) },
  { name: "insertFirstAdmin", before: [person(2)], run: (users) => users.insertFirstAdmin(admin(1)) },
  { name: "a change of both logins", before: [person(1)], run: (users) => users.change(ada, rename, now + 1) },
  {
    name: "a demotion",
    before: [admin(1), admin(2)],
    run: (users) => users.change(ada, { isSuperuser: false }, now + 1)
  },
  {
    name: "a change of everything",
    before: [admin(1), admin(2)],
    run: (users) => users.change(ada, { ...rename, isActive: false, isVerified: true }, now + 1)
  },
  {
    name: "making a superuser",
    before: [person(1)],
    run: (users) => users.change(ada, { isSuperuser: true }, now + 1)
  },
  {
    name: "promote",
    before: [person(1, { isActive: false })],
    run: (users) => users.promote(ada, { passwordHash: "new", mustChangePassword: true }, now + 1)
  },
  {
    name: "a change with a proof",
    before: [person(1)],
    run: (users) => users.changeWithProof(ada, { ...rename, ...newPassword("new") }, proofAt(3), now + 1)
  },
  {
    name: "a change with a proof that no longer fits",
    before: [person(1)],
    run: (users) => users.changeWithProof(ada, { ...rename, ...newPassword("new") }, proofAt(2), now + 1)
  },
  {
    name: "a way back to a former address",
    before: [admin(1), admin(2)],
    run: (users) => users.changeWithProof(ada, wayBack, { ...proofAt(3), canonicalEmail: ownEmail }, now + 1)
  },
  {
    name: "a way back from an address that is another by now",
    before: [person(1)],
    run: (users) => users.changeWithProof(ada, wayBack, { ...proofAt(3), canonicalEmail: "of@another" }, now + 1)
  },
  {
    name: "a way back from no address where there is one",
    before: [person(1)],
    run: (users) => users.changeWithProof(ada, wayBack, { ...proofAt(3), canonicalEmail: null }, now + 1)
  },
  {
    name: "a release of an address that nobody proved",
    before: [admin(1), person(2)],
    run: (users) => users.releaseEmail(ada, ownEmail ?? "", now + 1)
  },
  {
    name: "a release of an address that was proved",
    before: [person(1, { isVerified: true })],
    run: (users) => users.releaseEmail(ada, ownEmail ?? "", now + 1)
  },
  { name: "remove", before: [admin(1), admin(2)], run: (users) => users.remove(ada, null) },
  { name: "remove with a proof", before: [admin(1), admin(2)], run: (users) => users.remove(ada, proofAt(3)) },
  {
    name: "a removal with a proof that no longer fits",
    before: [admin(1), admin(2)],
    run: (users) => users.remove(ada, proofAt(2))
  }
]

const searches: ReadonlyArray<UserSearch> = [
  ...[null, "n", "name", "z", "@"].map((query) => ({ query, filter: {} })),
  { query: null, filter: { isActive: false } },
  { query: null, filter: { isSuperuser: true } }
]

/** Everything that can be seen of the users. */
const seen = ({ users }: StoreShape) =>
  Effect.gen(function* () {
    const logins = [1, 2, 3].flatMap((n) => [person(n).canonicalUsername ?? "", person(n).canonicalEmail ?? ""])
    const found = [...logins, "zoe", "zoe@b.c"].map((canonical) =>
      Effect.all([users.findByName({ kind: "username", canonical }), users.findByName({ kind: "email", canonical })])
    )
    return {
      isSetUp: yield* users.isSetUp,
      lists: yield* Effect.all(searches.map((search) => users.list({ ...search, after: null, limit: 10 }))),
      counts: yield* Effect.all(searches.map((search) => users.count(search))),
      byId: yield* Effect.all([ada, bea, cyd].map((id) => users.findWithPassword(id))),
      byLogin: yield* Effect.all(found)
    }
  })

const run = Effect.runPromise

/** What a store comes to that does the operation whole. */
const expected = async ({ before, run: operation }: Operation) => {
  const store = await build(memoryStore())
  for (const row of before) await run(store.users.insert(row))
  await run(operation(store.users))
  return run(seen(store))
}

/** A store with the users from before, and the operation begun by a process that got no further than so many scripts. */
const interrupted = async ({ before, run: operation }: Operation, scripts: number) => {
  const prefix = `test-${crypto.randomUUID()}`
  const store = await build(redisStore(client(), { prefix, unsafeNoPersistence: true }))
  for (const row of before) await run(store.users.insert(row))
  const unharmed = await run(seen(store))
  const writer = await writerOver(client(), prefix, dyingAfter(scripts))
  onTestFinished(writer.close)
  const failure = await run(Effect.flip(operation(writer.users)))
  expect(failure._tag).toBe("StoreError")
  const { intents } = makeKeys(prefix).directory
  const left = async () => (await cluster.nodeOf(intents)).command("HLEN", intents)
  return { store, unharmed, prefix, left }
}

const sweep = (store: StoreShape) => store.sessions.removeExpired(now, 100)

describe.runIf(hasRedis).each(operations)("a process that dies in $name", (operation) => {
  test.each([1, 2])(
    "RDS-04 STO-03 after script %i leaves the users as they were or as they become, and a sweep completes it",
    async (scripts) => {
      const { store, unharmed, left } = await interrupted(operation, scripts)
      const whole = await expected(operation)
      expect(await left()).toBe(1)
      const meanwhile = await run(store.users.findWithPassword(ada))
      expect([unharmed.byId[0], whole.byId[0]]).toContainEqual(meanwhile)
      await run(sweep(store))
      expect(await run(seen(store))).toEqual(whole)
      expect(await left()).toBe(0)
    }
  )

  test.each([1, 2])("after script %i leaves it to whoever changes that user next", async (scripts) => {
    const { store, left } = await interrupted(operation, scripts)
    const whole = await expected(operation)
    const next = await run(store.users.change(ada, { isVerified: true }, now + 2))
    const user = whole.byId[0]?.user
    expect(next).toEqual(user === undefined ? null : { ...user, isVerified: user.email !== null, updatedAt: now + 2 })
    expect(await left()).toBe(0)
  })
})

const find = (name: string): Operation => {
  const operation = operations.find((each) => each.name === name)
  if (operation === undefined) throw new Error(`no operation ${name}`)
  return operation
}

describe.runIf(hasRedis).each([1, 2])("a process that died after script %i", (scripts) => {
  test("leaves it to a sweep of attempts as well, for sessions may live elsewhere", async () => {
    const { store, left } = await interrupted(find("insert"), scripts)
    await run(store.attempts.removeExpired(now, 100))
    expect(await left()).toBe(0)
    expect(await run(store.users.find(ada))).toEqual(person(1).user)
  })

  test("leaves it to a sweep of tokens too", async () => {
    const { store, left } = await interrupted(find("insert"), scripts)
    await run(store.tokens.removeExpired(now, 100))
    expect(await left()).toBe(0)
  })

  test("of an insert holds the name: whoever wants it is told that it is taken, by a user who is there", async () => {
    const { store } = await interrupted(find("insert"), scripts)
    const same = { ...person(3), canonicalUsername: person(1).canonicalUsername }
    expect(await run(Effect.flip(store.users.insert(same)))).toEqual(new AccountNameTaken({ kind: "username" }))
    expect(await run(store.users.find(ada))).toEqual(person(1).user)
  })

  test("SET-02 of insertFirstAdmin lets nobody else be first", async () => {
    const { store } = await interrupted(find("insertFirstAdmin"), scripts)
    expect(await run(store.users.insertFirstAdmin(admin(3)))).toBe(false)
    expect(await run(store.users.find(ada))).toEqual(admin(1).user)
  })

  test("SET-03 of making a superuser leaves no setup open", async () => {
    for (const name of ["making a superuser", "promote", "insert of a superuser", "restore of a superuser"]) {
      const { store } = await interrupted(find(name), scripts)
      expect(await run(store.users.isSetUp), name).toBe(true)
      expect(await run(store.users.insertFirstAdmin(admin(3))), name).toBe(false)
    }
  })

  test.each(["remove", "remove with a proof"])("of %s frees the names for whoever wants them", async (name) => {
    const { store } = await interrupted(find(name), scripts)
    const same = { ...person(3), canonicalUsername: admin(1).canonicalUsername }
    await run(store.users.insert(same))
    expect(await run(store.users.find(ada))).toBe(null)
  })

  test("ADM-02 of a removal that is refused leaves a superuser, so that the other one can go", async () => {
    const { store } = await interrupted(find("a removal with a proof that no longer fits"), scripts)
    expect(await run(store.users.change(bea, { isSuperuser: false }, now + 2))).toMatchObject({ isSuperuser: false })
    expect(await run(Effect.flip(store.users.remove(ada, null)))).toEqual(new LastSuperuser())
  })

  test("of a removal ends the sessions, the tokens and the codes with the user", async () => {
    const operation = find("remove")
    const prefix = `test-${crypto.randomUUID()}`
    const store = await build(redisStore(client(), { prefix, unsafeNoPersistence: true }))
    for (const row of operation.before) await run(store.users.insert(row))
    const one = session(1, ada)
    const key = token(1, ada)
    await run(store.sessions.insert(one, plenty))
    await run(store.tokens.insert(key, 9))
    await run(store.codes.insert(code(1, ada), "replace"))
    const writer = await writerOver(client(), prefix, dyingAfter(scripts))
    onTestFinished(writer.close)
    await run(Effect.flip(operation.run(writer.users)))
    const opened = await run(store.lookupSession(ada, one.hash))
    expect(opened === null).toBe(scripts === 2)
    expect((await run(store.lookupToken(ada, key.hash))) === null).toBe(scripts === 2)
    expect(await run(store.codes.list(ada))).toHaveLength(2 - scripts)
    await run(sweep(store))
    expect(await run(store.codes.list(ada))).toEqual([])
    expect(await run(store.lookupSession(ada, one.hash))).toBe(null)
    expect(await run(store.sessions.find(ada, one.hash))).toBe(null)
    expect(await run(store.lookupToken(ada, key.hash))).toBe(null)
    expect(await run(store.tokens.find(ada, key.hash))).toBe(null)
  })

  test("ADM-02 of a demotion leaves the other superuser the last one", async () => {
    for (const name of ["a demotion", "remove", "a change of everything"]) {
      const { store } = await interrupted(find(name), scripts)
      const demote = store.users.change(bea, { isSuperuser: false }, now + 2)
      expect(await run(Effect.flip(demote)), name).toEqual(new LastSuperuser())
    }
  })

  test("ADM-02 of making a superuser does not keep the other one from going", async () => {
    const operation = { ...find("making a superuser"), before: [person(1), admin(2)] }
    const { store } = await interrupted(operation, scripts)
    expect(await run(store.users.remove(bea, null))).toBe(true)
    expect(await run(store.users.find(ada))).toMatchObject({ isSuperuser: true })
  })
})

/** The operation frozen after so many scripts, and completed by a sweep of another process. */
const frozen = async ({ before, run: operation }: Operation, scripts: number) => {
  const prefix = `test-${crypto.randomUUID()}`
  const store = await build(redisStore(client(), { prefix, unsafeNoPersistence: true }))
  for (const row of before) await run(store.users.insert(row))
  const pause = pausingAfter(scripts)
  const writer = await writerOver(client(), prefix, pause.tamper)
  onTestFinished(writer.close)
  const late = run(Effect.exit(operation(writer.users)))
  await pause.asleep
  await run(sweep(store))
  const goOn = () => {
    pause.wake()
    return late
  }
  return { store, prefix, goOn }
}

const middle = { username: { typed: "Mid", canonical: "mid" }, isVerified: true }

describe.runIf(hasRedis).each(operations)("a process that is frozen in $name", (operation) => {
  test.each([1, 2])("after script %i, and whose change a sweep completes, is told what came of it", async (scripts) => {
    const { goOn } = await frozen(operation, scripts)
    const whole = await build(memoryStore())
    for (const row of operation.before) await run(whole.users.insert(row))
    expect(await goOn()).toEqual(await run(Effect.exit(operation.run(whole.users))))
  })

  test.each([1, 2])("after script %i and goes on after a later change does not undo that", async (scripts) => {
    const { store, goOn } = await frozen(operation, scripts)
    await run(store.users.change(ada, middle, now + 5))
    const after = await run(seen(store))
    await goOn()
    expect(await run(seen(store))).toEqual(after)
  })

  test.each([1, 2])(
    "after script %i and goes on after a later change was begun leaves that to be completed",
    async (scripts) => {
      const { store, prefix, goOn } = await frozen(operation, scripts)
      const other = await writerOver(client(), prefix, dyingAfter(1))
      onTestFinished(other.close)
      await run(Effect.exit(other.users.change(ada, middle, now + 5)))
      await goOn()
      await run(sweep(store))
      const found = await run(store.users.findByName({ kind: "username", canonical: "mid" }))
      expect(found === null).toBe(operation.name.startsWith("remove"))
      if (found !== null)
        expect(found.user).toMatchObject({ id: ada, username: "Mid", isVerified: found.user.email !== null })
    }
  )

  test.each([1, 2])(
    "after script %i and goes on after the user has gone brings nobody back, and takes no name",
    async (scripts) => {
      const { store, goOn } = await frozen(operation, scripts)
      await run(Effect.ignore(store.users.insert(admin(3))))
      await run(store.users.remove(ada, null))
      await run(
        Effect.ignore(store.users.insert({ ...person(2), canonicalUsername: "zoe", canonicalEmail: "zoe@b.c" }))
      )
      const after = await run(seen(store))
      await goOn()
      expect(await run(seen(store))).toEqual(after)
      expect(after.byId[0]).toBe(null)
    }
  )
})
