import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import type { Client } from "../audit/trace.ts"
import { Codes, mailOfCode } from "../code/codes.ts"
import { Outbox } from "../mail/outbox.ts"
import { type Actor, CredentialEnded, findActing } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import type { AccountName } from "./account-name.ts"
import { ownEmail } from "./own-email.ts"
import { AccountNameTaken } from "./user-errors.ts"

/** A change of address that waits until somebody proves that they read mails there. */
export const makePendingEmail = Effect.fnUntraced(function* () {
  const store = yield* Store
  const codes = yield* Codes
  const outbox = yield* Outbox
  const audit = yield* Audit

  /** The store compares again when the code is used. */
  const refuseTaken = Effect.fnUntraced(function* ({ canonical }: AccountName) {
    const other = yield* store.users.findByName({ kind: "email", canonical })
    if (other !== null) return yield* new AccountNameTaken({ kind: "email" })
  })

  /**
   * Mails a code to the address that the actor wants. The code is written first, and what the actor acts with is looked for after it:
   * until the mail goes out nobody can use it, so an ended session changes nothing (SES-20, REC-06).
   */
  const request = Effect.fnUntraced(function* (actor: Actor, email: AccountName, client: Client, lang: string | null) {
    const { user } = actor
    const code = { purpose: "change-email", user, ownEmail: ownEmail(user)?.canonical ?? null, email } as const
    const issued = yield* codes.issue(code)
    if (issued === null) return
    if ((yield* findActing(store, actor)) === null) {
      yield* store.codes.remove(issued.key)
      return yield* new CredentialEnded()
    }
    yield* audit.append("email.change-requested", { details: {}, actor: user.id, subject: user.id, client })
    yield* outbox.post(Effect.succeed(mailOfCode(issued, user, lang)))
  })

  return { refuseTaken, request }
})
