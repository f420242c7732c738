import { challengeSamples, codeSamples, samples, storeConformance } from "@latchkey/conformance/store"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, test } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { mixOf } from "../../test/mix-of.ts"
import { type Around, noting, outage, storeAround, storeOver } from "../../test/store-around.ts"
import { codePurposes } from "../code/code.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { memoryStore } from "../testing/memory-store.ts"
import { emptyTables, type Tables } from "../testing/memory-tables.ts"
import { mixStores } from "./mix-stores.ts"
import { Store, type StoreLayer, type StoreParts, type StoreShape } from "./store.ts"
import { StoreError } from "./store-error.ts"
import { partNames, UsedParts } from "./used-parts.ts"

const { sampleAdmin, sampleSession, sampleToken, sampleUser, start, userId, plenty, wholeList } = samples

const { challengeKeyOf, reach, sampleChallenge } = challengeSamples
const { codeOfEachPurpose } = codeSamples

const ada = userId(1)
const row = sampleSession(1, ada)
const token = sampleToken(3, ada)

const on = <A, E>(store: StoreLayer, use: (store: StoreShape) => Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(Layer.build(store), (context) => use(Context.get(context, Store)))))

describe("STO-01 the laws hold with every part apart", () => {
  storeConformance(test, () => mixOf(partNames))
})

const allBut = (...apart: ReadonlyArray<keyof StoreParts>): string =>
  partNames.filter((part) => !apart.includes(part)).join(", ")

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
      `open base for ${allBut("sessions", "audit")}`,
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
      `open base for ${allBut()}`,
      `open base for ${allBut()}`
    ])
    const { lookupSession: _, lookupToken: __, ...parts } = await on(memoryStore(), Effect.succeed)
    expect([...UsedParts.defaultValue()]).toEqual(Object.keys(parts))
  })

  test("are not told of a part that a mix around theirs keeps elsewhere", async () => {
    const log: Array<string> = []
    const inner = mixStores(noted("base", log), { sessions: noted("sessions", log) })
    await on(mixStores(inner, { users: noted("users", log) }), () => Effect.void)
    expect(log.slice(0, 3)).toEqual([
      "open users for users",
      `open base for ${allBut("users", "sessions")}`,
      "open sessions for sessions"
    ])
  })

  test("are not opened when no part is theirs", async () => {
    const log: Array<string> = []
    const other = memoryStore()
    await on(
      mixStores(noted("base", log), Object.fromEntries(partNames.map((part) => [part, other]))),
      () => Effect.void
    )
    expect(log).toEqual([])
  })

  test("are closed again when one of them cannot be opened", async () => {
    const log: Array<string> = []
    const failure = new StoreError({ operation: "open", cause: "refused" })
    const mix = mixStores(noted("base", log), { audit: Layer.effect(Store, Effect.fail(failure)) })
    await expect(on(mix, () => Effect.void)).rejects.toBe(failure)
    expect(log).toEqual([`open base for ${allBut("audit")}`, "close base"])
  })
})

