import { type Code, codePurposes } from "@latchkey/core/store"
import type { SqliteValue } from "./handle.ts"
import type { Row } from "./row.ts"
import { rowKind } from "./row-kind.ts"
import { count, instant, oneOf, optionalInstant, optionalText, same, text } from "./values.ts"

/** A code with its address as two fields, because each has a column. */
interface FlatCode extends Omit<Code, "userId" | "email"> {
  readonly email: string
  readonly canonicalEmail: string
}

const purpose = oneOf(...codePurposes)

/** Each field with its column, as in `rows.ts`. The purpose comes first: with the owner it is the key. */
export const codes = rowKind(
  "latchkey_codes",
  (row): FlatCode => ({
    purpose: row.column("purpose", purpose, same),
    email: row.column("email", text, same),
    canonicalEmail: row.column("canonical_email", text, same),
    ownEmail: row.column("own_email", optionalText, same),
    epoch: row.column("epoch", count, count),
    createdAt: row.column("created_at", instant, instant),
    expiresAt: row.column("expires_at", instant, instant),
    usedAt: row.column("used_at", optionalInstant, optionalInstant)
  })
)

/** The values of a code, in the order of `codes.names`. */
export const codeValues = ({ email, ...code }: Code): ReadonlyArray<SqliteValue> =>
  codes.valuesOf({ ...code, email: email.typed, canonicalEmail: email.canonical })

/** Reads the columns of `codes` in a row that was found by its owner. */
export const readCode = (row: Row, owner: Code["userId"]): Code => {
  const { email, canonicalEmail, ...code } = codes.read(row, 0, owner)
  return { ...code, userId: owner, email: { typed: email, canonical: canonicalEmail } }
}
