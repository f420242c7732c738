import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { event, now, person, plenty, record, session, userId, wholeList } from "./samples.ts"
import { build, drivers, hostHandles, outcome } from "./stores.ts"

describe.each(drivers)("on a host's %s handle", (driver) => {
  const host = async () => {
    const { handle } = hostHandles[driver]()
    return { handle, store: await build(sqliteStore(handle)) }
  }

  test("BAK-01 a log whose first append was refused is one that never had a record", async () => {
    const { audit } = (await host()).store
    const refused = { event: event(1), link: { previous: "other", hash: "new" } }
    expect(outcome(audit.append(refused))).toBe(false)
    expect(outcome(audit.restore([record(50, "c"), record(51, "d")], { sequence: 50, hash: "c" }))).toBe(1)
    expect(outcome(audit.start)).toEqual({ sequence: 50, hash: "c" })
    expect(outcome(audit.append({ event: event(2), link: { previous: "d", hash: "e" } }))).toBe(true)
    expect(outcome(audit.restore([record(52, "f")], null))).toBe(0)
  })

  test("BAK-02 what is restored in a transaction of the host goes with it", async () => {
    const { handle, store } = await host()
    handle.exec("BEGIN IMMEDIATE")
    expect(outcome(store.users.restore([person(1)]))).toEqual(["added"])
    expect(outcome(store.audit.restore([], { sequence: 50, hash: null }))).toBe(0)
    handle.exec("ROLLBACK")
    expect(outcome(store.users.export(null, 10))).toEqual([])
    expect(outcome(store.audit.start)).toBe(null)
    expect(outcome(store.audit.restore([record(1)], null))).toBe(1)
  })

  test("BAK-02 a call that fails adds nothing, and may be made again", async () => {
    const { users, sessions } = (await host()).store
    const rows = [1, 2].map((n) => session(n, userId(n)))
    Effect.runSync(users.insert(person(1)))
    expect(outcome(sessions.restore(rows))).toBe("StoreError")
    expect(outcome(sessions.list(userId(1), now, wholeList))).toEqual([])
    expect(outcome(users.restore([{ ...person(2), revocations: -1 }]))).toBe("StoreError")
    expect(outcome(users.restore([1, 2].map((n) => person(n))))).toEqual(["there", "added"])
    Effect.runSync(sessions.insert(session(1, userId(1)), plenty))
    expect(outcome(sessions.restore(rows))).toEqual([false, true])
  })
})
