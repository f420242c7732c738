import { DatabaseSync } from "node:sqlite"
import type { StoreShape } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { expect, onTestFinished, test, vi } from "vitest"
import { makePrivate } from "../src/private-file.ts"
import { actions, sessionOfFirst, tokenOfFirst } from "./race-actions.ts"
import { racers, range, tally } from "./racers.ts"
import { admin, event, hour, keyOf, limit, now, person, plenty, session, token, userId, wholeList } from "./samples.ts"
import { build, drivers, hostHandles, newPath, openStore, outcome, outcomeInTime } from "./stores.ts"

/** Two processes share two cores with all other tests. */
vi.setConfig({ testTimeout: 30_000 })

const { ask, open, race } = racers()

/** A file that both racers have open, and the test's own store on it. */
const sharedStore = async () => {
  const path = newPath()
  const store = await openStore(path)
  await open(path)
  return { path, store }
}

const countOf = (store: StoreShape): number => Effect.runSync(store.users.count({ query: null, filter: {} })).total

test("SET-02 of fifty attempts at first setup in two processes one wins, on files that both open at once", async () => {
  for (const _ of range(0, 8)) {
    const path = newPath()
    await open(path)
    const outcomes = await race(["setUp", range(1, 25)], ["setUp", range(101, 25)])
    expect(tally(outcomes.flat())).toEqual({ true: 1, false: 49 })
    const store = await openStore(path)
    expect(countOf(store)).toBe(1)
    expect(Effect.runSync(store.users.isSetUp)).toBe(true)
  }
})

test("of fifty registrations of one name in two processes one wins", async () => {
  const { store } = await sharedStore()
  const outcomes = await race(["register", range(1, 25)], ["register", range(101, 25)])
  expect(tally(outcomes.flat())).toEqual({ done: 1, AccountNameTaken: 49 })
  expect(countOf(store)).toBe(1)
})

test("ADM-02 two superusers who demote each other from two processes leave one", async () => {
  const { store } = await sharedStore()
  Effect.runSync(store.users.insert(admin(1)))
  Effect.runSync(store.users.insert(admin(2)))
  for (const round of range(0, 40)) {
    const outcomes = await race(["demote", [1]], ["demote", [2]])
    expect(tally(outcomes.flat()), `round ${round}`).toEqual({ done: 1, LastSuperuser: 1 })
    for (const n of [1, 2]) Effect.runSync(store.users.change(userId(n), { isSuperuser: true }, now))
  }
})

test("of parallel password changes from one old password one wins", async () => {
  const { store } = await sharedStore()
  Effect.runSync(store.users.insert(person(1)))
  const outcomes = await race(["changePassword", range(1, 25)], ["changePassword", range(101, 25)])
  expect(tally(outcomes.flat())).toEqual({ done: 1, null: 49 })
  expect(Effect.runSync(store.users.find(userId(1)))?.epoch).toBe(1)
})

test("SES-05 a session that one process closes while the other touches it never comes back", async () => {
  const { store } = await sharedStore()
  Effect.runSync(store.users.insert(person(1)))
  const all = range(1, 150)
  for (const n of all) Effect.runSync(store.sessions.insert(sessionOfFirst(n), plenty))
  const [closes] = await race(["close", all], ["touch", all])
  expect(tally(closes ?? [])).toEqual({ true: 150 })
  expect(Effect.runSync(store.sessions.list(userId(1), now, wholeList))).toEqual([])
})

test("a session that two processes close is closed by one of them", async () => {
  const { store } = await sharedStore()
  Effect.runSync(store.users.insert(person(1)))
  const all = range(1, 100)
  for (const n of all) Effect.runSync(store.sessions.insert(sessionOfFirst(n), plenty))
  const [one, other] = await race(["close", all], ["close", all])
  for (const [index, outcome] of one?.entries() ?? [])
    expect([outcome, other?.[index]].sort()).toEqual(["false", "true"])
})

