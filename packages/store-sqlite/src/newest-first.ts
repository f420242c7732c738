import type { ListPage } from "@latchkey/core/store"
import type { SqliteValue } from "./handle.ts"
import { count, instant } from "./values.ts"

/** The end of a statement that reads a page of a list, newest first. Its index has the order, so it reads only the page. */
export const NEWEST_FIRST = "AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?"

/** Its parameters. */
export const pageParameters = ({ after, limit }: ListPage): ReadonlyArray<SqliteValue> => [
  ...(after === null ? [Number.MAX_SAFE_INTEGER, ""] : [instant(after.createdAt), after.id]),
  count(limit)
]
