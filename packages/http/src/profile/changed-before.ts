import { type Identity, Passwords, REPEATED_FORM_MS, type SessionIdentity, Sessions } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { cookiesOf } from "../sessions/browser-session.ts"
import { type Reply, redirect, reply } from "../surface/answer.ts"
import { formText, optionalText } from "../surface/body-fields.ts"
import type { RouteError } from "../surface/problems.ts"
import { type Call, NotDoneBefore } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** The form for a new password. */
export const PasswordForm = Schema.Struct({
  current_password: formText,
  password: formText,
  password_confirm: formText,
  user: optionalText
})

type PasswordForm = typeof PasswordForm.Type

/**
 * A second click or a reload brings the session that the first one ended. If the new password is the user's by now, the form ends
 * where the first one did: it proves as much as a log-in, and counts as one (SES-28).
 */
export const changedBefore = Effect.fnUntraced(function* (
  call: Pick<
    Call<Identity | null, PasswordForm>,
    "body" | "client" | "device" | "sessionSecret" | "wantsJson" | "identity"
  >,
  context: SurfaceContext
): Effect.fn.Return<Reply, RouteError | NotDoneBefore, Passwords | Sessions> {
  const { password, password_confirm } = call.body
  const isBrowser = (call.identity === null || call.identity.via === "session") && !call.wantsJson
  if (call.sessionSecret === null || !isBrowser || password !== password_confirm) {
    return yield* Effect.fail(new NotDoneBefore())
  }
  const sessions = yield* Sessions
  const found = yield* sessions.resume(call.sessionSecret, "browser")
  // Until the first one has renewed the session that it keeps, only the epoch tells that it was here.
  if (found !== null && found.user.epoch === call.identity?.user.epoch) {
    if (yield* isSetJustNow(call, found)) return reply(redirect(`${context.site.paths.profile}?done=password`))
    return yield* Effect.fail(new NotDoneBefore())
  }
  const opened = yield* Effect.catchTag(
    sessions.logInAgain(call.sessionSecret, password, {
      kind: "browser",
      method: "form",
      client: call.client,
      device: call.device
    }),
    ["InvalidCredentials", "NotVerified"],
    () => Effect.fail(new NotDoneBefore())
  )
  return reply(redirect(`${context.site.paths.profile}?done=password`), ...cookiesOf(context, opened))
})

/**
 * Whether a form comes with a session that lives on after its first answer, as by a click while the browser follows the redirect, or
 * where the store was away before the session got its new secret. The user was changed a short time ago, and the new password is
 * theirs: the check counts as one at the form itself.
 */
const isSetJustNow = Effect.fnUntraced(function* (
  { body, client, device }: Pick<Call<null, PasswordForm>, "body" | "client" | "device">,
  { user }: Pick<SessionIdentity, "user">
) {
  const isChanged = user.updatedAt > user.createdAt
  if (!isChanged || (yield* Clock.currentTimeMillis) - user.updatedAt >= REPEATED_FORM_MS) return false
  const passwords = yield* Passwords
  const claim = { who: user.id, password: body.password, action: "change-password", client, device } as const
  return (yield* passwords.check(claim)).isRight
})
