import {
  Audit,
  type Identity,
  Passwords,
  permits,
  recently,
  SessionEnded,
  type User,
  Users,
  type UserToChange,
  WrongPassword
} from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { RouteError } from "../surface/problems.ts"
import type { Toolkit } from "../surface/toolkit.ts"
import type { Call } from "./route.ts"

/** What someone wants to change of themselves; what is absent stays. */
export interface SelfChange extends Pick<UserToChange, "username" | "email"> {
  readonly password?: string
  readonly current_password?: string
}

/** A log-in this young proves as much as typing the password again. */
const fresh = recently("10 minutes")

/**
 * Changes one's own names and password: all is judged before anything is written, so that a refusal changes nothing. A new
 * password or address needs the current password, or a log-in of the last minutes (PWD-17, REG-05).
 */
export const changeSelf = Effect.fnUntraced(function* (
  call: Pick<Call<Identity, unknown>, "identity" | "client">,
  wanted: SelfChange,
  tools: Toolkit
): Effect.fn.Return<User, RouteError, Passwords | Users | Audit> {
  const passwords = yield* Passwords
  const { identity, client } = call
  const { password, current_password: current, ...names } = wanted
  const by = { actor: identity.user.id, client }
  if (password !== undefined || isNewAddress(identity.user, names)) yield* proveSelf(call, current, tools)
  const known = [identity.user.username, identity.user.email, names.username, names.email]
  if (password !== undefined) yield* passwords.judge(password, known)
  const changed =
    Object.keys(names).length === 0 ? identity.user : yield* (yield* Users).change(identity.user.id, names, by)
  if (password === undefined) return changed
  const user = yield* passwords.set({ user: identity.user, next: password, client })
  return user ?? (yield* new SessionEnded())
})

const isNewAddress = (user: User, { email }: Pick<UserToChange, "email">): boolean =>
  email !== undefined && email.toLowerCase() !== user.email?.toLowerCase()

/** A current password that is given is always checked; without one the log-in must be fresh, if the settings ask for proof at all. */
const proveSelf = Effect.fnUntraced(function* (
  { identity, client }: Pick<Call<Identity, unknown>, "identity" | "client">,
  current: string | undefined,
  tools: Toolkit
) {
  if (current === undefined) {
    const isProved =
      !tools.settings.profile.requireCurrentPassword || permits(fresh, identity, yield* Clock.currentTimeMillis)
    return isProved ? undefined : yield* new WrongPassword()
  }
  const claim = { who: identity.user.id, password: current, action: "change-password", client, device: null } as const
  const verdict = yield* (yield* Passwords).check(claim)
  if (verdict.isRight) return
  const trace = { actor: identity.user.id, subject: identity.user.id, client }
  yield* (yield* Audit).append("password.change-refused", { details: {}, ...trace })
  return yield* new WrongPassword()
})
