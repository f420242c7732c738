import type { User } from "@latchkey/core"
import * as Schema from "effect/Schema"

/** A user as the wire shows it: exactly these keys, and `username` when the user has one (wire.md §1, REG-08). */
export const UserBody = Schema.Struct({
  id: Schema.String,
  email: Schema.NullOr(Schema.String),
  is_active: Schema.Boolean,
  is_superuser: Schema.Boolean,
  is_verified: Schema.Boolean,
  username: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "User" })

export const userBody = (user: User): typeof UserBody.Type => ({
  id: user.id,
  email: user.email,
  is_active: user.isActive,
  is_superuser: user.isSuperuser,
  is_verified: user.isVerified,
  ...(user.username === null ? {} : { username: user.username })
})
