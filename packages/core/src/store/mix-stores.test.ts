import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, test } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { noting, outage, storeAround, storeOver } from "../../test/store-around.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { sampleAdmin, sampleSession, sampleUser, start, userId } from "../testing/laws/samples.ts"
import { storeLaws } from "../testing/laws/store-laws.ts"
import { memoryStore } from "../testing/memory-store.ts"
import { emptyTables, type Tables } from "../testing/memory-tables.ts"
import { checkLaw, storeConformance } from "../testing/store-conformance.ts"
import type { UserStore } from "../user/user-store.ts"
import { mixStores } from "./mix-stores.ts"
import { Store, type StoreLayer, type StoreParts, type StoreShape } from "./store.ts"
import { StoreError } from "./store-error.ts"
import { UsedParts } from "./used-parts.ts"

const ada = userId(1)
const row = sampleSession(1, ada)

const on = <A, E>(store: StoreLayer, use: (store: StoreShape) => Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(Layer.build(store), (context) => use(Context.get(context, Store)))))

const mixes: Readonly<Record<string, ReadonlyArray<keyof StoreParts>>> = {
  "users apart": ["users"],
  "sessions apart": ["sessions"],
  "attempts apart": ["attempts"],
  "the audit log apart": ["audit"],
  "every part apart": ["users", "sessions", "attempts", "audit"]
}

describe.each(Object.entries(mixes))("STO-01 the laws hold with %s", (_, apart) => {
  storeConformance(test, () => {
    const base = emptyTables()
    const homes = apart.map((part) => [part, emptyTables()] as const)
    const connect = () =>
      mixStores(storeOver(base), Object.fromEntries(homes.map(([part, tables]) => [part, storeOver(tables)])))
    return { store: connect(), second: connect() }
  })
})

const brokenLaws = async (makeStore: () => StoreLayer): Promise<ReadonlyArray<string>> => {
  const broken = Effect.filter(storeLaws, (law) =>
    Effect.match(checkLaw(law, makeStore), { onSuccess: () => false, onFailure: () => true })
  )
  return (await Effect.runPromise(broken)).map(({ states }) => states)
}

type Change = (users: StoreShape, sessions: StoreShape) => Partial<StoreShape>

/** A mix with one thing broken. */
const brokenMix = (change: Change): StoreLayer =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const users = yield* Layer.build(memoryStore())
      const sessions = yield* Layer.build(memoryStore())
      const mix = mixStores(Layer.succeedContext(users), { sessions: Layer.succeedContext(sessions) })
      const sound = Context.get(yield* Layer.build(mix), Store)
      return { ...sound, ...change(Context.get(users, Store), Context.get(sessions, Store)) }
    })
  )

const mistakes: Readonly<Record<string, { readonly change: Change; readonly breaks: ReadonlyArray<string> }>> = {
  "a removal that leaves the sessions in the other store": {
    change: ({ users }) => ({ users }),
    breaks: [
      "SES-05 a parallel touch never brings a removed user's session back",
      "ADM-06 removing a user removes their sessions, and nobody else's"
    ]
  },
  "a removal that ends the sessions first": {
    change: ({ users }, { sessions }) => {
      const remove: UserStore["remove"] = (id) => Effect.andThen(sessions.closeAll(id, null), users.remove(id))
      return { users: { ...users, remove } }
    },
    breaks: ["a removal that fails with LastSuperuser leaves the sessions"]
  },
  "a look-up that does not ask whose the session is": {
    change: ({ users }, { sessions }) => ({
      lookup: Effect.fnUntraced(function* (owner, hash) {
        const { items } = yield* users.list({ query: null, offset: 0, limit: 100 })
        const found = yield* Effect.forEach(items, ({ id }) => sessions.find(id, hash))
        const user = yield* users.find(owner)
        const session = found.find((one) => one !== null)
        return user === null || session === undefined ? null : { user, session }
      })
    }),
    breaks: ["SES-11 lookup of a user and a session that do not belong together is null"]
  }
}

