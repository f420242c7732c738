import type { UserId } from "@latchkey/core/store"
import { readList } from "./values.ts"

/** For scripts that restore rows of one owner: they note of each whether it was added, and return `added`. */
export const addedLua = `
local added = {}
local function note(is_added)
  added[#added + 1] = is_added and 1 or 0
end
`

/**
 * Restores rows of several owners: those of an owner by one script, in their order, and all scripts at once. Says of each row whether it
 * was added.
 */
export const restoreRows = async <Row>(
  rows: ReadonlyArray<Row>,
  ownerOf: (row: Row) => UserId,
  add: (owner: UserId, rows: ReadonlyArray<Row>) => Promise<unknown>
): Promise<ReadonlyArray<boolean>> => {
  const placed = rows.map((row, place) => ({ row, place }))
  const added = rows.map(() => false)
  const restoreOf = async (owner: UserId, theirs: typeof placed): Promise<void> => {
    const answers = readList(
      await add(
        owner,
        theirs.map(({ row }) => row)
      )
    )
    for (const [at, { place }] of theirs.entries()) added[place] = answers[at] === 1
  }
  const byOwner = Map.groupBy(placed, ({ row }) => ownerOf(row))
  await Promise.all(Array.from(byOwner, ([owner, theirs]) => restoreOf(owner, theirs)))
  return added
}
