import * as Effect from "effect/Effect"
import type { Code } from "../code/code.ts"
import { Codes, mailOfCode } from "../code/codes.ts"
import { Outbox } from "../mail/outbox.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { AccountName } from "./account-name.ts"
import { ownEmail } from "./own-email.ts"
import type { User } from "./user.ts"

/** Mails a user a code for their own address, after the request that leads to it. */
export const makeCodeMail = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const codes = yield* Codes
  const outbox = yield* Outbox

  /** The code is for the user as they are by then. Who is gone, inactive or without an address by then gets no mail. */
  const prepare = Effect.fnUntraced(function* (id: UserId, lang: string | null, { purpose, isDue, onIssue }: CodeMail) {
    const user = yield* users.find(id)
    const email = user?.isActive ? ownEmail(user) : null
    if (user === null || email === null || !isDue(user, email)) return null
    const issued = yield* codes.issue({ purpose, user, ownEmail: email.canonical, email })
    yield* onIssue ?? Effect.void
    return mailOfCode(issued, user, lang)
  })

  return (id: UserId, lang: string | null, mail: CodeMail): Effect.Effect<void> =>
    outbox.post(prepare(id, lang, mail))
})

interface CodeMail {
  readonly purpose: Code["purpose"]
  /** Whether the user still needs it. */
  readonly isDue: (user: User, email: AccountName) => boolean
  readonly onIssue?: Effect.Effect<void, StoreError>
}
