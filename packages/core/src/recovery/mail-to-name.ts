import * as Effect from "effect/Effect"
import { unknownClient } from "../audit/trace.ts"
import { type IssuedCode, mailOfCode } from "../code/codes.ts"
import { Outbox } from "../mail/outbox.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { Throttle } from "../throttle/throttle.ts"
import { type AccountName, parseAccountName } from "../user/account-name.ts"
import { ownEmail } from "../user/own-email.ts"
import type { User } from "../user/user.ts"
import type { MailRequest } from "./recovery-service.ts"

/** Makes the code for a mail; null if this user gets none. */
type Issue = (user: User, email: AccountName, request: MailRequest) => Effect.Effect<IssuedCode | null, StoreError>

/**
 * Mails a code to whoever has a name, for people who are not logged in. Only the count of requests is on the path of the request:
 * whether anybody has the name is looked up afterwards, so no answer and no time can tell (ENU-05).
 */
export const makeMailToName = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const throttle = yield* Throttle
  const outbox = yield* Outbox

  return Effect.fnUntraced(function* (name: string, request: MailRequest, issue: Issue) {
    const { client = unknownClient, lang = null } = request
    const who = parseAccountName(name)
    yield* throttle.attempt("mail", client, who)
    if (who === null) return
    const prepare = Effect.flatMap(users.findByName(who), (found) => {
      const email = found?.user.isActive ? ownEmail(found.user) : null
      if (found === null || email === null) return Effect.succeed(null)
      return Effect.map(issue(found.user, email, request), (issued) =>
        issued === null ? null : mailOfCode(issued, found.user, lang)
      )
    })
    yield* outbox.post(prepare)
  })
})
