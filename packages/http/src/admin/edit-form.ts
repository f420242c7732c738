import type { EditedFields, User, UserToChange } from "@latchkey/core"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { valueProblem } from "../request/field-problem.ts"
import { RouteProblem, validationProblem } from "../surface/problem.ts"
import type { AdminUserPageView } from "./view.ts"

/** What a form about a user has in it. */
export interface TypedUser extends Omit<EditedFields, "username" | "email"> {
  readonly username: string
  readonly email: string
}

const Seen = Schema.Struct({
  username: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  isActive: Schema.Boolean,
  isSuperuser: Schema.Boolean,
  isVerified: Schema.Boolean,
  mustChangePassword: Schema.Boolean,
  roles: Schema.Array(Schema.String)
})

const decodeSeen = Schema.decodeUnknownOption(Seen)

/** The state that a form is made over, for its hidden field (ADM-15). */
export const seenText = (user: EditedFields): string => {
  const { username, email, isActive, isSuperuser, isVerified, mustChangePassword, roles } = user
  return JSON.stringify({ username, email, isActive, isSuperuser, isVerified, mustChangePassword, roles })
}

/**
 * Reads that field. Whoever changes it only makes the form stale: the store compares it with the user's row before anything is
 * written.
 */
export const readSeen = (text: string): EditedFields | RouteProblem => {
  const read = decodeSeen(parsed(text))
  if (Option.isSome(read)) return read.value
  return new RouteProblem(validationProblem([valueProblem(["body", "seen"], "Input should be the state on the form")]))
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A form as it is when nobody has typed into it. */
export const typedOf = (user: EditedFields): TypedUser => ({
  username: user.username ?? "",
  email: user.email ?? "",
  isActive: user.isActive,
  isSuperuser: user.isSuperuser,
  isVerified: user.isVerified,
  mustChangePassword: user.mustChangePassword,
  roles: user.roles
})

const flags = ["isActive", "isSuperuser", "isVerified", "mustChangePassword"] as const
const names = ["username", "email"] as const

/** What differs from the state that the form was made over. Blanks around a name change nothing. */
export const changeIn = (typed: TypedUser, seen: EditedFields): UserToChange => ({
  ...Object.fromEntries(
    names.flatMap((name) => (typed[name].trim() === (seen[name] ?? "") ? [] : [[name, typed[name]]]))
  ),
  ...Object.fromEntries(flags.flatMap((flag) => (typed[flag] === seen[flag] ? [] : [[flag, typed[flag]]]))),
  ...(sameRoles(typed.roles, seen.roles) ? {} : { roles: typed.roles })
})

const sameRoles = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean =>
  [...one].sort().join(" ") === [...other].sort().join(" ")

/** Whether a user is as a change would make them: the same form came before, by a click or a reload. */
export const isAsWanted = (user: User, change: UserToChange): boolean =>
  names.every((name) => change[name] === undefined || change[name].trim() === user[name]) &&
  flags.every((flag) => change[flag] === undefined || change[flag] === user[flag]) &&
  (change.roles === undefined || sameRoles(change.roles, user.roles))

/** What was typed, over what the user is now: a field that nobody touched follows the change of somebody else. */
export const overNow = (typed: TypedUser, seen: EditedFields, now: User): TypedUser => {
  const change = changeIn(typed, seen)
  const added = typed.roles.filter((role) => !seen.roles.includes(role))
  const removed = seen.roles.filter((role) => !typed.roles.includes(role))
  return {
    ...typedOf(now),
    ...change,
    roles: [...new Set([...now.roles.filter((role) => !removed.includes(role)), ...added])].sort()
  }
}

/** Whether a change takes rights away from whom it is about, or logs them out. */
export const isStepDown = ({ isActive, isSuperuser, mustChangePassword }: UserToChange): boolean =>
  isActive === false || isSuperuser === false || mustChangePassword === true

/** The fields of the form as the page shows them. */
export const formOfTyped = (typed: TypedUser): AdminUserPageView["form"] => ({
  username: typed.username,
  email: typed.email,
  isActive: typed.isActive,
  isSuperuser: typed.isSuperuser,
  isVerified: typed.isVerified,
  mustChangePassword: typed.mustChangePassword
})
