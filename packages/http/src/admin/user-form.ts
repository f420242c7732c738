import * as Schema from "effect/Schema"
import { formText, optionalText } from "../surface/body-fields.ts"
import { isTicked, rolesIn } from "./boxes.ts"

/**
 * What the form of a new user and that of a known one post, with fields of their own. A box is posted where it is ticked, and those of
 * the roles have names of their own, so that other names are ignored.
 */
export const userForm = <const Own extends Schema.Struct.Fields>(own: Own) =>
  Schema.StructWithRest(Schema.Struct({ ...shared, ...own }), [Schema.Record(Schema.String, Schema.Unknown)])

const shared = {
  username: formText,
  email: formText,
  is_superuser: optionalText,
  is_verified: optionalText,
  must_change_password: optionalText,
  current_password: optionalText,
  user: optionalText
}

const SharedFields = userForm({})

/** What was typed and ticked in either. */
export const enteredIn = (body: typeof SharedFields.Type) => ({
  username: body.username,
  email: body.email,
  isSuperuser: isTicked(body.is_superuser),
  isVerified: isTicked(body.is_verified),
  mustChangePassword: isTicked(body.must_change_password),
  roles: rolesIn(body)
})
