import { type Code, codePurposes, UserId } from "@latchkey/core/store"
import type { Row } from "./postgres.ts"
import { rowKind } from "./row-kind.ts"
import { bytes, number, oneOf, optionalNumber, optionalText, same, text } from "./values.ts"

/** A code with its address as two fields, because each has a column. */
interface FlatCode extends Omit<Code, "email"> {
  readonly email: string
  readonly canonicalEmail: string
}

/** Each field with its column, as in `rows.ts`. */
const flatCodes = rowKind<FlatCode>({
  userId: ["user_id", (row, column) => UserId(text(row, column)), bytes],
  purpose: ["purpose", oneOf(...codePurposes), same],
  email: ["email", text, bytes],
  canonicalEmail: ["canonical_email", text, bytes],
  ownEmail: ["own_email", optionalText, bytes],
  epoch: ["epoch", number, same],
  createdAt: ["created_at", number, same],
  expiresAt: ["expires_at", number, same],
  usedAt: ["used_at", optionalNumber, same]
})

export const codeRows = {
  names: flatCodes.names,
  selected: flatCodes.selected,
  valuesOf: ({ email, ...code }: Code): Array<unknown> =>
    flatCodes.valuesOf({ ...code, email: email.typed, canonicalEmail: email.canonical }),

  read: (row: Row, alias: string): Code => {
    const { email, canonicalEmail, ...code } = flatCodes.read(row, alias)
    return { ...code, email: { typed: email, canonical: canonicalEmail } }
  }
}
