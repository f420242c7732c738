import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import type { Trace } from "../audit/trace.ts"
import { Codes } from "../code/codes.ts"
import { ownEmail } from "./own-email.ts"
import type { User } from "./user.ts"

/** The code by which somebody who was created without a password chooses one. */
export const makeInvitation = Effect.fnUntraced(function* () {
  const codes = yield* Codes
  const audit = yield* Audit

  /** Null for a user without an address. */
  const issue = Effect.fnUntraced(function* (user: User, trace: Trace) {
    const email = ownEmail(user)
    if (email === null) return null
    const issued = yield* codes.issue({ purpose: "invite", user, ownEmail: email.canonical, email })
    yield* audit.append("user.invited", { details: {}, subject: user.id, ...trace })
    return issued
  })

  return { issue }
})
