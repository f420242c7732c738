import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type CodePurpose, isCodeLive } from "../code/code.ts"
import { Codes, type IssuedCode, mailOfCode } from "../code/codes.ts"
import { Outbox } from "../mail/outbox.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import type { AccountName } from "./account-name.ts"
import { ownEmail } from "./own-email.ts"
import type { User } from "./user.ts"

/** Mails codes to users, after the request that leads to it. */
export const makeCodeMail = Effect.fnUntraced(function* () {
  const { users, codes: store } = yield* Store
  const codes = yield* Codes
  const outbox = yield* Outbox

  const whileLive = Effect.fnUntraced(function* (issued: IssuedCode, user: User, lang: string | null) {
    const code = yield* store.find(issued.key)
    return code !== null && isCodeLive(code, yield* Clock.currentTimeMillis) ? mailOfCode(issued, user, lang) : null
  })

  const fresh = Effect.fnUntraced(function* (id: UserId, lang: string | null, { purpose, isDue }: CodeToMail) {
    const user = yield* users.find(id)
    const email = user?.isActive ? ownEmail(user) : null
    if (user === null || email === null || !isDue(user, email)) return null
    return mailOfCode(yield* codes.issue({ purpose, user, email }), user, lang)
  })

  return {
    /**
     * Mails a code that was made. Nothing is mailed if the code is gone by then, as when a host rolls its transaction back, or a newer
     * code has ended it.
     */
    mail: (issued: IssuedCode, user: User, lang: string | null) => outbox.post(whileLive(issued, user, lang)),
    /** Makes a code and mails it. Whoever is gone, inactive or without an address by then gets no mail. */
    makeAndMail: (id: UserId, lang: string | null, code: CodeToMail) => outbox.post(fresh(id, lang, code))
  }
})

interface CodeToMail {
  readonly purpose: CodePurpose
  /** Whether the user, as they are by then, still needs it. */
  readonly isDue: (user: User, email: AccountName) => boolean
}
