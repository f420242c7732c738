import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import type { Client } from "../audit/trace.ts"
import { BeforeHooks } from "../hook/before-hooks.ts"
import type { RegistrationAsked } from "../hook/hooks.ts"
import { makeAskAboutEmail } from "./ask-about-email.ts"
import type { AccountNames } from "./new-user.ts"
import { RegistrationRefused } from "./user-errors.ts"

/** Asks the host whether somebody may become a user: once the names can be some, and before the password costs a hash. */
export const makeAskHost = Effect.fnUntraced(function* () {
  const audit = yield* Audit
  const hooks = yield* BeforeHooks
  const askAboutEmail = yield* makeAskAboutEmail()

  const refused = (client: Client) => audit.append("user.register-refused", { details: { reason: "host" }, client })

  return Effect.fnUntraced(function* ({ username, email }: AccountNames, asked: RegistrationAsked) {
    const { client } = asked
    const by = asked.by === "self" ? "self" : "other"
    yield* Effect.tapErrorTag(askAboutEmail(email, { user: null, by, client }), "AccountNameInvalid", () =>
      refused(client)
    )
    const wanted = { username: username?.typed ?? null, email: email?.typed ?? null }
    const reason = yield* hooks.beforeRegister(wanted, asked)
    if (reason === null) return
    yield* refused(client)
    return yield* new RegistrationRefused({ reason })
  })
})
