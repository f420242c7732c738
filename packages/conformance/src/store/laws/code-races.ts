import { codePurposes, type LastSuperuser, type StoreError, type StoreShape, type UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { codeEnd, codeKeyOf, inOrder, sampleCode } from "./code-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { duel, ROUNDS, race } from "./race.ts"
import { hour, minute, sampleUser, start, userId } from "./samples.ts"

const { race: raceLaw } = lawsOf("codes")

const ada = userId(1)
const later = start + minute

/** Racers for the use of a code, and for the place of a user's one code of a purpose. */
const placeRaces: ReadonlyArray<Law> = [
  raceLaw(
    "REC-01 of 16 parallel uses of a code exactly one is first, and all tell its time",
    function* (store, second) {
      const row = sampleCode(1, ada)
      yield* store.users.insert(sampleUser(1))
      yield* store.codes.insert(row, "replace")
      const firsts: Array<number> = []
      const told: Array<number | null> = []
      const outcomes = yield* race(16, [store, second], ({ codes }, n) =>
        Effect.tap(codes.consume(codeKeyOf(row), later + n), (consumed) =>
          Effect.sync(() => {
            if (consumed?.isFirst === true) firsts.push(later + n)
            told.push(consumed?.code.usedAt ?? null)
          })
        )
      )
      yield* expectEqual(outcomes, { done: 16 }, "the outcomes")
      yield* expectEqual(firsts.length, 1, "how many were first")
      yield* expectEqual([...new Set(told)], firsts, "the times that were told")
      yield* expectEqual(yield* store.codes.list(ada), [{ ...row.code, usedAt: firsts[0] }], "the code in the end")
    }
  ),

  raceLaw("REC-03 of 16 parallel inserts of codes all are made, and exactly one stays", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const outcomes = yield* race(16, [store, second], ({ codes }, n) => codes.insert(sampleCode(n, ada), "replace"))
    yield* expectEqual(outcomes, { true: 16 }, "the outcomes")
    const found = []
    for (let n = 0; n < 16; n++) found.push(yield* second.codes.find(codeKeyOf(sampleCode(n, ada))))
    const there = found.filter((code) => code !== null)
    yield* expectEqual(there.length, 1, "how many are found")
    yield* expectEqual(yield* store.codes.list(ada), there, "the list")
    let used = 0
    for (let n = 0; n < 16; n++)
      used += (yield* store.codes.consume(codeKeyOf(sampleCode(n, ada)), later)) === null ? 0 : 1
    yield* expectEqual(used, 1, "how many can be used")
  }),

  raceLaw("REC-08 of 16 parallel inserts or-prolong exactly one is true, and it stays", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const row = (n: number) => sampleCode(n, ada, { purpose: "undo-email", createdAt: start + n })
    const winners: Array<number> = []
    const outcomes = yield* race(16, [store, second], ({ codes }, n) =>
      Effect.tap(codes.insert(row(n), "or-prolong"), (isDone) => Effect.sync(() => isDone && winners.push(n)))
    )
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
    yield* expectEqual(yield* store.codes.list(ada), [row(winners[0] ?? 99).code], "the list")
  }),

  raceLaw("of parallel inserts or-prolong in the place of a dead code exactly one is true", function* (store, second) {
    for (const [user, changes] of [{ usedAt: start }, { expiresAt: later }].entries()) {
      const owner = userId(user)
      const row = (n: number) => sampleCode(n, owner, { createdAt: later, expiresAt: later + hour })
      yield* store.users.insert(sampleUser(user))
      yield* store.codes.insert(sampleCode(99, owner, changes), "replace")
      const winners: Array<number> = []
      const outcomes = yield* race(16, [store, second], ({ codes }, n) =>
        Effect.tap(codes.insert(row(n), "or-prolong"), (isDone) => Effect.sync(() => isDone && winners.push(n)))
      )
      yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
      yield* expectEqual(yield* store.codes.list(owner), [row(winners[0] ?? 99).code], "the list")
    }
  }),

  raceLaw("a parallel insert or-prolong never ends the new code that replaces one", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const [next, rival] = [sampleCode(1, owner, { createdAt: later }), sampleCode(2, owner, { createdAt: later })]
      yield* store.users.insert(sampleUser(round))
      if (round >= 9) yield* store.codes.insert(sampleCode(3, owner, { usedAt: round < 18 ? start : null }), "replace")
      const [replaced] = yield* duel(
        round,
        store.codes.insert(next, "replace"),
        second.codes.insert(rival, "or-prolong")
      )
      yield* expectEqual(replaced, true, `the insert of round ${round}`)
      yield* expectEqual(yield* store.codes.list(owner), [next.code], `the codes after round ${round}`)
    }
  }),

  raceLaw("parallel inserts of codes of all purposes and of several users all stay", function* (store, second) {
    const users = [1, 2, 3, 4]
    const codeOf = (user: number, index: number) =>
      sampleCode(10 * user + index, userId(user), { purpose: codePurposes[index] ?? "reset" })
    for (const n of users) yield* store.users.insert(sampleUser(n))
    const count = users.length * codePurposes.length
    const outcomes = yield* race(count, [store, second], ({ codes }, n) =>
      codes.insert(codeOf(1 + Math.floor(n / codePurposes.length), n % codePurposes.length), "or-prolong")
    )
    yield* expectEqual(outcomes, { true: count }, "the outcomes")
    for (const n of users) {
      const expected = codePurposes.map((_, index) => codeOf(n, index).code)
      yield* expectEqual(inOrder(yield* store.codes.list(userId(n))), expected, `the codes of user ${n}`)
    }
  }),

  raceLaw("REC-03 a parallel use never brings back the code that a new one ended", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const [old, next] = [sampleCode(1, owner), sampleCode(2, owner, { createdAt: later })]
      yield* store.users.insert(sampleUser(round))
      yield* store.codes.insert(old, "replace")
      yield* duel(round, store.codes.consume(codeKeyOf(old), later), second.codes.insert(next, "replace"))
      yield* expectEqual(yield* store.codes.list(owner), [next.code], `the codes after round ${round}`)
      yield* expectEqual(yield* store.codes.consume(codeKeyOf(old), later), null, "a use of the old one")
    }
  })
]

