import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { userFieldChanges } from "../audit/audit-event.ts"
import { type Client, type MailTrace, unknownClient } from "../audit/trace.ts"
import { isCodeFor, isCodeLive } from "../code/code.ts"
import { Codes, mailOfCode } from "../code/codes.ts"
import { Outbox } from "../mail/outbox.ts"
import { readAndWrite } from "../store/read-and-write.ts"
import { Store } from "../store/store.ts"
import type { AccountName } from "../user/account-name.ts"
import { makeCodeMail } from "../user/code-mail.ts"
import { canonicalEmailOf, ownEmail } from "../user/own-email.ts"
import { makeProvedEmail } from "../user/proved-email.ts"
import { hasVerifiedEmail, type User } from "../user/user.ts"
import { makeOpenCode, proofOf } from "./open-code.ts"
import type { RecoveryService } from "./recovery-service.ts"

/** A change of address once the new mailbox is proved, and the way back. Users ask for it by `users.changeSelf`. */
export const makeEmailChange = Effect.fnUntraced(function* () {
  const { users, sessions, codes: store } = yield* Store
  const codes = yield* Codes
  const audit = yield* Audit
  const outbox = yield* Outbox
  const openCode = yield* makeOpenCode()
  const codeMail = yield* makeCodeMail()
  const provedEmail = yield* makeProvedEmail()

  const changeEmail: RecoveryService["changeEmail"] = Effect.fn("Recovery.changeEmail")(function* (
    secret,
    request = {}
  ) {
    const { client = unknownClient } = request
    const { key, code, user } = yield* openCode(secret, "change-email")
    const at = yield* Clock.currentTimeMillis
    const change = { email: code.email, isVerified: true }
    const trace = { actor: user.id, client }
    const write = provedEmail(code.email, trace, users.changeWithProof(user.id, change, proofOf(code), at))
    // An address that was never proved may be a stranger's, by a slip or on purpose: it gets no way into the account.
    const former = hasVerifiedEmail(user) ? ownEmail(user) : null
    // Held before the address changes, so that no later change can come first.
    const held = former === null ? Effect.void : codes.hold(wayBack(user, former))
    const after = yield* codes.use(key, Effect.andThen(held, write))
    const changes = userFieldChanges(user, after)
    yield* audit.append("user.changed", { details: { changes }, subject: user.id, ...trace })
    if (former !== null) yield* outbox.post("notice", tellFormer(former, after, request))
    return after
  })

  /**
   * Tells the former address, with a link that undoes the change, if it is the one that the way back is held for. If it is not, the
   * way leads to an older address, or was gone meanwhile: whoever took an account over cannot turn it by changing again (REC-08).
   */
  const tellFormer = Effect.fnUntraced(function* (email: AccountName, user: User, { lang = null }: MailTrace) {
    const now = yield* Clock.currentTimeMillis
    const held = (yield* store.list(user.id)).find(({ purpose }) => purpose === "undo-email")
    const isHeld = held !== undefined && isCodeLive(held, now) && held.email.canonical === email.canonical
    return isHeld
      ? mailOfCode(yield* codes.issue(wayBack(user, email)), user, lang)
      : { kind: "email-changed" as const, to: email.typed, token: null, expiresAt: null, user, lang }
  })

  /**
   * Gives the address back, if there is one to give, and ends every credential. Compares epoch and address of the row that it reads,
   * so that it changes what it has seen; the code is compared with no row.
   */
  const restore = Effect.fnUntraced(function* (id: User["id"], email: AccountName | null) {
    const address = email === null ? {} : { email, isVerified: true }
    const findActive = Effect.map(users.find(id), (found) => (found?.isActive ? found : null))
    const write = Effect.fnUntraced(function* (before: User) {
      // Whoever took the account over may know its password. Whether its user must choose another stays as it is.
      const password = { hash: null, mustChangePassword: before.mustChangePassword, keep: null }
      const proof = { epoch: before.epoch, revocations: null, canonicalEmail: canonicalEmailOf(before) }
      const after = yield* users.changeWithProof(id, { ...address, password }, proof, yield* Clock.currentTimeMillis)
      return after === null ? null : { before, after }
    })
    return yield* readAndWrite("users.changeWithProof", findActive, write)
  })

  /** The epoch has ended the sessions already: those that stay stored because of an outage open nothing. */
  const recordEnded = Effect.fnUntraced(function* (id: User["id"], client: Client) {
    const count = yield* Effect.catchTag(sessions.closeAll(id, null), "StoreError", () => Effect.succeed(0))
    if (count > 0)
      yield* audit.append("session.closed", { details: { by: "owner", count }, actor: id, subject: id, client })
  })

  const undoEmailChange: RecoveryService["undoEmailChange"] = Effect.fn("Recovery.undoEmailChange")(function* (
    secret,
    { client = unknownClient, lang = null } = {}
  ) {
    const { key, code, user } = yield* openCode(secret, "undo-email")
    const trace = { actor: user.id, subject: user.id, client }
    const { before, after } = yield* codes.use(
      key,
      // Somebody who reads the former mailbox says that the account is in wrong hands, also where the address cannot be given back.
      Effect.tapErrorTag(
        provedEmail(code.email, { actor: user.id, client }, restore(user.id, code.email)),
        "AccountNameTaken",
        () => Effect.andThen(restore(user.id, null), recordEnded(user.id, client))
      )
    )
    yield* audit.append("email.change-undone", { details: {}, ...trace })
    const changes = userFieldChanges(before, after)
    if (changes.length > 0) yield* audit.append("user.changed", { details: { changes }, ...trace })
    yield* codeMail.makeAndMail(users.find(user.id), lang, {
      purpose: "reset",
      cause: "notice",
      isDue: (_, { canonical }) => canonical === code.email.canonical
    })
    return after
  })

  const pending = Effect.fnUntraced(function* (userId: User["id"]) {
    const now = yield* Clock.currentTimeMillis
    const code = (yield* store.list(userId)).find(({ purpose }) => purpose === "change-email")
    const user = code !== undefined && isCodeLive(code, now) ? yield* users.find(userId) : null
    if (code === undefined || user === null) return null
    return isCodeFor(code, { epoch: user.epoch, canonicalEmail: canonicalEmailOf(user) }) ? code : null
  })

  const cancelEmailChange: RecoveryService["cancelEmailChange"] = (userId, trace = {}) =>
    Effect.tap(store.remove({ owner: userId, purpose: "change-email", hash: null }), (isRemoved) =>
      isRemoved ? audit.append("email.change-cancelled", { details: {}, subject: userId, ...trace }) : Effect.void
    )

  return {
    changeEmail,
    undoEmailChange,
    pendingEmail: (userId: User["id"]) => Effect.map(pending(userId), (code) => code?.email.typed ?? null),
    cancelEmailChange
  }
})

const wayBack = (user: User, email: AccountName) => ({
  purpose: "undo-email" as const,
  user,
  ownEmail: canonicalEmailOf(user),
  email
})
