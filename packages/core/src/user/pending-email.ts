import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { auditNameOf, type Client } from "../audit/trace.ts"
import { Codes } from "../code/codes.ts"
import { type Actor, CredentialEnded, findActing } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import type { AccountName } from "./account-name.ts"
import { makeCodeMail } from "./code-mail.ts"
import { canonicalEmailOf } from "./own-email.ts"
import { AccountNameTaken } from "./user-errors.ts"

/** A change of address that waits until somebody proves that they read mails there. */
export const makePendingEmail = Effect.fnUntraced(function* () {
  const store = yield* Store
  const codes = yield* Codes
  const codeMail = yield* makeCodeMail()
  const audit = yield* Audit
  const throttle = yield* Throttle

  /**
   * Before anything is written. The wish counts for this mailbox, whoever has it (RAT-19). The store compares the name
   * again when the code is used.
   */
  const admit = Effect.fnUntraced(function* (email: AccountName, client: Client) {
    const name = { kind: "email", canonical: email.canonical } as const
    if ((yield* store.users.findByName(name)) !== null) return yield* new AccountNameTaken({ kind: "email" })
    yield* throttle.attemptMail("change-email", client, name)
  })

  /**
   * Mails a code to the address that the actor wants. The code is written first, and what the actor acts with is looked for after it:
   * until the mail goes out nobody can use it, so an ended session changes nothing (SES-20, REC-06).
   */
  const request = Effect.fnUntraced(function* (actor: Actor, email: AccountName, client: Client, lang: string | null) {
    const { user } = actor
    const code = { purpose: "change-email", user, ownEmail: canonicalEmailOf(user), email } as const
    const issued = yield* codes.issue(code)
    yield* Effect.onError(refuseEnded(actor), () => Effect.ignore(store.codes.remove(issued.key)))
    const trace = { actor: user.id, subject: user.id, actedWith: auditNameOf(actor), client }
    yield* audit.append("email.change-requested", { details: {}, ...trace })
    yield* codeMail.mail(issued, user, lang)
  })

  const refuseEnded = Effect.fnUntraced(function* (actor: Actor) {
    if ((yield* findActing(store, actor)) === null) return yield* new CredentialEnded()
  })

  return { admit, request }
})
