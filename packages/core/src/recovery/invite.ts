import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { unknownClient } from "../audit/trace.ts"
import { Codes } from "../code/codes.ts"
import { Store } from "../store/store.ts"
import { makeCodeMail } from "../user/code-mail.ts"
import { ownEmail } from "../user/own-email.ts"
import { UserNotFound } from "../user/user-errors.ts"
import { NotInvitable } from "./recovery-errors.ts"
import type { RecoveryService } from "./recovery-service.ts"

/** A further invitation for a user who was created without a password. */
export const makeInvitations = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const codeMail = yield* makeCodeMail()
  const codes = yield* Codes
  const audit = yield* Audit

  const invite: RecoveryService["invite"] = Effect.fn("Recovery.invite")(function* (
    userId,
    { lang = null, client = unknownClient, actor = null } = {}
  ) {
    const found = yield* users.findWithPassword(userId)
    if (found === null) return yield* new UserNotFound()
    if (found.passwordHash !== null) return yield* new NotInvitable({ reason: "has-password" })
    const { user } = found
    const email = ownEmail(user)
    if (email === null) return yield* new NotInvitable({ reason: "no-email" })
    const issued = yield* codes.issue({ purpose: "invite", user, ownEmail: email.canonical, email })
    yield* audit.append("user.invited", { details: {}, subject: user.id, client, actor })
    yield* codeMail.mail(issued, user, lang)
    return { user, secret: issued.secret, expiresAt: issued.code.expiresAt }
  })

  return { invite }
})