type Ending = (store: StoreShape, owner: UserId) => Effect.Effect<unknown, StoreError | LastSuperuser>

/** A code is used and removed at the same moment, in many rounds. It must be gone in each. */
const staysGone = (states: string, endOne: Ending): Law =>
  raceLaw(states, function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const row = sampleCode(round, owner, { usedAt: round < 18 ? null : start })
      yield* store.users.insert(sampleUser(round))
      yield* store.codes.insert(row, "replace")
      yield* duel(round, store.codes.consume(codeKeyOf(row), later), endOne(second, owner))
      yield* expectEqual(yield* store.codes.find(codeKeyOf(row)), null, `the code of round ${round}`)
      yield* expectEqual(yield* store.codes.list(owner), [], `the list of round ${round}`)
    }
  })

/** Racers for the end of a code. */
const endRaces: ReadonlyArray<Law> = [
  staysGone("no parallel use brings a removed code back", ({ codes }, owner) =>
    codes.remove({ owner, purpose: "reset", hash: null })
  ),
  staysGone("no parallel use brings a code back that removeAll removed", ({ codes }, owner) => codes.removeAll(owner)),
  staysGone("no parallel use brings a purged code back", ({ codes }) => codes.removeExpired(codeEnd, 10)),
  staysGone("ADM-06 no parallel use brings a removed user's code back", ({ users }, owner) =>
    users.remove(owner, null)
  ),

  raceLaw("of 16 parallel removals of a code exactly one is true", function* (store, second) {
    const row = sampleCode(1, ada)
    yield* store.users.insert(sampleUser(1))
    yield* store.codes.insert(row, "replace")
    const outcomes = yield* race(16, [store, second], ({ codes }, n) =>
      codes.remove(n % 4 < 2 ? codeKeyOf(row) : { ...codeKeyOf(row), hash: null })
    )
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
    yield* expectEqual(yield* store.codes.list(ada), [], "the list")
  }),

  raceLaw("REC-03 a parallel removal of the one before never removes a new code", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const [old, next] = [sampleCode(1, owner), sampleCode(2, owner, { createdAt: later })]
      yield* store.users.insert(sampleUser(round))
      yield* store.codes.insert(old, "replace")
      yield* duel(round, store.codes.remove(codeKeyOf(old)), second.codes.insert(next, "replace"))
      yield* expectEqual(yield* store.codes.list(owner), [next.code], `the codes after round ${round}`)
    }
  }),

  raceLaw("a parallel purge never removes the code that takes the place of an ended one", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const next = sampleCode(2, owner, { createdAt: codeEnd, expiresAt: codeEnd + hour })
      yield* store.users.insert(sampleUser(round))
      yield* store.codes.insert(sampleCode(1, owner), "replace")
      const [removed, inserted] = yield* duel(
        round,
        store.codes.removeExpired(codeEnd, 10),
        second.codes.insert(next, round % 2 === 0 ? "replace" : "or-prolong")
      )
      yield* expectEqual([removed === 0 || removed === 1, inserted], [true, true], `the outcomes of round ${round}`)
      yield* expectEqual(yield* store.codes.list(owner), [next.code], `the codes after round ${round}`)
    }
  }),

  raceLaw("parallel calls to removeAll count each code once", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (const [n, purpose] of codePurposes.entries())
      yield* store.codes.insert(sampleCode(n, ada, { purpose }), "replace")
    let removed = 0
    yield* race(16, [store, second], ({ codes }) =>
      Effect.tap(codes.removeAll(ada), (count) =>
        Effect.sync(() => {
          removed += count
        })
      )
    )
    yield* expectEqual(removed, codePurposes.length, "how many were removed, all told")
  }),

  raceLaw("a parallel removeAll counts a new code exactly if it removes it", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    for (let round = 0; round < ROUNDS; round++) {
      const row = sampleCode(round, ada)
      const [inserted, removed] = yield* duel(round, store.codes.insert(row, "replace"), second.codes.removeAll(ada))
      const left = yield* store.codes.list(ada)
      const expected = removed === 1 ? [true, 1, []] : [true, 0, [row.code]]
      yield* expectEqual([inserted, removed, left], expected, `what became of round ${round}`)
      yield* store.codes.removeAll(ada)
    }
  })
]

