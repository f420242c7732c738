import * as Effect from "effect/Effect"
import type { Instant } from "./time.ts"

/** Lists that grow without end are read in pages of this many entries, unless the caller asks for another number. */
const USUAL_PER_PAGE = 50

/** No page is longer, whatever the caller asks for. */
export const MOST_PER_PAGE = 500

/** So many entries one call of a store's `restore` takes at most, so that it is quick. */
export const MOST_RESTORED = 100

/** How many entries a page holds, given the limit that was asked for. */
export const pageLimit = (wanted: number = USUAL_PER_PAGE): number => Math.min(Math.max(1, wanted), MOST_PER_PAGE)

/** An entry's place in a list that is newest first. Of those made at one instant the one with the larger id comes first. */
export interface Place {
  readonly createdAt: Instant
  readonly id: string
}

/** A part of a list that is newest first. */
export interface ListPage {
  /** Only entries after this place; null from the start. The entry itself may be gone. */
  readonly after: Place | null
  readonly limit: number
}

/** Sorts a list newest first. */
export const newestFirst = (a: Place, b: Place): number => {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0
}

/** A page of a list that is newest first already. */
export const pageOf = <Entry extends Place>(list: ReadonlyArray<Entry>, { after, limit }: ListPage) =>
  list.filter((entry) => after === null || newestFirst(after, entry) < 0).slice(0, limit)

/** A page of those entries that `isWanted`. Reads on where a page of the list has others, so that only the last page is short. */
export const wantedPage = Effect.fnUntraced(function* <Entry extends Place, E>(
  read: (page: ListPage) => Effect.Effect<ReadonlyArray<Entry>, E>,
  isWanted: (entry: Entry) => boolean,
  { after = null, limit }: Partial<ListPage>
) {
  const most = pageLimit(limit)
  const wanted: Array<Entry> = []
  for (let from = after; ; ) {
    const entries = yield* read({ after: from, limit: most })
    wanted.push(...entries.filter(isWanted))
    const last = entries.at(-1)
    if (last === undefined || entries.length < most || wanted.length >= most) return wanted.slice(0, most)
    from = { createdAt: last.createdAt, id: last.id }
  }
})
