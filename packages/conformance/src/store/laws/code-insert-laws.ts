import { type Code, codePurposes, SecretHash, stayingCode, UserId } from "@latchkey/core/store"
import { codeEnd, codeKeyOf, codeOfEachPurpose, inOrder, sampleCode, skew } from "./code-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { awkwardTexts, hour, minute, sampleUser, start, userId } from "./samples.ts"

const { law } = lawsOf("codes")

const ada = userId(1)
const bo = userId(2)
const later = start + minute

/** What adding codes promises. */
export const codeInsertLaws: ReadonlyArray<Law> = [
  law("an inserted code is found by its user, purpose and secret, just as given", function* ({ users, codes }) {
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const rows = [...codeOfEachPurpose(1, ada), ...codeOfEachPurpose(11, bo)]
    for (const row of rows) yield* expectEqual(yield* codes.insert(row, "replace"), true, "the insert")
    for (const row of rows) {
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), row.code, `${row.code.purpose} of ${row.code.userId}`)
    }
  }),

  law("a code is added as given where there is none, also or-prolong", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const rows = codeOfEachPurpose(1, ada)
    for (const row of rows) yield* expectEqual(yield* codes.insert(row, "or-prolong"), true, "the insert")
    for (const row of rows) yield* expectEqual(yield* codes.find(codeKeyOf(row)), row.code, row.code.purpose)
  }),

  law("REC-03 a new code ends the one before, whatever that was, which then opens nothing", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    for (const purpose of codePurposes) {
      const former: ReadonlyArray<Partial<Code>> = [
        {},
        { usedAt: start },
        { expiresAt: later },
        { createdAt: later + hour }
      ]
      for (const [n, changes] of former.entries()) {
        const old = sampleCode(n, ada, { purpose, ...changes })
        const next = sampleCode(n + 100, ada, { purpose, createdAt: later, expiresAt: later + hour })
        yield* codes.insert(old, "replace")
        yield* expectEqual(yield* codes.insert(next, "replace"), true, `the insert after ${n}`)
        yield* expectEqual(yield* codes.find(codeKeyOf(old)), null, "the one before")
        yield* expectEqual(yield* codes.consume(codeKeyOf(old), later), null, "a use of the one before")
        yield* expectEqual(yield* codes.remove(codeKeyOf(old)), false, "a removal of the one before")
        yield* expectEqual(yield* codes.list(ada), [next.code], "the list")
        yield* codes.remove(codeKeyOf(next))
      }
    }
  }),

  law("a new code leaves those of other purposes and users", function* ({ users, codes }) {
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const mine = codeOfEachPurpose(1, ada)
    const theirs = codeOfEachPurpose(11, bo)
    for (const row of [...mine, ...theirs]) yield* codes.insert(row, "replace")
    for (const [n, { code }] of mine.entries()) {
      const next = sampleCode(n + 21, ada, { purpose: code.purpose, createdAt: later })
      yield* codes.insert(next, "replace")
      const expected = mine.map((row, index) => (index === n ? next.code : row.code))
      yield* expectEqual(inOrder(yield* codes.list(ada)), expected, `ada's, with a new one to ${code.purpose}`)
      yield* codes.insert(mine[n] ?? next, "replace")
    }
    const listed = inOrder(yield* codes.list(bo))
    yield* expectEqual(
      listed,
      theirs.map(({ code }) => code),
      "another user's"
    )
  }),

  law("REC-08 insert or-prolong leaves a code that can still be used, until the later of both ends", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    for (const purpose of codePurposes) {
      const old = sampleCode(1, ada, { purpose })
      const next = sampleCode(2, ada, { purpose, createdAt: later, expiresAt: later + hour, epoch: 4 })
      yield* codes.insert(old, "replace")
      yield* expectEqual(yield* codes.insert(next, "or-prolong"), false, `the insert to ${purpose}`)
      const staying = { ...old.code, expiresAt: later + hour }
      yield* expectEqual(yield* codes.find(codeKeyOf(old)), staying, "the one that stays")
      const short = sampleCode(3, ada, { purpose, createdAt: later, expiresAt: later + 1 })
      yield* expectEqual(yield* codes.insert(short, "or-prolong"), false, "the insert of one that ends sooner")
      yield* expectEqual(yield* codes.find(codeKeyOf(old)), staying, "the one that stays, again")
      yield* expectEqual(yield* codes.find(codeKeyOf(next)), null, "the other")
      yield* expectEqual(yield* codes.consume(codeKeyOf(next), later), null, "a use of the other")
      const used = { code: { ...staying, usedAt: later }, isFirst: true }
      yield* expectEqual(yield* codes.consume(codeKeyOf(old), later), used, "a use of the one that stays")
    }
    const kept = inOrder(yield* codes.list(ada)).map(({ usedAt }) => usedAt)
    yield* expectEqual(
      kept,
      codePurposes.map(() => later),
      "the list"
    )
  }),

  law("insert or-prolong takes the place of a used code, which then opens nothing", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const [old, next] = [sampleCode(1, ada), sampleCode(2, ada, { createdAt: later })]
    yield* codes.insert(old, "or-prolong")
    yield* codes.consume(codeKeyOf(old), start)
    yield* expectEqual(yield* codes.insert(next, "or-prolong"), true, "the insert")
    yield* expectEqual(yield* codes.consume(codeKeyOf(old), later), null, "a use of the one before")
    yield* expectEqual(yield* codes.list(ada), [next.code], "the list")
  }),

  law("TIM-01 insert or-prolong leaves a code until just before its end", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const old = sampleCode(1, ada)
    for (const [moment, isReplaced] of [
      [-1, false],
      [0, true],
      [1, true]
    ] as const) {
      const next = sampleCode(2, ada, { createdAt: codeEnd + moment, expiresAt: codeEnd + hour })
      yield* codes.insert(old, "replace")
      yield* expectEqual(yield* codes.insert(next, "or-prolong"), isReplaced, `${moment} ms after the end`)
      yield* expectEqual(
        yield* codes.list(ada),
        [isReplaced ? next.code : { ...old.code, expiresAt: codeEnd + hour }],
        `what is there ${moment} ms after`
      )
    }
  }),

  law("a code that was removed is in nobody's way", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const row = (n: number) => sampleCode(n, ada)
    const add = (n: number) => codes.insert(row(n), "or-prolong")
    yield* add(1)
    yield* codes.remove(codeKeyOf(row(1)))
    yield* expectEqual(yield* add(2), true, "after remove")
    yield* codes.remove({ ...codeKeyOf(row(2)), hash: null })
    yield* expectEqual(yield* add(3), true, "after remove of whichever there is")
    yield* codes.removeAll(ada)
    yield* expectEqual(yield* add(4), true, "after removeAll")
    yield* codes.removeExpired(codeEnd, 10)
    yield* expectEqual(yield* add(5), true, "after removeExpired")
    yield* expectEqual(yield* codes.list(ada), [row(5).code], "the list")
    for (const n of [1, 2, 3, 4]) yield* expectEqual(yield* codes.find(codeKeyOf(row(n))), null, `code ${n}`)
  }),

  law("every insert is that of stayingCode, whatever the states and times", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const before = [null, start - 1, start, start + 1]
    const moments = [start - skew - 1, start - skew, start - 1, start, codeEnd - 1, codeEnd, codeEnd + 1]
    for (const usedAt of before) {
      for (const createdAt of moments) {
        for (const insertion of ["replace", "or-prolong"] as const) {
          const old = sampleCode(1, ada, { usedAt })
          const next = sampleCode(2, ada, { createdAt, expiresAt: codeEnd + hour })
          yield* codes.insert(old, "replace")
          const staying = stayingCode(old.code, insertion, next.code)
          const name = `${insertion} ${createdAt - start} ms after the start of one used at ${usedAt}`
          yield* expectEqual(yield* codes.insert(next, insertion), staying === null, name)
          yield* expectEqual(yield* codes.list(ada), [staying ?? next.code], `the list after ${name}`)
        }
      }
    }
  }),

  law("STO-05 any text round-trips as what is known of a code, and no two are one", function* ({ users, codes }) {
    const rows = awkwardTexts.map((text, n) => ({
      hash: SecretHash(text),
      code: sampleCode(n, UserId(text), {
        purpose: codePurposes[n % codePurposes.length] ?? "reset",
        email: { typed: text, canonical: `${text} ` },
        ownEmail: text
      }).code
    }))
    for (const [n, { code }] of rows.entries()) yield* users.insert(sampleUser(n, { id: code.userId }))
    for (const row of rows) yield* codes.insert(row, "or-prolong")
    for (const row of rows) {
      const { code, hash } = row
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), code, `the code ${hash}`)
      yield* expectEqual(yield* codes.list(code.userId), [code], `the codes of ${code.userId}`)
      const used = { code: { ...code, usedAt: later }, isFirst: true }
      yield* expectEqual(yield* codes.consume(codeKeyOf(row), later), used, `a use of ${hash}`)
    }
    for (const row of rows) {
      yield* expectEqual(yield* codes.remove(codeKeyOf(row)), true, `the removal of ${row.hash}`)
      yield* expectEqual(yield* codes.list(row.code.userId), [], `what is left to ${row.code.userId}`)
    }
  }),

  law("a code without an own address has none, which is not an empty one", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    for (const ownEmail of [null, "", "null"]) {
      const row = sampleCode(1, ada, { ownEmail, email: { typed: "", canonical: "" } })
      yield* codes.insert(row, "replace")
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), row.code, `a code with ${ownEmail}`)
      yield* codes.consume(codeKeyOf(row), later)
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), { ...row.code, usedAt: later }, `used, with ${ownEmail}`)
    }
  })
]
