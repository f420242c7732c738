import * as Effect from "effect/Effect"
import { Outbox } from "../mail/outbox.ts"
import { canonicalEmailOf, ownEmail } from "../user/own-email.ts"
import { hasVerifiedEmail, type User } from "../user/user.ts"

/**
 * Tells a mailbox that an administrator gave its account another address, if it was proved (ADM-20): nobody takes an account over unseen.
 * Without a way back, because the administrator may have taken the account from whoever reads that mailbox. It has the room of what
 * administrators cause, so that many of them cost no user the notice of a change by themselves.
 */
export const makeTellFormer = Effect.fnUntraced(function* () {
  const outbox = yield* Outbox

  return (before: Pick<User, "email" | "isVerified">, user: User): Effect.Effect<void> => {
    const former = hasVerifiedEmail(before) ? ownEmail(before) : null
    if (former === null || former.canonical === canonicalEmailOf(user)) return Effect.void
    const notice = { kind: "email-changed", to: former.typed, token: null, expiresAt: null, user, lang: null } as const
    return outbox.post("account", Effect.succeed(notice))
  }
})
