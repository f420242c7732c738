import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { userFieldChanges } from "../audit/audit-event.ts"
import { unknownClient } from "../audit/trace.ts"
import { isCodeLive } from "../code/code.ts"
import { Codes, mailOfCode } from "../code/codes.ts"
import { Outbox } from "../mail/outbox.ts"
import { Store } from "../store/store.ts"
import { StoreError } from "../store/store-error.ts"
import type { AccountName } from "../user/account-name.ts"
import { ownEmail } from "../user/own-email.ts"
import type { User } from "../user/user.ts"
import { makeOpenCode, proofOf } from "./open-code.ts"
import { CodeInvalid } from "./recovery-errors.ts"
import type { MailRequest, RecoveryService } from "./recovery-service.ts"

/** How often the way back to an address begins anew because the user changes meanwhile. No real load needs more. */
const MOST_TRIES = 100

/** A change of address once the new mailbox is proved, and the way back. Users ask for it by `users.changeSelf`. */
export const makeEmailChange = Effect.fnUntraced(function* () {
  const { users, codes: store } = yield* Store
  const codes = yield* Codes
  const audit = yield* Audit
  const outbox = yield* Outbox
  const openCode = yield* makeOpenCode()

  const changeEmail: RecoveryService["changeEmail"] = Effect.fn("Recovery.changeEmail")(function* (
    secret,
    request = {}
  ) {
    const { client = unknownClient } = request
    const { key, code, user } = yield* openCode(secret, "change-email")
    const at = yield* Clock.currentTimeMillis
    const change = { email: code.email, isVerified: true }
    const after = yield* codes.use(key, users.changeWithProof(user.id, change, proofOf(code), at))
    if (after === null) return yield* new CodeInvalid({ reason: "changed" })
    const trace = { actor: user.id, subject: user.id, client }
    yield* audit.append("user.changed", { details: { changes: userFieldChanges(user, after) }, ...trace })
    yield* tellFormer(ownEmail(user), after, request)
    return after
  })

  /** The oldest address that can still be gone back to stays the one: whoever took an account over cannot close the way by changing again (REC-08). */
  const tellFormer = Effect.fnUntraced(function* (email: AccountName | null, user: User, { lang = null }: MailRequest) {
    if (email === null) return
    const undo = { purpose: "undo-email", user, email, insertion: "unless-live" } as const
    const prepare = Effect.map(codes.issue({ ...undo, ownEmail: ownEmail(user)?.canonical ?? null }), (issued) =>
      issued === null
        ? { kind: "email-changed" as const, to: email.typed, token: null, expiresAt: null, user, lang }
        : mailOfCode(issued, user, lang)
    )
    yield* outbox.post(prepare)
  })

  /** Compares the epoch of the row that it reads, so that it changes what it has seen; the code is compared with no row. */
  const restore = Effect.fnUntraced(function* (id: User["id"], email: AccountName) {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = yield* users.find(id)
      if (found === null) return null
      const change = { email, isVerified: true, endsCredentials: true }
      const proof = { epoch: found.epoch, revocations: null }
      const after = yield* users.changeWithProof(id, change, proof, yield* Clock.currentTimeMillis)
      if (after !== null) return { before: found, after }
    }
    return yield* new StoreError({ operation: "users.changeWithProof", cause: "the user changes too often" })
  })

  const undoEmailChange: RecoveryService["undoEmailChange"] = Effect.fn("Recovery.undoEmailChange")(function* (
    secret,
    { client = unknownClient, lang = null } = {}
  ) {
    const { key, code, user } = yield* openCode(secret, "undo-email")
    const trace = { actor: user.id, subject: user.id, client }
    const restored = yield* codes.use(
      key,
      Effect.tapErrorTag(restore(user.id, code.email), "AccountNameTaken", () =>
        // The credentials end all the same: somebody who reads this mailbox says that the account is in wrong hands.
        Effect.flatMap(Clock.currentTimeMillis, (at) => users.endCredentials(user.id, at))
      )
    )
    if (restored === null) return yield* new CodeInvalid({ reason: "changed" })
    const { before, after } = restored
    yield* audit.append("email.change-undone", { details: {}, ...trace })
    yield* audit.append("user.changed", { details: { changes: userFieldChanges(before, after) }, ...trace })
    const reset = { purpose: "reset", user: after, ownEmail: code.email.canonical, email: code.email } as const
    yield* outbox.post(
      Effect.map(codes.issue(reset), (issued) => (issued === null ? null : mailOfCode(issued, after, lang)))
    )
    return after
  })

  const pending = Effect.fnUntraced(function* (userId: User["id"]) {
    const now = yield* Clock.currentTimeMillis
    const code = (yield* store.list(userId)).find(({ purpose }) => purpose === "change-email")
    const user = code !== undefined && isCodeLive(code, now) ? yield* users.find(userId) : null
    const isStill =
      user !== null && user.epoch === code?.epoch && ownEmail(user)?.canonical === (code.ownEmail ?? undefined)
    return isStill ? code : null
  })

  return {
    changeEmail,
    undoEmailChange,
    pendingEmail: (userId: User["id"]) => Effect.map(pending(userId), (code) => code?.email.typed ?? null),
    cancelEmailChange: (userId: User["id"]): Effect.Effect<boolean, StoreError> =>
      store.remove({ owner: userId, purpose: "change-email", hash: null })
  }
})
