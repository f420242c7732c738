import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Code } from "../code/code.ts"
import { CodeInvalid } from "../code/code-errors.ts"
import { Codes } from "../code/codes.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import {
  allLinksEndedMark,
  type EndedMark,
  endedLinkMark,
  maybeSigned,
  type OldLink,
  SignedTokens
} from "../secret/signed-tokens.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { readEmail } from "../user/account-name.ts"
import { makeEndedMarks } from "../user/ended-marks.ts"
import { isOpenToOld } from "../user/first-epoch.ts"
import { ownEmail } from "../user/own-email.ts"
import { hasVerifiedEmail } from "../user/user.ts"
import { makeOpenCode, type UsableCode } from "./open-code.ts"

/** Purposes for which the system before us mailed links, too. */
export type OldPurpose = "reset" | "verify"

/** A link that can be used: with a code of ours, or of the system before us. */
export type UsableLink = (UsableCode & { readonly fingerprint: null; readonly namesAddress: true }) | OldUsableLink

/**
 * A link of the system before us. The store knows nothing of it. A new password moves on what it rests on, and to prove an address sets a
 * mark (JWT-12).
 */
interface OldUsableLink extends Omit<UsableCode, "key"> {
  readonly key: null
  /** By which the store knows that the link was used. */
  readonly mark: EndedMark
  /** Whether the link says to which address it went. If not, the user may have another by now, and the link must not tell it. */
  readonly namesAddress: boolean
  /** For `reset`: a hash of the password hash that the user had. To compare it costs a hash. */
  readonly fingerprint: string | null
}

/** Opens links by either kind of code, for the purposes that both have. */
export const makeOpenLink = Effect.fnUntraced(function* () {
  const store = yield* Store
  const { users } = store
  const ended = makeEndedMarks(store)
  const codes = yield* Codes
  const signed = yield* SignedTokens
  const openCode = yield* makeOpenCode()

  const read = Effect.fnUntraced(function* (secret: SecretText, purpose: OldPurpose) {
    const text = reveal(secret)
    if (signed?.oldUntil == null || !maybeSigned(text)) return null
    return yield* signed.readOldLink(text, purpose, yield* Clock.currentTimeMillis)
  })

  /** The marks are read after the user: whoever changes the address sets one before. */
  const openOld = Effect.fnUntraced(function* (link: OldLink, purpose: OldPurpose, mark: EndedMark) {
    const user = yield* users.find(link.owner)
    const email = user === null ? null : ownEmail(user)
    const isFor = user !== null && isOpenToOld(user) && (purpose === "reset" || isOf(link.proof, email?.canonical))
    if (!isFor || email === null) return yield* new CodeInvalid({ reason: "changed" })
    if (yield* ended.areEnded([allLinksEndedMark(user.id)])) return yield* new CodeInvalid({ reason: "changed" })
    // Of an address that is verified it would do nothing. Whoever clicks twice learns that it is done.
    const isUsed = !(purpose === "verify" && hasVerifiedEmail(user)) && (yield* ended.areEnded([mark]))
    if (isUsed) return yield* new CodeInvalid({ reason: "used" })
    const code: Code = {
      userId: user.id,
      purpose,
      email,
      ownEmail: email.canonical,
      epoch: user.epoch,
      createdAt: user.createdAt,
      expiresAt: link.expiresAt,
      usedAt: null
    }
    const isReset = purpose === "reset"
    const fingerprint = isReset ? link.proof : null
    return { key: null, code, user, mark, fingerprint, namesAddress: !isReset } satisfies OldUsableLink
  })

  const open = Effect.fnUntraced(function* (
    secret: SecretText,
    purpose: OldPurpose
  ): Effect.fn.Return<UsableLink, CodeInvalid | StoreError> {
    const link = yield* read(secret, purpose)
    if (link !== null) return yield* openOld(link, purpose, endedLinkMark(link.owner, reveal(secret)))
    return { ...(yield* openCode(secret, purpose)), fingerprint: null, namesAddress: true }
  })

  /** Uses a link for `work`, of which it is the permission. */
  const use = <A, E>(link: UsableLink, work: Effect.Effect<A | null, E>) =>
    link.key === null ? Effect.uninterruptible(useOld(link, work)) : codes.use(link.key, work)

  /** As a code of ours: when the work fails, the link can be used again. When it gives null, the link is used up. */
  const useOld = Effect.fnUntraced(function* <A, E>({ code, mark }: OldUsableLink, work: Effect.Effect<A | null, E>) {
    yield* ended.set(mark, code.expiresAt)
    const done = yield* Effect.onError(work, () => Effect.ignore(ended.takeBack(mark)))
    return done ?? (yield* new CodeInvalid({ reason: "changed" }))
  })

  /** Whether a text is a code, by its form alone: the store is not asked. */
  const isLink = (secret: SecretText, purpose: OldPurpose) =>
    codes.keyOf(secret, purpose) !== null
      ? Effect.succeed(true)
      : Effect.map(read(secret, purpose), (link) => link !== null)

  return { open, use, isLink }
})

const isOf = (typed: string, canonical: string | undefined): boolean => {
  const read = readEmail(typed)
  return read.ok && read.value.canonical === canonical
}
