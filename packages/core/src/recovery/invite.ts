import * as Effect from "effect/Effect"
import { Store } from "../store/store.ts"
import { makeInvitation } from "../user/invitation.ts"
import { ownEmail } from "../user/own-email.ts"
import { UserNotFound } from "../user/user-errors.ts"
import { NotInvitable } from "./recovery-errors.ts"
import type { RecoveryService } from "./recovery-service.ts"

/** A further invitation for a user who was created without a password. */
export const makeInvitations = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const invitation = yield* makeInvitation()

  const invite: RecoveryService["invite"] = Effect.fn("Recovery.invite")(function* (
    userId,
    { lang = null, ...trace } = {}
  ) {
    const found = yield* users.findWithPassword(userId)
    if (found === null) return yield* new UserNotFound()
    if (found.passwordHash !== null) return yield* new NotInvitable({ reason: "has-password" })
    const { user } = found
    const email = ownEmail(user)
    if (email === null) return yield* new NotInvitable({ reason: "no-email" })
    const issued = yield* invitation.send(user, email, lang, trace)
    return { user, secret: issued.secret, expiresAt: issued.code.expiresAt }
  })

  return { invite }
})