describe("the laws find", () => {
  test.each(Object.entries(mistakes))("%s", async (_, { change, breaks }) => {
    expect(await brokenLaws(() => brokenMix(change))).toEqual(breaks)
  })

  test("a look-up that asks one of the stores alone", async () => {
    const everyFind = "lookup gives the user and the session of a credential, just as they are"
    expect(await brokenLaws(() => brokenMix(({ lookup }) => ({ lookup })))).toContain(everyFind)
    expect(await brokenLaws(() => brokenMix((_, { lookup }) => ({ lookup })))).toContain(everyFind)
  })
})

/** A store that writes down when it is opened, with which parts used, and when it is closed. */
const noted = (name: string, log: Array<string>): StoreLayer =>
  Layer.effectDiscard(
    Effect.flatMap(UsedParts, (used) =>
      Effect.acquireRelease(
        Effect.sync(() => log.push(`open ${name} for ${[...used].join(", ")}`)),
        () => Effect.sync(() => log.push(`close ${name}`))
      )
    )
  ).pipe(Layer.provideMerge(memoryStore()))

describe("the stores of a mix", () => {
  test("are opened once each, told which parts will be used of them, and closed with the mix", async () => {
    const log: Array<string> = []
    const other = noted("other", log)
    const mix = mixStores(noted("base", log), { sessions: other, audit: other })
    await on(mix, () => Effect.sync(() => log.push("in use")))
    expect(log).toEqual([
      "open base for users, attempts",
      "open other for sessions, audit",
      "in use",
      "close other",
      "close base"
    ])
  })

  test("are told of all parts when they are not mixed", async () => {
    const log: Array<string> = []
    const base = noted("base", log)
    await on(base, () => Effect.void)
    await on(mixStores(base, { sessions: base }), () => Effect.void)
    expect(log.filter((line) => line.startsWith("open"))).toEqual([
      "open base for users, sessions, attempts, audit",
      "open base for users, sessions, attempts, audit"
    ])
    const { lookup: _, ...parts } = await on(memoryStore(), Effect.succeed)
    expect([...UsedParts.defaultValue()]).toEqual(Object.keys(parts))
  })

  test("are not told of a part that a mix around theirs keeps elsewhere", async () => {
    const log: Array<string> = []
    const inner = mixStores(noted("base", log), { sessions: noted("sessions", log) })
    await on(mixStores(inner, { users: noted("users", log) }), () => Effect.void)
    expect(log.slice(0, 3)).toEqual([
      "open users for users",
      "open base for attempts, audit",
      "open sessions for sessions"
    ])
  })

  test("are not opened when no part is theirs", async () => {
    const log: Array<string> = []
    const other = memoryStore()
    await on(
      mixStores(noted("base", log), { users: other, sessions: other, attempts: other, audit: other }),
      () => Effect.void
    )
    expect(log).toEqual([])
  })

  test("are closed again when one of them cannot be opened", async () => {
    const log: Array<string> = []
    const failure = new StoreError({ operation: "open", cause: "refused" })
    const mix = mixStores(noted("base", log), { audit: Layer.effect(Store, Effect.fail(failure)) })
    await expect(on(mix, () => Effect.void)).rejects.toBe(failure)
    expect(log).toEqual(["open base for users, sessions, attempts", "close base"])
  })
})

