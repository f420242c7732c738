import { type Auth, actorOf, type Identity, isImpersonated, type User } from "@latchkey/core"
import * as Schema from "effect/Schema"

const fields = {
  id: Schema.String,
  email: Schema.NullOr(Schema.String),
  is_active: Schema.Boolean,
  is_superuser: Schema.Boolean,
  is_verified: Schema.Boolean,
  username: Schema.optionalKey(Schema.String),
  roles: Schema.optionalKey(Schema.Array(Schema.String)).annotate({
    description: "The user's roles. Only where the host declares some"
  })
}

/** A user as the wire shows it: exactly these keys, and `username` when the user has one (wire.md §1, REG-08). */
export const UserBody = Schema.Struct(fields).annotate({ identifier: "User" })

/** The caller's own user. */
export const OwnUserBody = Schema.Struct({
  ...fields,
  impersonated_by: Schema.optionalKey(Schema.String).annotate({
    description: "The id of the administrator who acts in the user's place. Absent when the users themselves act"
  })
}).annotate({ identifier: "OwnUser" })

export const userBody = (user: User, { roles }: Pick<Auth["settings"], "roles">): typeof UserBody.Type => ({
  id: user.id,
  email: user.email,
  is_active: user.isActive,
  is_superuser: user.isSuperuser,
  is_verified: user.isVerified,
  ...(user.username === null ? {} : { username: user.username }),
  ...(Object.keys(roles).length === 0 ? {} : { roles: user.roles })
})

export const ownUserBody = (
  identity: Identity,
  settings: Pick<Auth["settings"], "roles">
): typeof OwnUserBody.Type => ({
  ...userBody(identity.user, settings),
  ...(isImpersonated(identity) ? { impersonated_by: actorOf(identity).id } : {})
})
