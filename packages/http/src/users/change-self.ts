import { type Audit, type Identity, Passwords, SessionEnded, type User, Users, type UserToChange } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { proveSelf } from "../sessions/prove-self.ts"
import type { RouteError } from "../surface/problems.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** Who may change a field of a user: the user too, or administrators alone. The compiler asks for a new field. */
const changedBy = {
  username: "user",
  email: "user",
  isActive: "admin",
  isSuperuser: "admin",
  isVerified: "admin"
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
 * Changes the caller's names and password; an id in the body changes nobody (REG-02). Checks everything before it writes anything, so that a refusal changes nothing. A
 * new password or address needs the current password or a recent log-in (PWD-17, REG-05).
 */
export const changeSelf = Effect.fnUntraced(function* (
  call: Pick<Call<Identity, unknown>, "identity" | "client" | "device">,
  wanted: SelfChange,
  context: SurfaceContext
): Effect.fn.Return<User, RouteError, Passwords | Users | Audit> {
  const [passwords, users] = [yield* Passwords, yield* Users]
  const { identity, client } = call
  const { password, current_password: current, ...names } = wanted
  const by = { actor: identity.user.id, client }
  if (password !== undefined || isNewAddress(identity.user, names))
    yield* proveSelf(call, current, "change-password", context)
  const known = [identity.user.username, identity.user.email, names.username, names.email]
  if (password !== undefined) yield* passwords.vet(password, known)
  const changed = Object.keys(names).length === 0 ? identity.user : yield* users.change(identity.user.id, names, by)
  if (password === undefined) return changed
  const user = yield* passwords.set({ user: identity.user, next: password, client })
  return user ?? (yield* new SessionEnded())
})

const isNewAddress = (user: User, { email }: Pick<UserToChange, "email">): boolean =>
  email !== undefined && email.toLowerCase() !== user.email?.toLowerCase()
