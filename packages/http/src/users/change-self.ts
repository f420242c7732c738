import { type Audit, type Identity, type Passwords, type User, Users, type UserToChange } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { proveSelf } from "../sessions/prove-self.ts"
import { RouteProblem } from "../surface/problem.ts"
import { plainProblem, type RouteError } from "../surface/problems.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** Who may change a field of a user: the user too, or administrators alone. The compiler asks for a new field. */
const changedBy = {
  username: "user",
  email: "user",
  isActive: "admin",
  isSuperuser: "admin",
  isVerified: "admin",
  mustChangePassword: "admin",
  roles: "admin"
} as const satisfies Readonly<Record<keyof UserToChange, "user" | "admin">>

type OwnField = {
  [Field in keyof UserToChange]-?: (typeof changedBy)[Field] extends "user" ? Field : never
}[keyof UserToChange]

/** What users change about themselves. Absent fields stay unchanged. */
export interface SelfChange extends Pick<UserToChange, OwnField> {
  readonly password?: string
  readonly current_password?: string
}

/**
 * Changes the caller's names and password in one step; an id in the body changes nobody (REG-02). A refusal changes nothing. A new
 * password or address needs the current password or a recent log-in (PWD-17, REG-05). Whoever must choose another password changes
 * nothing else (PWD-25).
 */
export const changeSelf = Effect.fnUntraced(function* (
  call: Pick<Call<Identity, unknown>, "identity" | "client" | "device" | "texts">,
  wanted: SelfChange,
  context: SurfaceContext
): Effect.fn.Return<User, RouteError, Passwords | Users | Audit> {
  const users = yield* Users
  const { identity, client, texts } = call
  const { current_password: current, ...change } = wanted
  if (identity.pending !== null && !isPasswordAlone(identity.user, change)) {
    return yield* Effect.fail(new RouteProblem(plainProblem.mustChangePassword))
  }
  if (change.password !== undefined || isNewAddress(identity.user, change))
    yield* proveSelf(call, current, "change-password", context)
  return Object.keys(change).length === 0
    ? identity.user
    : yield* users.changeSelf(identity, change, { client, lang: texts.language })
})

/** Whether a change is one of the password, and names nothing else but as it is. */
const isPasswordAlone = (user: User, { password, username, email }: Omit<SelfChange, "current_password">): boolean =>
  password !== undefined &&
  (username === undefined || username === user.username) &&
  (email === undefined || email === user.email)

const isNewAddress = (user: User, { email }: Pick<UserToChange, "email">): boolean =>
  email !== undefined && email.trim().toLowerCase() !== user.email?.toLowerCase()
