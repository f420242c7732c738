import { codePurposes, givenBackCode } from "@latchkey/core/store"
import { codeEnd, codeKeyOf, codeOfEachPurpose, inOrder, sampleCode } from "./code-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { minute, sampleUser, secretHash, start, userId } from "./samples.ts"

const { law } = lawsOf("codes")

const ada = userId(1)
const bo = userId(2)
const later = start + minute

/** What giving codes back promises. */
export const codeGiveBackLaws: ReadonlyArray<Law> = [
  law("REC-01 a used code that is given back is as it was, and can be used once more", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    for (const [n, purpose] of codePurposes.entries()) {
      const row = sampleCode(n, ada, { purpose })
      yield* codes.insert(row, "replace")
      for (const at of [later, later + 1]) {
        const used = { code: { ...row.code, usedAt: at }, isFirst: true }
        yield* expectEqual(yield* codes.consume(codeKeyOf(row), at), used, `a use to ${purpose}`)
        yield* expectEqual(yield* codes.giveBack(codeKeyOf(row)), true, `giveBack of ${purpose}`)
        yield* expectEqual(yield* codes.find(codeKeyOf(row)), row.code, "the code that was given back")
      }
    }
  }),

  law("REC-03 only a used code is given back, and only by its user, purpose and secret", function* ({ users, codes }) {
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const row = sampleCode(1, ada, { usedAt: start })
    const fresh = sampleCode(2, ada, { purpose: "verify" })
    for (const each of [row, fresh]) yield* codes.insert(each, "replace")
    const key = codeKeyOf(row)
    for (const other of [
      { ...key, hash: secretHash(9) },
      { ...key, owner: bo },
      { ...key, purpose: "verify" as const },
      { ...key, purpose: "invite" as const },
      codeKeyOf(fresh)
    ]) {
      yield* expectEqual(yield* codes.giveBack(other), false, `giveBack of ${JSON.stringify(other)}`)
    }
    yield* expectEqual(inOrder(yield* codes.list(ada)), [fresh.code, row.code], "the codes")
    yield* expectEqual(yield* codes.list(bo), [], "another user's")
    yield* codes.giveBack(key)
    yield* expectEqual(yield* codes.giveBack(key), false, "giveBack again")
  }),

  law("REC-03 a code that is gone, or that another replaced, is not given back", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const [old, next] = [sampleCode(1, ada, { usedAt: start }), sampleCode(2, ada, { createdAt: later })]
    const key = codeKeyOf(old)
    for (const state of [null, later]) {
      const there = { ...next, code: { ...next.code, usedAt: state } }
      yield* codes.insert(old, "replace")
      yield* codes.insert(there, "replace")
      yield* expectEqual(yield* codes.giveBack(key), false, "giveBack of the one before")
      yield* expectEqual(yield* codes.list(ada), [there.code], "the list")
    }
    for (const end of [
      codes.remove(key),
      codes.remove({ ...key, hash: null }),
      codes.removeAll(ada),
      codes.removeExpired(codeEnd, 10)
    ]) {
      yield* codes.insert(old, "replace")
      yield* end
      yield* expectEqual(yield* codes.giveBack(key), false, "giveBack of one that is gone")
      yield* expectEqual(yield* codes.list(ada), [], "what is left")
    }
  }),

  law(
    "what is given back leaves the codes of other purposes and users, and is that of givenBackCode",
    function* (store) {
      const { users, codes } = store
      for (const n of [1, 2]) yield* users.insert(sampleUser(n))
      const [mine, theirs] = [codeOfEachPurpose(1, ada), codeOfEachPurpose(11, bo)]
      const used = mine.map((row) => ({ ...row, code: { ...row.code, usedAt: start + 7 } }))
      for (const row of [...used, ...theirs]) yield* codes.insert(row, "replace")
      for (const [n, row] of used.entries()) {
        yield* expectEqual(yield* codes.giveBack(codeKeyOf(row)), true, `giveBack of ${row.code.purpose}`)
        const expected = used.map(({ code }, index) => (index <= n ? givenBackCode(code) : code))
        yield* expectEqual(inOrder(yield* codes.list(ada)), expected, `the codes after ${row.code.purpose}`)
      }
      const kept = theirs.map(({ code }) => code)
      yield* expectEqual(inOrder(yield* codes.list(bo)), kept, "another user's")
    }
  )
]
