import { codePurposes } from "@latchkey/core/store"
import { codeEnd, codeKeyOf, codeOfEachPurpose, inOrder, sampleCode } from "./code-samples.ts"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { hour, minute, sampleAdmin, sampleUser, secretHash, start, userId } from "./samples.ts"

const { law } = lawsOf("codes")

const ada = userId(1)
const bo = userId(2)
const later = start + minute

/** What listing, removing and purging codes promises. */
export const codeEndLaws: ReadonlyArray<Law> = [
  law("list gives the codes of a user in any state, just as they are, and nobody else's", function* (store) {
    const { users, codes } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const [mine, theirs] = [codeOfEachPurpose(1, ada), sampleCode(11, bo)]
    yield* expectEqual(yield* codes.list(ada), [], "the list before")
    for (const row of [...mine, theirs]) yield* codes.insert(row, "replace")
    const expected = mine.map(({ code }) => code)
    yield* expectEqual(inOrder(yield* codes.list(ada)), expected, "the list")
    yield* expectEqual(yield* codes.list(bo), [theirs.code], "another user's list")
    yield* expectEqual(yield* codes.list(userId(3)), [], "the list of nobody")
  }),

  law("remove is true once, and the code is gone, in any state", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const rows = codeOfEachPurpose(1, ada)
    for (const row of rows) yield* codes.insert(row, "replace")
    for (const [n, row] of rows.entries()) {
      const key = codeKeyOf(row)
      yield* expectEqual(yield* codes.remove(key), true, `the removal to ${row.code.purpose}`)
      yield* expectEqual(yield* codes.remove(key), false, "a second removal")
      yield* expectEqual(yield* codes.remove({ ...key, hash: null }), false, "a removal of whichever there is")
      yield* expectEqual(yield* codes.find(key), null, "the code")
      yield* expectEqual(yield* codes.consume(key, start), null, "a use")
      const expected = rows.slice(n + 1).map(({ code }) => code)
      yield* expectEqual(inOrder(yield* codes.list(ada)), expected, "the others")
    }
  }),

  law("remove without a secret removes whichever code the user has for the purpose", function* ({ users, codes }) {
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const [mine, theirs] = [codeOfEachPurpose(1, ada), codeOfEachPurpose(11, bo)]
    for (const row of [...mine, ...theirs]) yield* codes.insert(row, "replace")
    for (const [n, row] of mine.entries()) {
      const { owner, purpose } = codeKeyOf(row)
      yield* expectEqual(yield* codes.remove({ owner, purpose, hash: null }), true, `the removal to ${purpose}`)
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), null, "the code")
      yield* expectEqual(yield* codes.remove({ owner, purpose, hash: null }), false, "a second removal")
      const expected = mine.slice(n + 1).map(({ code }) => code)
      yield* expectEqual(inOrder(yield* codes.list(ada)), expected, "the others")
    }
    const kept = theirs.map(({ code }) => code)
    yield* expectEqual(inOrder(yield* codes.list(bo)), kept, "another user's")
    yield* expectEqual(yield* codes.remove({ owner: userId(3), purpose: "reset", hash: null }), false, "of nobody")
  }),

  law("REC-03 remove with the secret of an earlier code leaves the one that took its place", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    const [old, next] = [sampleCode(1, ada), sampleCode(2, ada, { createdAt: later })]
    for (const row of [old, next]) yield* codes.insert(row, "replace")
    yield* expectEqual(yield* codes.remove(codeKeyOf(old)), false, "a removal of the earlier one")
    yield* expectEqual(yield* codes.remove({ ...codeKeyOf(next), hash: secretHash(9) }), false, "of an unknown one")
    yield* expectEqual(yield* codes.list(ada), [next.code], "the list")
  }),

  law("removeAll removes all codes of a user and says how many", function* ({ users, codes }) {
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const [mine, theirs] = [codeOfEachPurpose(1, ada), sampleCode(11, bo)]
    for (const row of [...mine, theirs]) yield* codes.insert(row, "replace")
    yield* expectEqual(yield* codes.removeAll(ada), codePurposes.length, "removeAll")
    yield* expectEqual(yield* codes.list(ada), [], "the list")
    for (const row of mine) {
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), null, `the code to ${row.code.purpose}`)
      yield* expectEqual(yield* codes.consume(codeKeyOf(row), start), null, "a use")
    }
    yield* expectEqual(yield* codes.list(bo), [theirs.code], "another user's")
    yield* expectEqual(yield* codes.removeAll(ada), 0, "removeAll again")
    yield* expectEqual(yield* codes.removeAll(userId(3)), 0, "removeAll of nobody")
    yield* codes.insert(sampleCode(20, ada), "replace")
    yield* expectEqual(yield* codes.removeAll(ada), 1, "removeAll of one that came later")
  }),

  law("TIM-01 removeExpired removes a code at its end, used or not, and not 1 ms before", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    for (const usedAt of [null, start]) {
      for (const purpose of codePurposes) {
        const row = sampleCode(1, ada, { purpose, usedAt })
        yield* codes.insert(row, "replace")
        yield* expectEqual(yield* codes.removeExpired(codeEnd - 1, 10), 0, "1 ms before")
        yield* expectEqual(yield* codes.find(codeKeyOf(row)), row.code, `the code to ${purpose}`)
        yield* expectEqual(yield* codes.removeExpired(codeEnd, 10), 1, "at that instant")
        yield* expectEqual(yield* codes.find(codeKeyOf(row)), null, "the removed one")
        yield* codes.insert(row, "replace")
        yield* expectEqual(yield* codes.removeExpired(codeEnd + 1, 10), 1, "1 ms after")
        yield* expectEqual(yield* codes.list(ada), [], "the list")
      }
    }
  }),

  law("removeExpired goes by the end of the code that is there, not of one before it", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const short = sampleCode(1, ada, { expiresAt: later })
    const long = sampleCode(2, ada, { expiresAt: later + hour })
    for (const row of [short, long]) yield* codes.insert(row, "replace")
    yield* expectEqual(yield* codes.removeExpired(later, 10), 0, "at the end of the one before")
    yield* expectEqual(yield* codes.list(ada), [long.code], "the list")
    yield* codes.insert(short, "replace")
    yield* expectEqual(yield* codes.removeExpired(later, 10), 1, "when one that ends sooner took the place")
    yield* expectEqual(yield* codes.removeExpired(later + hour, 10), 0, "when both are gone")
  }),

  law("a code that was prolonged is used until its new end, and is purged at that, not before", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    const row = sampleCode(1, ada)
    const end = codeEnd + hour
    for (const isUsed of [false, true]) {
      yield* codes.insert(row, "replace")
      yield* codes.insert(sampleCode(2, ada, { createdAt: later, expiresAt: end }), "or-prolong")
      yield* expectEqual(yield* codes.removeExpired(end - 1, 10), 0, "before the new end")
      const used = { code: { ...row.code, expiresAt: end, usedAt: end - 1 }, isFirst: true }
      if (isUsed)
        yield* expectEqual(yield* codes.consume(codeKeyOf(row), end - 1), used, "a use just before the new end")
      yield* expectEqual(yield* codes.consume(codeKeyOf(row), end), null, "a use at the new end")
      yield* expectEqual(yield* codes.removeExpired(end, 10), 1, "at the new end")
      yield* expectEqual(yield* codes.list(ada), [], "the list")
    }
  }),

  law("removeExpired removes at most `limit`, of any users and purposes, and no others", function* (store) {
    const { users, codes } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const live = sampleCode(9, bo, { purpose: "invite", expiresAt: codeEnd + 1 })
    const ended = [
      sampleCode(1, ada, { purpose: "verify", expiresAt: codeEnd - 2 }),
      sampleCode(2, ada, { purpose: "reset", usedAt: start }),
      sampleCode(3, ada, { purpose: "undo-email", expiresAt: codeEnd - 1 }),
      sampleCode(4, bo, { purpose: "verify", usedAt: start }),
      sampleCode(5, bo, { purpose: "change-email", expiresAt: start + 1 })
    ]
    for (const row of [live, ...ended]) yield* codes.insert(row, "replace")
    yield* expectEqual(yield* codes.removeExpired(codeEnd, 0), 0, "none")
    yield* expectEqual(yield* codes.removeExpired(codeEnd, 2), 2, "a first batch")
    const left = (yield* codes.list(ada)).length + (yield* codes.list(bo)).length
    yield* expectEqual(left, 4, "how many are left then")
    yield* expectEqual(yield* codes.removeExpired(codeEnd, 2), 2, "a second batch")
    yield* expectEqual(yield* codes.removeExpired(codeEnd, 2), 1, "the rest")
    yield* expectEqual(yield* codes.removeExpired(codeEnd, 2), 0, "when none is left")
    yield* expectEqual(yield* codes.list(ada), [], "the list")
    yield* expectEqual(yield* codes.list(bo), [live.code], "the one that lives on")
  }),

  law("ADM-06 removing a user removes their codes, and nobody else's", function* ({ users, codes }) {
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const [mine, theirs] = [codeOfEachPurpose(1, ada), codeOfEachPurpose(11, bo)]
    for (const row of [...mine, ...theirs]) yield* codes.insert(row, "replace")
    yield* users.remove(ada, null)
    yield* expectEqual(yield* codes.list(ada), [], "the list")
    for (const row of mine) {
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), null, `the code to ${row.code.purpose}`)
      yield* expectEqual(yield* codes.consume(codeKeyOf(row), start), null, "a use")
    }
    yield* expectEqual(yield* codes.removeAll(ada), 0, "removeAll after it")
    const kept = theirs.map(({ code }) => code)
    yield* expectEqual(inOrder(yield* codes.list(bo)), kept, "another user's")
    yield* expectEqual(yield* codes.removeExpired(codeEnd + 24 * hour, 100), codePurposes.length, "what ends in time")
  }),

  law("a removal that fails with LastSuperuser leaves the codes", function* ({ users, codes }) {
    yield* users.insert(sampleAdmin(1))
    const rows = codeOfEachPurpose(1, ada)
    for (const row of rows) yield* codes.insert(row, "replace")
    yield* expectFailure(users.remove(ada, null), "LastSuperuser", "the removal")
    const kept = rows.map(({ code }) => code)
    yield* expectEqual(inOrder(yield* codes.list(ada)), kept, "the codes")
  })
]
