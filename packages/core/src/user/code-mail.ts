import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type CodePurpose, isCodeLive } from "../code/code.ts"
import { Codes, type IssuedCode, kindOf, mailOfCode } from "../code/codes.ts"
import type { MailCause, MailKind } from "../mail/mail.ts"
import { Outbox } from "../mail/outbox.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { Throttle } from "../throttle/throttle.ts"
import type { AccountName } from "./account-name.ts"
import { ownEmail } from "./own-email.ts"
import type { User } from "./user.ts"

/** Mails codes to users, after the request that leads to it. Nothing is mailed to a mailbox that had as many as it takes (RAT-19). */
export const makeCodeMail = Effect.fnUntraced(function* () {
  const { codes: store } = yield* Store
  const codes = yield* Codes
  const outbox = yield* Outbox
  const throttle = yield* Throttle

  const whileLive = Effect.fnUntraced(function* (issued: IssuedCode, user: User, lang: string | null) {
    const { purpose, email } = issued.code
    const code = yield* store.find(issued.key)
    if (code === null || !isCodeLive(code, yield* Clock.currentTimeMillis)) return null
    return (yield* throttle.mailboxTakes(kindOf(purpose), email, user.id)) ? mailOfCode(issued, user, lang) : null
  })

  /** Counts once for all tries to prepare one mail: a store that is away for its code would else use the mailbox up. */
  const countOnce = (kind: MailKind) => {
    let counted: boolean | null = null
    return (email: AccountName, user: User) =>
      counted !== null
        ? Effect.succeed(counted)
        : Effect.tap(throttle.mailboxTakes(kind, email, user.id), (takes) =>
            Effect.sync(() => {
              counted = takes
            })
          )
  }

  const fresh = Effect.fnUntraced(function* (
    find: Effect.Effect<User | null, StoreError>,
    lang: string | null,
    { purpose, cause, isDue, record = () => Effect.void }: CodeToMail,
    takes: ReturnType<typeof countOnce>
  ) {
    const user = yield* find
    const email = user?.isActive ? ownEmail(user) : null
    if (user === null || email === null || !isDue(user, email)) return null
    // Before the code is made: it would end the one that is in the mailbox.
    if (cause !== "notice" && !(yield* takes(email, user))) return null
    const issued = yield* codes.issue({ purpose, user, email })
    yield* record(user)
    return mailOfCode(issued, user, lang)
  })

  return {
    /**
     * Mails a code that was made for a user's or an administrator's wish. Nothing is mailed if the code is gone by then, as when a host
     * rolls its transaction back, or a newer code has ended it.
     */
    mail: (issued: IssuedCode, user: User, lang: string | null) =>
      outbox.post("account", whileLive(issued, user, lang)),
    /** Makes a code for a user, whom it finds then, and mails it. Whoever is gone, inactive or without an address by then gets no mail. */
    makeAndMail: (find: Effect.Effect<User | null, StoreError>, lang: string | null, code: CodeToMail) =>
      outbox.post(code.cause, fresh(find, lang, code, countOnce(kindOf(code.purpose))))
  }
})

interface CodeToMail {
  readonly purpose: CodePurpose
  /** With `notice` the mailbox takes it whatever strangers have asked for. */
  readonly cause: MailCause
  /** Whether the user, as they are by then, still needs it. */
  readonly isDue: (user: User, email: AccountName) => boolean
  /** Records that it was made. */
  readonly record?: (user: User) => Effect.Effect<void>
}
