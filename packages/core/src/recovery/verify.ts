import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { type Client, unknownClient } from "../audit/trace.ts"
import type { SecretText } from "../secret/secret-text.ts"
import { Store } from "../store/store.ts"
import { hasVerifiedEmail, type User } from "../user/user.ts"
import { makeFindDone } from "./find-done.ts"
import { makeMailToName } from "./mail-to-name.ts"
import { makeOpenLink } from "./old-link.ts"
import { proofOf } from "./open-code.ts"
import { AlreadyVerified } from "./recovery-errors.ts"
import type { RecoveryService } from "./recovery-service.ts"

/** The proof of an address. */
export const makeVerify = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const audit = yield* Audit
  const mailToName = yield* makeMailToName()
  const links = yield* makeOpenLink()
  const { findDone } = yield* makeFindDone()

  const requestVerification: RecoveryService["requestVerification"] = Effect.fn("Recovery.requestVerification")(
    function* (name, trace = {}) {
      const isDue = (user: User) => !hasVerifiedEmail(user)
      yield* mailToName({ kind: "verify", event: "email.verification-requested", isDue }, name, trace)
    }
  )

  const verifyBy = Effect.fnUntraced(function* (secret: SecretText, client: Client) {
    const opened = yield* links.open(secret, "verify")
    const { code, user } = opened
    if (hasVerifiedEmail(user)) return yield* new AlreadyVerified()
    const at = yield* Clock.currentTimeMillis
    const write = Effect.catchTag(
      users.changeWithProof(user.id, { isVerified: true }, proofOf(code), at),
      "AccountNameTaken",
      Effect.die // no name changes
    )
    const verified = yield* links.use(opened, write)
    yield* audit.append("email.verified", { details: {}, actor: user.id, subject: user.id, client })
    return verified
  })

  const verify: RecoveryService["verify"] = Effect.fn("Recovery.verify")((secret, client = unknownClient) =>
    Effect.catchTag(verifyBy(secret, client), "CodeInvalid", (invalid) =>
      // Whoever clicks twice learns that it is done.
      Effect.flatMap(findDone(secret, "verify"), (done) => Effect.fail(done === null ? invalid : new AlreadyVerified()))
    )
  )

  return { requestVerification, verify }
})