/** Racers for a longer life of a code, and for a further use of one. */
const lifeRaces: ReadonlyArray<Law> = [
  raceLaw("REC-08 of 16 parallel inserts that prolong a code the latest end stays", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const old = sampleCode(99, ada)
    yield* store.codes.insert(old, "replace")
    const outcomes = yield* race(16, [store, second], ({ codes }, n) =>
      codes.insert(sampleCode(n, ada, { expiresAt: codeEnd + 16 - n }), "or-prolong")
    )
    yield* expectEqual(outcomes, { false: 16 }, "the outcomes")
    yield* expectEqual(yield* store.codes.list(ada), [{ ...old.code, expiresAt: codeEnd + 16 }], "the code")
  }),

  raceLaw("REC-01 a parallel insert that prolongs a code never makes a used one new", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const [old, next] = [
        sampleCode(2 * round, owner),
        sampleCode(2 * round + 1, owner, { createdAt: later, expiresAt: codeEnd + hour })
      ]
      yield* store.users.insert(sampleUser(round))
      yield* store.codes.insert(old, "replace")
      const [, inserted] = yield* duel(
        round,
        store.codes.consume(codeKeyOf(old), later),
        second.codes.insert(next, "or-prolong")
      )
      const prolonged = { ...old.code, expiresAt: codeEnd + hour, usedAt: later }
      const expected = inserted === true ? next.code : prolonged
      yield* expectEqual(yield* store.codes.list(owner), [expected], `the codes after round ${round}`)
    }
  }),

  raceLaw("REC-01 of 16 parallel calls to giveBack exactly one is true", function* (store, second) {
    yield* store.users.insert(sampleUser(1))
    const row = sampleCode(1, ada, { usedAt: start })
    yield* store.codes.insert(row, "replace")
    const outcomes = yield* race(16, [store, second], ({ codes }) => codes.giveBack(codeKeyOf(row)))
    yield* expectEqual(outcomes, { true: 1, false: 15 }, "the outcomes")
    yield* expectEqual(yield* store.codes.list(ada), [{ ...row.code, usedAt: null }], "the code")
  }),

  raceLaw("REC-03 a parallel giveBack never brings back the code that a new one ended", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const [old, next] = [sampleCode(1, owner, { usedAt: start }), sampleCode(2, owner, { createdAt: later })]
      yield* store.users.insert(sampleUser(round))
      yield* store.codes.insert(old, "replace")
      yield* duel(round, store.codes.giveBack(codeKeyOf(old)), second.codes.insert(next, "replace"))
      yield* expectEqual(yield* store.codes.list(owner), [next.code], `the codes after round ${round}`)
    }
  }),

  raceLaw("REC-03 no parallel giveBack brings a removed code back", function* (store, second) {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = userId(round)
      const row = sampleCode(1, owner, { usedAt: start })
      yield* store.users.insert(sampleUser(round))
      yield* store.codes.insert(row, "replace")
      const [, removed] = yield* duel(
        round,
        store.codes.giveBack(codeKeyOf(row)),
        second.codes.remove({ ...codeKeyOf(row), hash: null })
      )
      yield* expectEqual(removed, true, `the removal of round ${round}`)
      yield* expectEqual(yield* store.codes.list(owner), [], `the codes after round ${round}`)
    }
  })
]

/** Racers for codes. */
export const codeRaces: ReadonlyArray<Law> = [...placeRaces, ...endRaces, ...lifeRaces]
