import type { ListPage } from "@latchkey/core/store"
import { bytes } from "./values.ts"

/** The end of a statement that reads a page of a list, newest first, with its parameters from `$<first>` on. */
export const newestFirst = (alias: string, first: number): string =>
  `AND ($${first}::float8 IS NULL OR (${alias}.created_at, ${alias}.id) < ($${first}, $${first + 1}::bytea))
   ORDER BY ${alias}.created_at DESC, ${alias}.id DESC LIMIT $${first + 2}`

/** Its parameters. */
export const pageParameters = ({ after, limit }: ListPage): Array<unknown> => [
  after === null ? null : after.createdAt,
  after === null ? null : bytes(after.id),
  limit
]