describe("the look-up of a mix", () => {
  const withAda = (tables: Tables): Tables => {
    tables.users.set(ada, sampleUser(1))
    tables.sessions.set(ada, new Map([[row.hash, row]]))
    tables.tokens.set(ada, new Map([[token.hash, token]]))
    return tables
  }

  test("is one call when users and sessions live in one store", async () => {
    const calls: Array<string> = []
    const other = storeAround(noting(calls), withAda(emptyTables()))
    const found = await on(mixStores(memoryStore(), { users: other, sessions: other }), ({ lookupSession }) =>
      lookupSession(ada, row.hash)
    )
    expect(found).toEqual({ user: sampleUser(1).user, session: row.session })
    expect(calls).toEqual(["lookupSession"])
  })

  test("is one call when users and tokens live in one store", async () => {
    const calls: Array<string> = []
    const other = storeAround(noting(calls), withAda(emptyTables()))
    const found = await on(mixStores(memoryStore(), { users: other, tokens: other }), ({ lookupToken }) =>
      lookupToken(ada, token.hash)
    )
    expect(found).toEqual({ user: sampleUser(1).user, token: token.token })
    expect(calls).toEqual(["lookupToken"])
  })

  /** Lets nobody through before a second one comes. */
  const meeting = (): Around => {
    const met = Deferred.makeUnsafe<void>()
    let waiting = 0
    return (_, call) =>
      Effect.suspend(() => {
        waiting += 1
        return waiting === 2 ? Deferred.succeed(met, undefined) : Deferred.await(met)
      }).pipe(Effect.andThen(call))
  }

  test("asks both stores at once", async () => {
    const around = meeting()
    const apart = () => storeAround(around, withAda(emptyTables()))
    const found = await on(mixStores(apart(), { sessions: apart() }), ({ lookupSession }) =>
      lookupSession(ada, row.hash)
    )
    expect(found).toEqual({ user: sampleUser(1).user, session: row.session })
  })

  test("asks both stores at once also for a token", async () => {
    const around = meeting()
    const apart = () => storeAround(around, withAda(emptyTables()))
    const found = await on(mixStores(apart(), { tokens: apart() }), ({ lookupToken }) => lookupToken(ada, token.hash))
    expect(found).toEqual({ user: sampleUser(1).user, token: token.token })
  })

  const mixWithout = (away: keyof StoreParts): StoreLayer => {
    const tables = withAda(emptyTables())
    const broken = storeAround(
      outage(() => true),
      tables
    )
    return mixStores(storeOver(tables), { [away]: broken })
  }

  test.each(["users", "sessions"] as const)("ERR-03 fails when the store of the %s is away", async (away) => {
    const failure = await on(mixWithout(away), ({ lookupSession }) => Effect.flip(lookupSession(ada, row.hash)))
    expect(failure).toMatchObject({ _tag: "StoreError", operation: `${away}.find` })
  })

  test.each(["users", "tokens"] as const)("ERR-03 fails for a token when the store of the %s is away", async (away) => {
    const failure = await on(mixWithout(away), ({ lookupToken }) => Effect.flip(lookupToken(ada, token.hash)))
    expect(failure).toMatchObject({ _tag: "StoreError", operation: `${away}.find` })
  })

  test("of sessions does not need the tokens' store, nor that of tokens the sessions'", async () => {
    expect(await on(mixWithout("tokens"), ({ lookupSession }) => lookupSession(ada, row.hash))).not.toBeNull()
    expect(await on(mixWithout("sessions"), ({ lookupToken }) => lookupToken(ada, token.hash))).not.toBeNull()
  })
})