test("STO-02 the writes of two processes to one session form one history, without a gap or a fork", async () => {
  const { store } = await sharedStore()
  Effect.runSync(store.users.insert(person(1)))
  Effect.runSync(store.sessions.insert(sessionOfFirst(1), plenty))
  const versions = range(0, 60).flatMap((n) => [n, n])
  const outcomes = await race(["setData", versions], ["setData", versions])
  const won = outcomes.flatMap((side) => versions.filter((_, index) => side[index] === "true")).sort((a, b) => a - b)
  expect(won.length).toBeGreaterThan(0)
  expect(won).toEqual(range(0, won.length))
  const last = Effect.runSync(store.sessions.find(userId(1), sessionOfFirst(1).hash))
  expect(last).toMatchObject({ dataVersion: won.length, data: won.length - 1 })
})

test("PAT-13 of fifty tokens with one id that two processes issue at once exactly one is made", async () => {
  const { store } = await sharedStore()
  Effect.runSync(store.users.insert(person(1)))
  const outcomes = await race(["issueOnce", range(1, 25)], ["issueOnce", range(101, 25)])
  expect(tally(outcomes.flat())).toEqual({ done: 1, TokenAlreadyIssued: 49 })
  expect(Effect.runSync(store.tokens.list(userId(1), now, wholeList))).toHaveLength(1)
})

test("of fifty tokens that two processes issue at once no more pass than the limit allows", async () => {
  const { store } = await sharedStore()
  Effect.runSync(store.users.insert(person(1)))
  const outcomes = await race(["issue", range(1, 25)], ["issue", range(101, 25)])
  expect(tally(outcomes.flat())).toEqual({ done: 10, TooManyTokens: 40 })
  expect(Effect.runSync(store.tokens.list(userId(1), now, wholeList))).toHaveLength(10)
})

test("of fifty rotations of one token in two processes one wins", async () => {
  const { store } = await sharedStore()
  Effect.runSync(store.users.insert(person(1)))
  Effect.runSync(store.tokens.insert(tokenOfFirst(1), 10))
  const outcomes = await race(["rotate", range(2, 25)], ["rotate", range(102, 25)])
  expect(tally(outcomes.flat())).toEqual({ true: 1, false: 49 })
  const [next, ...others] = Effect.runSync(store.tokens.list(userId(1), now, wholeList))
  expect(others).toEqual([])
  const old = Effect.runSync(store.tokens.find(userId(1), tokenOfFirst(1).hash))
  expect(old).toMatchObject({ replacedBy: next?.id, expiresAt: now })
})

test("no token comes through the end of all of them by being rotated in another process", async () => {
  const { store } = await sharedStore()
  Effect.runSync(store.users.insert(person(1)))
  for (const round of range(0, 40)) {
    Effect.runSync(store.tokens.insert(tokenOfFirst(1), 10))
    const [rotated, revoked] = (await race(["rotate", [2]], ["revokeAll", [0]])).flat()
    expect([rotated, revoked], `round ${round}`).toEqual(rotated === "true" ? ["true", "2"] : ["false", "1"])
    expect(Effect.runSync(store.tokens.list(userId(1), now - hour, wholeList))).toEqual([])
  }
})

test("a token that two processes import for different users becomes that of one", async () => {
  const { store } = await sharedStore()
  for (const n of [1, 2]) Effect.runSync(store.users.insert(person(n)))
  const outcomes = await race(["import", range(0, 50)], ["import", range(100, 50)])
  const [first, second] = outcomes
  for (const n of range(0, 50)) {
    expect([first?.[n], second?.[n]].sort(), `token ${n}`).toEqual(["false", "true"])
    const owner = first?.[n] === "true" ? userId(1) : userId(2)
    const { hash } = token(n, owner)
    expect(outcome(store.tokens.ownerOf(hash))).toBe(owner)
    expect(outcome(store.lookupToken(owner, hash))).toMatchObject({ user: { id: owner }, token: { isImported: true } })
  }
})

