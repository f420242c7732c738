import { codePurposes, consumedCode } from "@latchkey/core/store"
import { codeEnd, codeKeyOf, codeOfEachPurpose, inOrder, sampleCode, skew } from "./code-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { accountName, minute, newPassword, proofAt, sampleUser, secretHash, start, userId } from "./samples.ts"

const { law } = lawsOf("codes")

const ada = userId(1)
const bo = userId(2)
const later = start + minute

/** What using codes promises. */
export const codeConsumeLaws: ReadonlyArray<Law> = [
  law("REC-01 the first call of consume uses a code, and later ones tell that it was used", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    for (const [n, purpose] of codePurposes.entries()) {
      const row = sampleCode(n, ada, { purpose })
      const used = { ...row.code, usedAt: later }
      yield* codes.insert(row, "replace")
      const first = yield* codes.consume(codeKeyOf(row), later)
      yield* expectEqual(first, { code: used, isFirst: true }, `the first use to ${purpose}`)
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), used, "the used code")
      for (const at of [start, later, later + 1, codeEnd - 1]) {
        const again = yield* codes.consume(codeKeyOf(row), at)
        yield* expectEqual(again, { code: used, isFirst: false }, `a use at ${at}`)
      }
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), used, "the code in the end")
    }
    const times = inOrder(yield* codes.list(ada)).map(({ usedAt }) => usedAt)
    yield* expectEqual(
      times,
      codePurposes.map(() => later),
      "the list"
    )
  }),

  law("TIM-01 a code is used until just before its end, and afterwards consume changes nothing", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    for (const [moment, isInTime] of [
      [-1, true],
      [0, false],
      [1, false]
    ] as const) {
      const row = sampleCode(1, ada)
      const at = codeEnd + moment
      const used = { ...row.code, usedAt: at }
      yield* codes.insert(row, "replace")
      const consumed = yield* codes.consume(codeKeyOf(row), at)
      yield* expectEqual(consumed, isInTime ? { code: used, isFirst: true } : null, `${moment} ms after the end`)
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), isInTime ? used : row.code, `the code ${moment} ms after`)
    }
  }),

  law("TIM-01 a used code is recognised until just before its end", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const row = sampleCode(1, ada)
    const used = { ...row.code, usedAt: start }
    yield* codes.insert(row, "replace")
    yield* codes.consume(codeKeyOf(row), start)
    const last = yield* codes.consume(codeKeyOf(row), codeEnd - 1)
    yield* expectEqual(last, { code: used, isFirst: false }, "1 ms before the end")
    yield* expectEqual(yield* codes.consume(codeKeyOf(row), codeEnd), null, "at the end")
    yield* expectEqual(yield* codes.consume(codeKeyOf(row), codeEnd + 1), null, "1 ms after the end")
    yield* expectEqual(yield* codes.find(codeKeyOf(row)), used, "the code past its end")
  }),

  law("REC-02 find, consume and remove need the user, the purpose and the secret of one code", function* (store) {
    const { users, codes } = store
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const rows = [
      sampleCode(1, ada, { purpose: "reset" }),
      sampleCode(2, ada, { purpose: "verify" }),
      sampleCode(3, bo, { purpose: "reset" }),
      sampleCode(4, bo, { purpose: "undo-email" })
    ]
    for (const row of rows) yield* codes.insert(row, "replace")
    const names = new Set(rows.map((row) => JSON.stringify(codeKeyOf(row))))
    for (const owner of [ada, bo, userId(3)]) {
      for (const purpose of codePurposes) {
        for (const hash of [1, 2, 3, 4, 5].map(secretHash)) {
          const key = { owner, purpose, hash }
          const name = JSON.stringify(key)
          if (names.has(name)) continue
          yield* expectEqual(yield* codes.find(key), null, `find of ${name}`)
          yield* expectEqual(yield* codes.consume(key, later), null, `consume of ${name}`)
          yield* expectEqual(yield* codes.remove(key), false, `remove of ${name}`)
        }
      }
    }
    for (const row of rows) yield* expectEqual(yield* codes.find(codeKeyOf(row)), row.code, row.code.purpose)
    for (const row of rows) {
      yield* expectEqual((yield* codes.consume(codeKeyOf(row), later))?.isFirst, true, `a use to ${row.code.purpose}`)
    }
  }),

  law("a use of a code leaves those of other purposes and users", function* ({ users, codes }) {
    for (const n of [1, 2]) yield* users.insert(sampleUser(n))
    const rows = [ada, bo].flatMap((owner, n) =>
      codePurposes.map((purpose, index) => sampleCode(10 * n + index, owner, { purpose }))
    )
    for (const row of rows) yield* codes.insert(row, "replace")
    for (const [n, row] of rows.entries()) {
      yield* codes.consume(codeKeyOf(row), later)
      const left = [...inOrder(yield* codes.list(ada)), ...inOrder(yield* codes.list(bo))]
      const expected = rows.map(({ code }, index) => (index <= n ? { ...code, usedAt: later } : code))
      yield* expectEqual(left, expected, `all codes after use ${n}`)
    }
  }),

  law("every consume is that of consumedCode, whatever the state and time", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const moments = [start - skew - 1, start - skew, start - 1, start, start + 1, codeEnd - 1, codeEnd, codeEnd + 1]
    for (const usedAt of [null, 0, start, codeEnd - 1]) {
      for (const at of moments) {
        const row = sampleCode(1, ada, { usedAt })
        const expected = consumedCode(row.code, at)
        const name = `${at - start} ms after the start of one used at ${usedAt}`
        yield* codes.insert(row, "replace")
        yield* expectEqual(yield* codes.consume(codeKeyOf(row), at), expected, `consume ${name}`)
        yield* expectEqual(yield* codes.find(codeKeyOf(row)), expected?.code ?? row.code, `the code, ${name}`)
      }
    }
  }),

  law("REC-02 a change of the user leaves the codes: core judges epoch and address", function* ({ users, codes }) {
    yield* users.insert(sampleUser(1))
    const rows = codeOfEachPurpose(1, ada)
    for (const row of rows) yield* codes.insert(row, "replace")
    yield* users.endCredentials(ada, later)
    yield* users.change(ada, { email: accountName("Ada@example.org"), isActive: false }, later)
    yield* users.changeWithProof(ada, { ...newPassword("new"), username: accountName("Ada") }, proofAt(5), later)
    yield* users.recordLogin(ada, later)
    const expected = rows.map(({ code }) => code)
    yield* expectEqual(inOrder(yield* codes.list(ada)), expected, "the codes")
    const row = sampleCode(9, ada)
    yield* codes.insert(row, "replace")
    yield* expectEqual((yield* codes.consume(codeKeyOf(row), later))?.isFirst, true, "a use")
  })
]
