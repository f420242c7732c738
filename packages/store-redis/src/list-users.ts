import {
  behindPrefix,
  type FoundUser,
  gatherCount,
  gatherUsers,
  inListOrder,
  MOST_COUNTED,
  startOf,
  UserId,
  type UserPlace,
  type UserSearch,
  type UserStep,
  type UserStore
} from "@latchkey/core/store"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { afterPlace, readEntry, upToName } from "./user-index.ts"
import { readNamedUser } from "./user-text.ts"
import { count, readCount, readList, readText } from "./values.ts"

/** How many entries a command counts. Other commands run in between. */
const COUNTED_AT_ONCE = 1_000

/**
 * Lists and counts users. A command reads entries of an index in the directory, and the users' own texts say who is listed: an entry of a
 * user who has another name by now, or is gone, is passed over.
 */
export const listUsers = (db: Connection, keys: Keys): Pick<UserStore, "list" | "count"> => {
  const { users, names, allSuperusers, inactive } = keys.directory

  /** Where users are looked for who pass the filter, newest first. */
  const indexFor = ({ filter }: UserSearch): string =>
    filter.isSuperuser === true ? allSuperusers : filter.isActive === false ? inactive : users

  const newest = async (index: string, { after, most }: UserStep): Promise<ReadonlyArray<UserPlace>> => {
    const from = after === null ? "+" : `(${after.id}`
    const ids = readList(await db.read("ZREVRANGEBYLEX", index, from, "-", "LIMIT", "0", String(most)))
    return ids.map((id) => ({ name: "", id: UserId(readText(id)) }))
  }

  const named = async (query: string, { after, most }: UserStep): Promise<ReadonlyArray<UserPlace>> => {
    const range = [afterPlace(startOf(query, after)), upToName(behindPrefix(query)), "LIMIT", "0", String(most)]
    const [entries, known] = await Promise.all([
      db.read("ZRANGEBYLEX", names, ...range),
      db.read("ZSCORE", users, query)
    ])
    const places = readList(entries).map(readEntry)
    const self = { name: query, id: UserId(query) }
    if (known === null || (after !== null && inListOrder(query)(self, after) <= 0)) return places
    const others = places.filter((place) => inListOrder(query)(place, self) !== 0)
    return [self, ...others].sort(inListOrder(query)).slice(0, most)
  }

  const read = async (search: UserSearch, step: UserStep): Promise<ReadonlyArray<FoundUser>> => {
    const places = await (search.query === null ? newest(indexFor(search), step) : named(search.query, step))
    return Promise.all(
      places.map(async (place) => ({
        place,
        row: readNamedUser(place.id, await db.read("GET", keys.ofOwner(place.id).user))
      }))
    )
  }

  const drive = async <A>(search: UserSearch, steps: Generator<UserStep, A, ReadonlyArray<FoundUser>>): Promise<A> => {
    let turn = steps.next()
    while (turn.done !== true) turn = steps.next(await read(search, turn.value))
    return turn.value
  }

  /**
   * Counts entries of the names: a user who is found by several counts once. Of too many it only tells how many users they are at
   * least, because nobody is found by more than two.
   */
  const countNames = async (query: string) => {
    const behind = upToName(behindPrefix(query))
    const entries = readCount(await db.read("ZLEXCOUNT", names, afterPlace(startOf(query, null)), behind))
    if (entries > MOST_COUNTED) return { total: Math.min(Math.ceil(entries / 2), MOST_COUNTED), isExact: false }
    const found = new Set<string>()
    for (let after: UserPlace | null = null; ; ) {
      const places: ReadonlyArray<UserPlace> = await named(query, { after, most: COUNTED_AT_ONCE })
      for (const { id } of places) found.add(id)
      if (places.length < COUNTED_AT_ONCE) return { total: found.size, isExact: true }
      after = places.at(-1) ?? after
    }
  }

  return {
    list: (listing) =>
      attempt("users.list", () => drive(listing, gatherUsers({ ...listing, limit: count(listing.limit) }))),
    count: (search) =>
      attempt("users.count", async () => {
        const filters = Object.values(search.filter).filter((value) => value !== undefined).length
        if (search.query !== null && filters === 0) return countNames(search.query)
        const index = search.query === null ? indexFor(search) : users
        if (search.query !== null || filters > (index === users ? 0 : 1)) return drive(search, gatherCount(search))
        return { total: readCount(await db.read("ZCARD", index)), isExact: true }
      })
  }
}
