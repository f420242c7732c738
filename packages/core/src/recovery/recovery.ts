import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Audit } from "../audit/audit.ts"
import { Codes } from "../code/codes.ts"
import type { Outbox } from "../mail/outbox.ts"
import type { Passwords } from "../password/passwords.ts"
import type { SignedTokens } from "../secret/signed-tokens.ts"
import type { Store } from "../store/store.ts"
import type { Throttle } from "../throttle/throttle.ts"
import { makeEmailChange } from "./change-email.ts"
import { makeFindDone } from "./find-done.ts"
import { makeInvitations } from "./invite.ts"
import { makeOpenLink } from "./old-link.ts"
import { makeOpenCode } from "./open-code.ts"
import { makePasswordLink } from "./password-link.ts"
import type { RecoveryService } from "./recovery-service.ts"
import { makeReset } from "./reset.ts"
import { makeVerify } from "./verify.ts"

/** What users do by the codes that are mailed to them: prove an address, choose a password, change an address, accept an invitation. */
export class Recovery extends Context.Service<Recovery, RecoveryService>()("@latchkey/core/Recovery") {
  static readonly layer: Layer.Layer<
    Recovery,
    never,
    Store | Codes | Outbox | Passwords | Throttle | Audit | SignedTokens
  > = Layer.effect(
    Recovery,
    Effect.gen(function* () {
      const invitations = yield* makeInvitations()
      const codes = yield* Codes
      const links = yield* makeOpenLink()
      const openCode = yield* makeOpenCode()
      return Recovery.of({
        ...(yield* makeVerify()),
        ...(yield* makeReset()),
        ...(yield* makeEmailChange()),
        ...invitations,
        ...(yield* makePasswordLink(invitations.invite)),
        ...(yield* makeFindDone()),
        open: (secret, purpose) =>
          purpose === "reset" || purpose === "verify" ? links.open(secret, purpose) : openCode(secret, purpose),
        isCode: (secret, purpose) =>
          purpose === "reset" || purpose === "verify"
            ? links.isLink(secret, purpose)
            : Effect.succeed(codes.keyOf(secret, purpose) !== null)
      })
    })
  )
}
