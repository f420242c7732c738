import {
  type Audit,
  type Identity,
  Passwords,
  REPEATED_FORM_MS,
  type SessionIdentity,
  Sessions,
  type Users
} from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { cookiesOf, renewedCookies } from "../sessions/browser-session.ts"
import { json, type Reply, redirect, reply } from "../surface/answer.ts"
import { formText, optionalText } from "../surface/body-fields.ts"
import { ifOwnForm } from "../surface/form-owner.ts"
import { goOn } from "../surface/go-on.ts"
import { FormMistake } from "../surface/or-page-again.ts"
import type { RouteError } from "../surface/problems.ts"
import { type Call, NotDoneBefore } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { changeSelf } from "../users/change-self.ts"
import { userBody } from "../users/user-body.ts"

const fields = {
  current_password: formText,
  password: formText,
  password_confirm: formText,
  user: optionalText
}

/** The form for a new password. */
export const PasswordForm = Schema.Struct(fields)

/** The same on the page that has nothing else, with where to go on. */
export const PasswordFormWithNext = Schema.Struct({ ...fields, next: optionalText })

type PasswordForm = typeof PasswordForm.Type

/** Changes the password by a form, and goes on to a page. The same form again ends there too. */
export const changePassword = (
  call: Call<Identity, PasswordForm>,
  context: SurfaceContext,
  to: string
): Effect.Effect<Reply, RouteError | FormMistake, Audit | Passwords | Sessions | Users> => {
  const { current_password, password, password_confirm } = call.body
  return Effect.gen(function* () {
    yield* ifOwnForm(call)
    // A form that was sent empty, as by one more click on the page that came back, is no guess.
    if (current_password === "" && call.wantsPage) {
      return yield* Effect.fail(new FormMistake({ current_password: ["current-password-missing"] }))
    }
    if (password !== password_confirm) {
      return yield* Effect.fail(new FormMistake({ password_confirm: ["passwords-differ"] }))
    }
    const user = yield* changeSelf(call, { password, current_password }, context)
    const cookies = yield* renewedCookies(call, user, context)
    return reply(goOn(call, to, json(userBody(user, context.settings))), ...cookies)
  }).pipe(
    Effect.catchTag(["CredentialEnded", "WrongPassword"], (refused) =>
      Effect.catchTag(changedBefore(call, context, to), "NotDoneBefore", () => Effect.fail(refused))
    )
  )
}

/**
 * A second click or a reload brings the session that the first one ended. If the new password is the user's by now, the
 * form ends where the first one did: it proves as much as a log-in, and counts as one (SES-28).
 */
export const changedBefore = Effect.fnUntraced(function* (
  call: Pick<
    Call<Identity | null, PasswordForm>,
    "body" | "client" | "device" | "sessionSecret" | "wantsJson" | "identity"
  >,
  context: SurfaceContext,
  to: string
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
    if (yield* isSetJustNow(call, found)) return reply(redirect(to))
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
  return reply(redirect(to), ...cookiesOf(context, opened))
})

/**
 * Whether a form comes with a session that lives on after its first answer, as by a click while the browser follows the
 * redirect, or where the store was away before the session got its new secret. The user was changed a short time ago,
 * and the new password is theirs: the check counts as one at the form itself.
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