describe("the look-up of a mix", () => {
  const withAda = (tables: Tables): Tables => {
    tables.users.set(ada, sampleUser(1))
    tables.sessions.set(ada, new Map([[row.hash, row]]))
    return tables
  }

  test("is one call when users and sessions live in one store", async () => {
    const calls: Array<string> = []
    const other = storeAround(noting(calls), withAda(emptyTables()))
    const found = await on(mixStores(memoryStore(), { users: other, sessions: other }), ({ lookup }) =>
      lookup(ada, row.hash)
    )
    expect(found).toEqual({ user: sampleUser(1).user, session: row.session })
    expect(calls).toEqual(["lookup"])
  })

  test("asks both stores at once", async () => {
    const met = Deferred.makeUnsafe<void>()
    let waiting = 0
    const meeting = <A, E>(_: string, call: Effect.Effect<A, E>) =>
      Effect.suspend(() => {
        waiting += 1
        return waiting === 2 ? Deferred.succeed(met, undefined) : Deferred.await(met)
      }).pipe(Effect.andThen(call))
    const apart = () => storeAround(meeting, withAda(emptyTables()))
    const found = await on(mixStores(apart(), { sessions: apart() }), ({ lookup }) => lookup(ada, row.hash))
    expect(found).toEqual({ user: sampleUser(1).user, session: row.session })
  })

  test.each(["users", "sessions"] as const)("ERR-03 fails when the store of the %s is away", async (away) => {
    const tables = withAda(emptyTables())
    const broken = storeAround(
      outage(() => true),
      tables
    )
    const mix = mixStores(storeOver(tables), { [away]: broken })
    const failure = await on(mix, ({ lookup }) => Effect.flip(lookup(ada, row.hash)))
    expect(failure).toMatchObject({ _tag: "StoreError", operation: `${away}.find` })
  })
})

describe("ADM-06 removing a user of a mix", () => {
  /** Users here, sessions there, each of which can be switched off. */
  const scene = async () => {
    const away = { users: false, sessions: false }
    const [users, sessions] = [emptyTables(), emptyTables()]
    const mix = mixStores(
      storeAround(
        outage(() => away.users),
        users
      ),
      {
        sessions: storeAround(
          outage(() => away.sessions),
          sessions
        )
      }
    )
    const log = capturedLog()
    const run = <A, E>(use: (store: StoreShape) => Effect.Effect<A, E>) =>
      on(mix, (store) => Effect.provide(use(store), log.layer))
    await run((store) =>
      Effect.all([
        store.users.insert(sampleAdmin(9)),
        store.users.insert(sampleUser(1)),
        store.sessions.insert(row),
        store.sessions.insert(sampleSession(9, userId(9)))
      ])
    )
    return { away, run, log: log.lines }
  }

  test("is done, logged and without effect on anyone else when the sessions' store is away", async () => {
    const { away, run, log } = await scene()
    away.sessions = true
    expect(await run(({ users }) => users.remove(ada))).toBe(true)
    expect(log.join()).toContain(`user: '${ada}'`)
    away.sessions = false
    expect(await run(({ lookup }) => lookup(ada, row.hash))).toBeNull()
    expect(await run(({ lookup }) => lookup(userId(9), sampleSession(9, userId(9)).hash))).not.toBeNull()
  })

  test("ends the sessions that an outage left, when it is asked for again", async () => {
    const { away, run } = await scene()
    away.sessions = true
    await run(({ users }) => users.remove(ada))
    away.sessions = false
    expect(await run(({ sessions }) => sessions.list(ada, start))).toHaveLength(1)
    expect(await run(({ users }) => users.remove(ada))).toBe(false)
    expect(await run(({ sessions }) => sessions.list(ada, start))).toEqual([])
  })

  test("fails and leaves the sessions when the users' store is away", async () => {
    const { away, run } = await scene()
    away.users = true
    expect(await run(({ users }) => Effect.flip(users.remove(ada)))).toMatchObject({ operation: "users.remove" })
    away.users = false
    expect(await run(({ lookup }) => lookup(ada, row.hash))).not.toBeNull()
  })

  test("is in the audit trail also when the sessions' store is away", async () => {
    const store = mixStores(memoryStore(), {
      sessions: storeAround(outage((operation) => operation === "sessions.closeAll"))
    })
    const { auth } = await createTestAuth({ store })
    const { id } = await auth.users.register({ username: "ada", password: "four unrelated words here" })
    expect(await auth.users.remove(id)).toBe(true)
    expect(await auth.audit.list({ type: "user.removed" })).toMatchObject([{ event: { subject: id } }])
  })
})
