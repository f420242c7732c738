import type { UserToChange, UserToCreate } from "@latchkey/core"
import * as Schema from "effect/Schema"
import { type FieldsOf, optionalText, textsOf } from "../../surface/body-fields.ts"

const optionalFlag = Schema.optionalKey(Schema.NullOr(Schema.Boolean))
const optionalRoles = Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String)))

/** Somebody whom an administrator creates. */
export const NewUserBody = Schema.Struct({
  username: optionalText,
  email: optionalText,
  password: optionalText,
  is_superuser: optionalFlag,
  is_verified: optionalFlag,
  must_change_password: optionalFlag,
  roles: optionalRoles
} satisfies FieldsOf<UserToCreate>)

export const userToCreate = (body: typeof NewUserBody.Type): UserToCreate => ({
  username: body.username ?? null,
  email: body.email ?? null,
  ...(typeof body.password === "string" ? { password: body.password } : {}),
  isSuperuser: body.is_superuser ?? false,
  isVerified: body.is_verified ?? false,
  mustChangePassword: body.must_change_password ?? false,
  roles: body.roles ?? []
})

/** What an administrator changes about a user. A field that is absent or `null` stays as it is, and one of no name here is ignored. */
const EditedUserBody = Schema.Struct({
  username: optionalText,
  email: optionalText,
  is_active: optionalFlag,
  is_superuser: optionalFlag,
  is_verified: optionalFlag,
  must_change_password: optionalFlag,
  roles: optionalRoles
} satisfies FieldsOf<UserToChange>)

/** The same, and a password, which comes alone. */
export const ChangedUserBody = Schema.Struct({ ...EditedUserBody.fields, password: optionalText })

export const userToChange = (body: typeof EditedUserBody.Type): UserToChange => ({
  ...textsOf({ username: body.username, email: body.email }),
  ...flag("isActive", body.is_active),
  ...flag("isSuperuser", body.is_superuser),
  ...flag("isVerified", body.is_verified),
  ...flag("mustChangePassword", body.must_change_password),
  ...(body.roles === undefined || body.roles === null ? {} : { roles: body.roles })
})

const flag = <Name extends string>(
  name: Name,
  value: boolean | null | undefined
): { readonly [Key in Name]?: boolean } =>
  // A record of one name, or of none.
  (typeof value === "boolean" ? { [name]: value } : {}) as { readonly [Key in Name]?: boolean }
