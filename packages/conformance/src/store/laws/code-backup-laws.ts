import { codePurposes, type NewCode } from "@latchkey/core/store"
import { codeKeyOf, codeOfEachPurpose, sampleCode } from "./code-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { sampleUser, start, userId } from "./samples.ts"

const { law } = lawsOf("codes")

const ada = userId(1)
const bo = userId(2)

const byPurpose = (held: ReadonlyArray<NewCode>) =>
  held.toSorted((a, b) => codePurposes.indexOf(a.code.purpose) - codePurposes.indexOf(b.code.purpose))

/** What exporting and restoring one-time codes promises. */
export const codeBackupLaws: ReadonlyArray<Law> = [
  law("BAK-01 an export of codes has them all with their hashes, and restored ones open the same", function* (store) {
    const { users, codes } = store
    yield* users.restore([sampleUser(1), sampleUser(2)])
    const rows = codeOfEachPurpose(1, ada)
    yield* expectEqual(
      yield* codes.restore(rows),
      rows.map(() => true),
      "which are added"
    )
    yield* expectEqual(byPurpose(yield* codes.export(ada)), rows, "the export")
    yield* expectEqual(yield* codes.export(bo), [], "that of another user")
    for (const row of rows)
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), row.code, `the code to ${row.code.purpose}`)
  }),

  law("BAK-02 a code is not restored beside one for the same purpose, and nothing changes", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    const row = sampleCode(1, ada)
    yield* codes.insert(row, "replace")
    yield* codes.consume(codeKeyOf(row), start + 1)
    const now = yield* codes.export(ada)
    yield* expectEqual(yield* codes.restore([row, sampleCode(2, ada)]), [false, false], "which are added")
    yield* expectEqual(yield* codes.export(ada), now, "what is there")
    const twice = sampleCode(3, ada, { purpose: "verify" })
    yield* expectEqual(yield* codes.restore([twice, twice]), [true, false], "one of them twice")
    yield* expectEqual(yield* codes.restore([]), [], "none at all")
  })
]