describe("ADM-06 removing a user of a mix", () => {
  /** Users, sessions and tokens in three stores, each of which can be switched off. */
  const scene = async () => {
    const away = { users: false, sessions: false, tokens: false }
    const tablesOf = { users: emptyTables(), sessions: emptyTables(), tokens: emptyTables() }
    const home = (part: keyof typeof away) =>
      storeAround(
        outage(() => away[part]),
        tablesOf[part]
      )
    const mix = mixStores(home("users"), { sessions: home("sessions"), tokens: home("tokens") })
    const log = capturedLog()
    const run = <A, E>(use: (store: StoreShape) => Effect.Effect<A, E>) =>
      on(mix, (store) => Effect.provide(use(store), log.layer))
    await run((store) =>
      Effect.all([
        store.users.insert(sampleAdmin(9)),
        store.users.insert(sampleUser(1)),
        store.sessions.insert(row, plenty),
        store.sessions.insert(sampleSession(9, userId(9)), plenty),
        store.tokens.insert(token, 10),
        store.tokens.import(sampleToken(2, ada, { isImported: true })),
        store.tokens.insert(sampleToken(9, userId(9)), 10)
      ])
    )
    return { away, run, log: log.lines }
  }

  test("removes what both other stores hold of them, and nobody else's", async () => {
    const { run, log } = await scene()
    expect(await run(({ users }) => users.remove(ada, null))).toBe(true)
    expect(await run(({ sessions }) => sessions.list(ada, start, wholeList))).toEqual([])
    expect(await run(({ tokens }) => tokens.list(ada, start, wholeList))).toEqual([])
    expect(await run(({ tokens }) => tokens.list(userId(9), start, wholeList))).toHaveLength(1)
    expect(log).toEqual([])
  })

  test("is done, logged and without effect on anyone else when the sessions' store is away", async () => {
    const { away, run, log } = await scene()
    away.sessions = true
    expect(await run(({ users }) => users.remove(ada, null))).toBe(true)
    expect(log.join()).toContain(`user: '${ada}'`)
    away.sessions = false
    expect(await run(({ lookupSession }) => lookupSession(ada, row.hash))).toBeNull()
    expect(await run(({ lookupSession }) => lookupSession(userId(9), sampleSession(9, userId(9)).hash))).not.toBeNull()
  })

  test("is done, logged and without effect on anyone else when the tokens' store is away", async () => {
    const { away, run, log } = await scene()
    away.tokens = true
    expect(await run(({ users }) => users.remove(ada, null))).toBe(true)
    expect(log.join()).toContain("tokens.revokeAll")
    expect(log.join()).toContain(`user: '${ada}'`)
    away.tokens = false
    expect(await run(({ lookupToken }) => lookupToken(ada, token.hash))).toBeNull()
    expect(await run(({ lookupToken }) => lookupToken(userId(9), sampleToken(9, userId(9)).hash))).not.toBeNull()
  })

  test("removes the tokens also when the sessions' store is away", async () => {
    const { away, run } = await scene()
    away.sessions = true
    expect(await run(({ users }) => users.remove(ada, null))).toBe(true)
    expect(await run(({ tokens }) => tokens.list(ada, start, wholeList))).toEqual([])
  })

  test("ends what an outage left, when it is asked for again", async () => {
    const { away, run } = await scene()
    away.sessions = true
    away.tokens = true
    await run(({ users }) => users.remove(ada, null))
    away.sessions = false
    away.tokens = false
    expect(await run(({ sessions }) => sessions.list(ada, start, wholeList))).toHaveLength(1)
    expect(await run(({ tokens }) => tokens.list(ada, start, wholeList))).toHaveLength(2)
    expect(await run(({ users }) => users.remove(ada, null))).toBe(false)
    expect(await run(({ sessions }) => sessions.list(ada, start, wholeList))).toEqual([])
    expect(await run(({ tokens }) => tokens.list(ada, start, wholeList))).toEqual([])
  })

  test("fails and leaves sessions and tokens when the users' store is away", async () => {
    const { away, run } = await scene()
    away.users = true
    expect(await run(({ users }) => Effect.flip(users.remove(ada, null)))).toMatchObject({ operation: "users.remove" })
    away.users = false
    expect(await run(({ lookupSession }) => lookupSession(ada, row.hash))).not.toBeNull()
    expect(await run(({ lookupToken }) => lookupToken(ada, token.hash))).not.toBeNull()
  })

  test("removes what a store of challenges holds of them, and leaves the CLI logins that nobody has claimed", async () => {
    const mix = mixStores(memoryStore(), { challenges: memoryStore() })
    const left = await on(mix, (store) =>
      Effect.gen(function* () {
        for (const n of [1, 2]) yield* store.users.insert(sampleUser(n))
        yield* reach(store, sampleChallenge(1), ada, "approved")
        yield* reach(store, sampleChallenge(2), ada, "pending")
        yield* reach(store, sampleChallenge(3), userId(2), "claimed")
        yield* store.users.remove(ada, null)
        const mine = yield* store.challenges.find(challengeKeyOf(ada, sampleChallenge(1)))
        const claimed = yield* store.challenges.claim(sampleChallenge(2).challenge.codeHash, userId(2), start, plenty)
        const theirs = yield* store.challenges.list(userId(2), wholeList)
        return [mine, claimed?.state, theirs.length]
      })
    )
    expect(left).toEqual([null, "claimed", 2])
  })

  test("removes what a store of codes holds of them, and nobody else's", async () => {
    const mix = mixStores(memoryStore(), { codes: memoryStore() })
    const left = await on(mix, ({ users, codes }) =>
      Effect.gen(function* () {
        for (const n of [1, 2]) yield* users.insert(sampleUser(n))
        const rows = [...codeOfEachPurpose(1, ada), ...codeOfEachPurpose(11, userId(2))]
        for (const each of rows) yield* codes.insert(each, "replace")
        yield* users.remove(ada, null)
        return [(yield* codes.list(ada)).length, (yield* codes.list(userId(2))).length]
      })
    )
    expect(left).toEqual([0, codePurposes.length])
  })

  test.each([
    ["changes nothing while their store is away", "codes.list", { _tag: "StoreError" }, "ada@example.org"],
    ["stands when their store goes away right after it", "codes.removeAll", null, "else@example.org"]
  ])("ADM-19 with codes apart, a change of address %s", async (_, verb, failure, address) => {
    let isAway = false
    const codes = storeAround(outage((operation) => isAway && operation === verb))
    const { auth } = await createTestAuth({ store: mixStores(memoryStore(), { codes }) })
    const { id } = await auth.users.create({ email: "ada@example.org", password: "four unrelated words here" })
    isAway = true
    const changing = auth.users.change(id, { email: "else@example.org" })
    if (failure === null) await changing
    else await expect(changing).rejects.toMatchObject(failure)
    expect(await auth.users.find(id)).toMatchObject({ email: address })
  })

  test.each([
    ["sessions", "sessions.closeAll"],
    ["tokens", "tokens.revokeAll"],
    ["challenges", "challenges.removeAll"],
    ["codes", "codes.removeAll"]
  ])("is in the audit trail also when the %s' store is away", async (part, verb) => {
    const store = mixStores(memoryStore(), { [part]: storeAround(outage((operation) => operation === verb)) })
    const { auth } = await createTestAuth({ store })
    const { id } = await auth.users.register({ username: "ada", password: "four unrelated words here" })
    expect(await auth.users.remove(id)).toBe(true)
    expect(await auth.audit.list({ type: "user.removed" })).toMatchObject([{ event: { subject: id } }])
  })
})
