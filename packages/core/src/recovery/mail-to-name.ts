import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { type MailTrace, unknownClient } from "../audit/trace.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import { parseAccountName } from "../user/account-name.ts"
import { makeCodeMail } from "../user/code-mail.ts"
import type { User } from "../user/user.ts"

/** What somebody who knows a name can ask for. */
export interface WantedMail {
  readonly kind: "reset" | "verify"
  /** The event of a request that leads to a mail. */
  readonly event: "password.reset-requested" | "email.verification-requested"
  /** Whether this user needs it. */
  readonly isDue: (user: User) => boolean
}

/**
 * Mails a code to whoever has a name, for people who are not logged in. Only the count of requests is on the path of the request:
 * whether anybody has the name is looked up afterwards, so no answer and no time can tell (ENU-05).
 */
export const makeMailToName = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const throttle = yield* Throttle
  const audit = yield* Audit
  const codeMail = yield* makeCodeMail()

  return Effect.fnUntraced(function* ({ kind, event, isDue }: WantedMail, name: string, trace: MailTrace) {
    const { client = unknownClient, actor = null, actedWith = null, lang = null } = trace
    const who = parseAccountName(name)
    yield* throttle.attemptMail(kind, client, who)
    if (who === null) return
    yield* codeMail.makeAndMail(
      Effect.map(users.findByName(who), (found) => found?.user ?? null),
      lang,
      {
        purpose: kind,
        cause: "anybody",
        isDue,
        record: (user) => audit.append(event, { details: {}, subject: user.id, client, actor, actedWith })
      }
    )
  })
})
