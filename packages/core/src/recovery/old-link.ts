import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Code } from "../code/code.ts"
import { CodeInvalid } from "../code/code-errors.ts"
import { Codes } from "../code/codes.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import { maybeSigned, type OldLink, SignedTokens } from "../secret/signed-tokens.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { readEmail } from "../user/account-name.ts"
import { isOpenToOld } from "../user/first-epoch.ts"
import { ownEmail } from "../user/own-email.ts"
import { makeOpenCode, type UsableCode } from "./open-code.ts"

/** Purposes for which the system before us mailed links, too. */
export type OldPurpose = "reset" | "verify"

/** A link that can be used: with a code of ours, or of the system before us. */
export type UsableLink = (UsableCode & { readonly fingerprint: null }) | OldUsableLink

/** A link of the system before us. The store knows nothing of it: the change that it permits moves on what it rests on (JWT-12). */
interface OldUsableLink extends Omit<UsableCode, "key"> {
  readonly key: null
  /** For `reset`: a hash of the password hash that the user had. To compare it costs a hash. */
  readonly fingerprint: string | null
}

/** Opens links by either kind of code, for the purposes that both have. */
export const makeOpenLink = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const codes = yield* Codes
  const signed = yield* SignedTokens
  const openCode = yield* makeOpenCode()

  const read = Effect.fnUntraced(function* (secret: SecretText, purpose: OldPurpose) {
    const text = reveal(secret)
    if (signed?.oldUntil == null || !maybeSigned(text)) return null
    return yield* signed.readOldLink(text, purpose, yield* Clock.currentTimeMillis)
  })

  const openOld = Effect.fnUntraced(function* (link: OldLink, purpose: OldPurpose) {
    const user = yield* users.find(link.owner)
    const email = user === null ? null : ownEmail(user)
    const isFor = user !== null && isOpenToOld(user) && (purpose === "reset" || isOf(link.proof, email?.canonical))
    if (!isFor || email === null) return yield* new CodeInvalid({ reason: "changed" })
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
    return { key: null, code, user, fingerprint: purpose === "reset" ? link.proof : null } satisfies OldUsableLink
  })

  const open = Effect.fnUntraced(function* (
    secret: SecretText,
    purpose: OldPurpose
  ): Effect.fn.Return<UsableLink, CodeInvalid | StoreError> {
    const link = yield* read(secret, purpose)
    if (link !== null) return yield* openOld(link, purpose)
    return { ...(yield* openCode(secret, purpose)), fingerprint: null }
  })

  /** Uses a link for `work`, of which it is the permission. */
  const use = <A, E>({ key }: UsableLink, work: Effect.Effect<A | null, E>) =>
    key === null
      ? Effect.flatMap(work, (done) => (done === null ? new CodeInvalid({ reason: "changed" }) : Effect.succeed(done)))
      : codes.use(key, work)

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
