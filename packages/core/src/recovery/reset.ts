import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { type Client, unknownClient } from "../audit/trace.ts"
import { CodeInvalid } from "../code/code-errors.ts"
import { Codes } from "../code/codes.ts"
import { Passwords } from "../password/passwords.ts"
import type { SecretText } from "../secret/secret-text.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import { hasVerifiedEmail } from "../user/user.ts"
import { makeMailToName } from "./mail-to-name.ts"
import { makeOpenLink, type UsableLink } from "./old-link.ts"
import { makeOpenCode, proofOf } from "./open-code.ts"
import type { RecoveryService } from "./recovery-service.ts"

/** A new password by mail: for whoever forgot theirs, and for whoever was invited and has none yet. */
export const makeReset = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const codes = yield* Codes
  const passwords = yield* Passwords
  const throttle = yield* Throttle
  const audit = yield* Audit
  const mailToName = yield* makeMailToName()
  const openCode = yield* makeOpenCode()
  const links = yield* makeOpenLink()

  const forgot: RecoveryService["forgot"] = Effect.fn("Recovery.forgot")(function* (name, trace = {}) {
    yield* mailToName({ kind: "reset", event: "password.reset-requested", isDue: () => true }, name, trace)
  })

  /**
   * The hash takes long, so the code is used after it, and the row is compared in the write (REC-04). Whoever has a code could make
   * the server hash without an end, so what comes to nothing is counted first (RAT-20).
   */
  const setBy = Effect.fnUntraced(function* (
    purpose: "reset" | "invite",
    secret: SecretText,
    password: SecretText,
    client: Client
  ) {
    const opened: UsableLink =
      purpose === "reset"
        ? yield* links.open(secret, purpose)
        : { ...(yield* openCode(secret, purpose)), fingerprint: null }
    const counted = yield* throttle.attempt("choose-password", client, opened.user.id)
    const after = yield* throttle.orTakeBack(counted, useFor(opened, password, client))
    yield* Effect.ignore(throttle.takeBack(counted))
    const trace = { actor: after.id, subject: after.id, client }
    const by = purpose === "invite" ? "invitation" : "reset"
    yield* audit.append("password.changed", { details: { by }, ...trace })
    if (provesAddress(opened) && !hasVerifiedEmail(opened.user))
      yield* audit.append("email.verified", { details: {}, ...trace })
    return after
  })

  const useFor = Effect.fnUntraced(function* (opened: UsableLink, password: SecretText, client: Client) {
    const { code, user, fingerprint } = opened
    if (fingerprint !== null && !(yield* passwords.isFingerprintOf(fingerprint, user.id)))
      return yield* new CodeInvalid({ reason: "changed" })
    const hash = yield* passwords.makeFor(user, password, client)
    const at = yield* Clock.currentTimeMillis
    const change = {
      password: { hash, mustChangePassword: false, keep: null },
      ...(provesAddress(opened) ? { isVerified: true } : {})
    }
    const write = Effect.catchTag(
      users.changeWithProof(user.id, change, proofOf(code), at),
      "AccountNameTaken",
      Effect.die // no name changes
    )
    return yield* links.use(opened, write)
  })

  const findJustReset: RecoveryService["findJustReset"] = Effect.fn("Recovery.findJustReset")(function* (
    secret,
    password,
    purpose,
    client = unknownClient
  ) {
    const code = yield* codes.findUsed(secret, purpose)
    if (code === null) return null
    const verdict = yield* passwords.check({ who: code.userId, password, action: "login", client, device: null })
    if (verdict.isRight) return verdict.user
    yield* audit.append("login.refused", {
      details: { method: "form", reason: verdict.reason },
      subject: code.userId,
      client
    })
    return null
  })

  return {
    forgot,
    findJustReset,
    reset: Effect.fn("Recovery.reset")((secret: SecretText, password: SecretText, client: Client = unknownClient) =>
      setBy("reset", secret, password, client)
    ),
    accept: Effect.fn("Recovery.accept")((secret: SecretText, password: SecretText, client: Client = unknownClient) =>
      setBy("invite", secret, password, client)
    )
  }
})

/** A link of the system before us does not say to which address it was mailed, and the user may have another by now. */
const provesAddress = ({ key }: UsableLink): boolean => key !== null
