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

/** A link for a password, on somebody else's authority: no limit counts, and whoever asks is told what stands in the way. */
export const makePasswordLink = Effect.fnUntraced(function* (invite: RecoveryService["invite"]) {
  const { users } = yield* Store
  const codeMail = yield* makeCodeMail()
  const codes = yield* Codes
  const audit = yield* Audit

  const sendPasswordLink: RecoveryService["sendPasswordLink"] = Effect.fn("Recovery.sendPasswordLink")(function* (
    userId,
    request = {}
  ) {
    const found = yield* users.findWithPassword(userId)
    if (found === null) return yield* new UserNotFound()
    if (found.passwordHash === null) return { ...(yield* invite(userId, request)), kind: "invite" }
    const { user } = found
    const email = ownEmail(user)
    if (email === null) return yield* new NotInvitable({ reason: "no-email" })
    const { lang = null, client = unknownClient, actor = null, actedWith = null } = request
    const issued = yield* codes.issue({ purpose: "reset", user, ownEmail: email.canonical, email })
    yield* audit.append("password.reset-requested", { details: {}, actor, subject: user.id, actedWith, client })
    yield* codeMail.mail(issued, user, lang)
    return { user, secret: issued.secret, expiresAt: issued.code.expiresAt, kind: "reset" }
  })

  return { sendPasswordLink }
})
