import * as Effect from "effect/Effect"
import { linked, sampleEvent, timesIn, unlinked, wholeLog } from "./audit-samples.ts"
import { sampleCode } from "./code-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race, tally } from "./race.ts"
import { fullToken, sampleSession, sampleUser, secretHash, start, userId, wholeList } from "./samples.ts"

const users = lawsOf("users").race
const sessions = lawsOf("sessions").race
const tokens = lawsOf("tokens").race
const codes = lawsOf("codes").race
const audit = lawsOf("audit").race

/** Several who restore one backup at the same moment, or restore into a store that is used. */
export const backupRaces: ReadonlyArray<Law> = [
  users("BAK-02 of parallel restores of one user exactly one adds it", function* (store, second) {
    const rows = [sampleUser(1), sampleUser(2)]
    const outcomes = yield* race(16, [store, second], ({ users }) => Effect.map(users.restore(rows), String))
    const added = Object.entries(outcomes).flatMap(([text, count]) => Array<string>(count).fill(text))
    for (const place of [0, 1]) {
      const each = tally(added.map((text) => text.split(",")[place]))
      yield* expectEqual(each, { added: 1, there: 15 }, `what became of user ${place + 1}`)
    }
    yield* expectEqual(yield* store.users.export(null, 10), rows, "who is there")
  }),

  users("BAK-02 a restore and a registration of one name: exactly one of them adds it", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const [restored, registered] = [
        sampleUser(2 * round, { username: `Same${round}` }),
        sampleUser(2 * round + 1, { username: `same${round}` })
      ]
      const [first, other] = yield* duel(
        round,
        Effect.map(store.users.restore([restored]), String),
        Effect.as(second.users.insert(registered), "added")
      )
      const isRestored = first === "added"
      yield* expectEqual(first, isRestored ? "added" : "name-taken", `the restore of round ${round}`)
      yield* expectEqual(other, isRestored ? "AccountNameTaken" : "added", `the registration of round ${round}`)
      const found = yield* store.users.findByName({ kind: "username", canonical: `same${round}` })
      yield* expectEqual(
        found?.user,
        isRestored ? restored.user : registered.user,
        `who has the name of round ${round}`
      )
    }
  }),

  sessions("BAK-02 of parallel restores of one session exactly one adds it", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const row = sampleSession(1, userId(1))
    const outcomes = yield* race(16, [store, second], ({ sessions }) => Effect.map(sessions.restore([row]), String))
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
    yield* expectEqual(yield* store.sessions.export(userId(1), start, wholeList), [row], "what is there")
  }),

  tokens(
    "BAK-02 of parallel restores of one imported token, also for two owners, exactly one adds it",
    function* (...both) {
      const [store] = both
      for (let n = 1; n <= 2; n++) yield* store.users.insert(sampleUser(n))
      const outcomes = yield* race(16, both, ({ tokens }, n) =>
        Effect.map(tokens.restore([{ ...fullToken(n, userId(1 + (n % 2))), hash: secretHash(99) }]), String)
      )
      yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
      const held = yield* Effect.all([1, 2].map((n) => store.tokens.list(userId(n), start, wholeList)))
      yield* expectEqual(held.flat().length, 1, "how many there are")
      const owner = yield* store.tokens.ownerOf(secretHash(99))
      yield* expectEqual(held.flat()[0]?.userId, owner, "whose it is")
    }
  ),

  codes("BAK-02 of parallel restores of two codes for one purpose exactly one adds its own", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const rows = [1, 2].map((n) => sampleCode(n, userId(1)))
    const outcomes = yield* race(16, [store, second], ({ codes }, n) =>
      Effect.map(codes.restore(rows.slice(n % 2, (n % 2) + 1)), String)
    )
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
    const held = yield* store.codes.export(userId(1))
    yield* expectEqual(
      held,
      rows.filter(({ hash }) => hash === held[0]?.hash),
      "what is there"
    )
  }),

  audit("BAK-02 an append beside a restore comes before all restored records or after them", function* (store, second) {
    // Which positions a store gives next is its own affair.
    const lastPlace = Effect.map(
      store.audit.list({ ...wholeLog, order: "newest-first", limit: 1 }),
      ([newest]) => newest?.sequence ?? 0
    )
    yield* store.audit.append(unlinked(sampleEvent(0)))
    let place = yield* lastPlace
    for (let round = 0; round < ROUNDS; round++) {
      const records = [1, 2, 3].map((n) => ({ sequence: place + 100 * n, event: sampleEvent(n), hash: null }))
      const [added] = yield* duel(
        round,
        store.audit.restore(records, null),
        second.audit.append(unlinked(sampleEvent(0)))
      )
      yield* expectEqual(added, 3, `how many round ${round} restores`)
      const times = (yield* timesIn(store.audit, { after: place })).join()
      const isWhole = times === "0,1,2,3" || times === "1,2,3,0"
      yield* expectEqual(isWhole, true, `whether ${times}, the records of round ${round}, are in order`)
      place = yield* lastPlace
    }
  }),

  audit("BAK-06 of a linked append and a restore that follow one end exactly one is made", function* (store, other) {
    let last: string | null = null
    let place = 0
    for (let round = 0; round < ROUNDS; round++) {
      const [first, next] = [`r${round}.1`, `r${round}.2`]
      const records = [
        { sequence: place + 100, event: sampleEvent(1), hash: first, follows: last },
        { sequence: place + 200, event: sampleEvent(2), hash: next, follows: first }
      ]
      const outcomes: readonly [number | string, boolean | string] = yield* duel(
        round,
        store.audit.restore(records, null),
        other.audit.append(linked(sampleEvent(0), last, `a${round}`))
      )
      const appended = outcomes[1] === true
      yield* expectEqual(outcomes, appended ? [0, true] : [2, false], `the outcomes of round ${round}`)
      last = appended ? `a${round}` : next
      yield* expectEqual(yield* store.audit.lastHash, last, `the end of round ${round}`)
      const [newest] = yield* store.audit.list({ ...wholeLog, order: "newest-first", limit: 1 })
      place = newest?.sequence ?? 0
    }
  })
]