test("RAT-01 no more attempts pass in two processes than the limit allows", async () => {
  await sharedStore()
  const outcomes = (await race(["hit", range(0, 25)], ["hit", range(0, 25)])).flat()
  expect(outcomes.filter((outcome) => outcome === "null")).toHaveLength(2)
})

test("of parallel appends to one end of the audit chain one wins", async () => {
  const { store } = await sharedStore()
  const outcomes = await race(["append", range(1, 25)], ["append", range(101, 25)])
  expect(tally(outcomes.flat())).toEqual({ true: 1, false: 49 })
  const page = { after: null, order: "oldest-first", limit: 100, type: null, user: null, request: null } as const
  expect(Effect.runSync(store.audit.list(page))).toHaveLength(1)
})

test("SET-16 of two processes that write the settings at once one does", async () => {
  const { store } = await sharedStore()
  const outcomes = await race(["writeSettings", range(1, 25)], ["writeSettings", range(101, 25)])
  expect(tally(outcomes.flat())).toEqual({ true: 1, false: 49 })
  expect(outcome(store.settings.read)).toEqual({ version: 1, text: expect.stringMatching(/^settings-/) })
})

test("AUD-09 of the oldest events that two processes remove each is counted by one", async () => {
  const { store } = await sharedStore()
  for (const n of range(0, 100)) Effect.runSync(store.audit.append({ event: event(n), link: null }))
  const outcomes = (await race(["removeOldest", range(0, 25)], ["removeOldest", range(0, 25)])).flat()
  expect(outcomes.reduce((sum, outcome) => sum + Number(outcome), 0)).toBe(100)
  expect(outcome(store.audit.start)).toEqual({ sequence: 100, hash: null })
})

test("SQL-02 a storm of every kind of write from three processes fails none", async () => {
  const { store } = await sharedStore()
  const theirs = race(["live", range(1, 60)], ["live", range(101, 60)])
  const ours = await Effect.runPromise(Effect.forEach(range(201, 30), (n) => actions.live(store, n)))
  const outcomes = await theirs
  expect(ours).toHaveLength(30)
  expect(tally(outcomes.flat())).toEqual({ done: 120 })
  expect(countOf(store)).toBe(150)
})

test.each(drivers)(
  "X08 while another process holds the lock %s writes fail as StoreError and reads go on",
  async (driver) => {
    const { handle, path } = hostHandles[driver]()
    const store = await build(sqliteStore(handle))
    const one = session(1, userId(1))
    Effect.runSync(store.users.insert(admin(1)))
    Effect.runSync(store.sessions.insert(one, plenty))

    expect(await ask(0, { do: "lock", path })).toBe("locked")
    const writes = [
      store.sessions.close(keyOf(one)),
      store.users.insert(person(2)),
      store.attempts.hit([{ key: "bucket", limit }], now)
    ].map(outcomeInTime)
    expect(outcome(store.lookupSession(userId(1), one.hash))).toEqual({ user: admin(1).user, session: one.session })
    expect(await Promise.all(writes)).toEqual(["StoreError", "StoreError", "StoreError"])
    expect(outcome(store.lookupSession(userId(1), one.hash))).toEqual({ user: admin(1).user, session: one.session })

    await ask(0, { do: "unlock" })
    expect(outcome(store.users.find(userId(2)))).toBe(null)
    expect(outcome(store.users.insert(person(2)))).toBe(undefined)
    expect(outcome(store.sessions.close(keyOf(one)))).toBe(true)
  }
)

test("looking after a file's mode drops no lock that the process holds on it", async () => {
  const path = newPath()
  const host = new DatabaseSync(path)
  onTestFinished(() => host.close())
  host.exec("CREATE TABLE jobs (id INTEGER PRIMARY KEY); BEGIN IMMEDIATE")
  makePrivate(path)
  expect(await ask(0, { do: "lock", path })).toBe("refused")
  await ask(0, { do: "unlock" })
})
