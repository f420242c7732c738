import type { User } from "@latchkey/core"
import * as Schema from "effect/Schema"

/** What the wire does not show of a user. A new field does not compile until it is here or in `UserBody`. */
type NotShown = "mustChangePassword" | "epoch" | "createdAt" | "updatedAt" | "lastLoginAt"

/** A field's name in JSON: `isActive` is `is_active`. */
type WireName<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${WireName<Rest>}`
  : ""

/** A user as the wire shows it: exactly these keys, and `username` when the user has one (wire §1, REG-08). */
export const UserBody = Schema.Struct({
  id: Schema.String,
  email: Schema.NullOr(Schema.String),
  is_active: Schema.Boolean,
  is_superuser: Schema.Boolean,
  is_verified: Schema.Boolean,
  username: Schema.optionalKey(Schema.String)
} satisfies Readonly<Record<WireName<Exclude<keyof User, NotShown>>, Schema.Top>>).annotate({ identifier: "User" })

export const userBody = (user: User): typeof UserBody.Type => ({
  id: user.id,
  email: user.email,
  is_active: user.isActive,
  is_superuser: user.isSuperuser,
  is_verified: user.isVerified,
  ...(user.username === null ? {} : { username: user.username })
})
