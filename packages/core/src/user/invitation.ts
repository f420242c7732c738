import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import type { Trace } from "../audit/trace.ts"
import { Codes } from "../code/codes.ts"
import { Store } from "../store/store.ts"
import type { AccountName } from "./account-name.ts"
import { makeCodeMail } from "./code-mail.ts"
import type { User } from "./user.ts"

/** Invites somebody who has no password yet to choose one. Each invitation ends the one before. */
export const makeInvitation = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const codes = yield* Codes
  const audit = yield* Audit
  const codeMail = yield* makeCodeMail()

  const tell = (user: User, trace: Trace) => audit.append("user.invited", { details: {}, subject: user.id, ...trace })

  return {
    /** Makes a code and mails it. */
    send: Effect.fnUntraced(function* (user: User, email: AccountName, lang: string | null, trace: Trace) {
      const issued = yield* codes.issue({ purpose: "invite", user, email })
      yield* tell(user, trace)
      yield* codeMail.mail(issued, user, lang)
      return issued
    }),
    /** The same once the store is there again. A password that is set meanwhile moves the epoch on: then there is nothing to invite to. */
    sendLater: (user: User, lang: string | null, trace: Trace) =>
      Effect.andThen(
        tell(user, trace),
        codeMail.makeAndMail(users.find(user.id), lang, {
          purpose: "invite",
          cause: "account",
          isDue: ({ epoch }) => epoch === user.epoch
        })
      )
  }
})
