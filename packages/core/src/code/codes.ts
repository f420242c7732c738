import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { MailKind } from "../mail/mail.ts"
import type { MailToSend } from "../mail/outbox.ts"
import { Credentials } from "../secret/credentials.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { AccountName } from "../user/account-name.ts"
import type { User } from "../user/user.ts"
import type { Code, CodePurpose } from "./code.ts"
import type { CodeInsertion, CodeKey, NewCode } from "./code-store.ts"

/** How long codes live, in milliseconds. */
export interface CodeLifetimes {
  readonly verifyLifetime: number
  readonly resetLifetime: number
  readonly changeEmailLifetime: number
  readonly undoLifetime: number
  readonly inviteLifetime: number
}

/** A code to make for a user, whose address is given in the canonical form that they have now. */
export interface CodeToIssue {
  readonly purpose: CodePurpose
  readonly user: User
  readonly ownEmail: string | null
  /** The mailbox that the code goes to. */
  readonly email: AccountName
  readonly insertion?: CodeInsertion
}

/** A new code, with the secret that only its mail has. */
export interface IssuedCode {
  readonly key: CodeKey
  readonly code: Code
  readonly secret: Redacted.Redacted<string>
}

/** One-time codes: making them, finding them by their secrets, and using them once. */
export class Codes extends Context.Service<
  Codes,
  {
    /** Makes a code. It ends the one before it of the same user and purpose; with `"unless-live"` it is null if that one stays. */
    readonly issue: (wanted: CodeToIssue) => Effect.Effect<IssuedCode | null, StoreError>
    /** What a secret names, if it is well formed. Junk costs no store call. */
    readonly keyOf: (secret: SecretText, purpose: CodePurpose) => CodeKey | null
    /**
     * Uses a code for `work`, of which it is the permission: of parallel uses exactly one is done (REC-01). When the store fails during
     * the work, the code can be used again. Null when it was used before, or is not there.
     */
    readonly use: <A, E>(key: CodeKey, work: Effect.Effect<A, E>) => Effect.Effect<A | null, E | StoreError>
  }
>()("@latchkey/core/Codes") {
  static readonly layer = (lifetimes: CodeLifetimes): Layer.Layer<Codes, never, Store | Credentials> =>
    Layer.effect(Codes, makeCodes(lifetimes))
}

const makeCodes = Effect.fnUntraced(function* (lifetimes: CodeLifetimes) {
  const { codes } = yield* Store
  const credentials = yield* Credentials
  const lifetimeOf: Readonly<Record<CodePurpose, number>> = {
    verify: lifetimes.verifyLifetime,
    reset: lifetimes.resetLifetime,
    "change-email": lifetimes.changeEmailLifetime,
    "undo-email": lifetimes.undoLifetime,
    invite: lifetimes.inviteLifetime
  }

  const issue = Effect.fnUntraced(function* ({ purpose, user, ownEmail, email, insertion = "replace" }: CodeToIssue) {
    const { secret, hash } = credentials.mint("otc", user.id)
    const now = yield* Clock.currentTimeMillis
    const code: Code = {
      userId: user.id,
      purpose,
      email: { typed: email.typed, canonical: email.canonical },
      ownEmail,
      epoch: user.epoch,
      createdAt: now,
      expiresAt: now + lifetimeOf[purpose],
      usedAt: null
    }
    if (!(yield* codes.insert({ code, hash }, insertion))) return null
    return { key: { owner: user.id, purpose, hash }, code, secret } satisfies IssuedCode
  })

  const keyOf = (secret: SecretText, purpose: CodePurpose): CodeKey | null => {
    const parsed = credentials.parse(reveal(secret))
    return parsed?.kind === "otc" ? { owner: parsed.owner, purpose, hash: parsed.hash } : null
  }

  /** As it was before it was used. A newer code stays. */
  const giveBack = ({ code, hash }: NewCode) =>
    Effect.ignore(codes.insert({ code: { ...code, usedAt: null }, hash }, "unless-live"))

  const use = <A, E>(key: CodeKey, work: Effect.Effect<A, E>): Effect.Effect<A | null, E | StoreError> =>
    Effect.uninterruptible(
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.flatMap(codes.consume(key, now), (consumed) =>
          consumed?.isFirst
            ? Effect.tapError(work, (error) =>
                isStoreError(error) ? giveBack({ code: consumed.code, hash: key.hash }) : Effect.void
              )
            : Effect.succeed(null)
        )
      )
    )

  return Codes.of({ issue, keyOf, use })
})

const isStoreError = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "StoreError"

const kinds: Readonly<Record<CodePurpose, MailKind>> = {
  verify: "verify",
  reset: "reset",
  "change-email": "change-email",
  "undo-email": "email-changed",
  invite: "invite"
}

/** The mail that brings a code to its mailbox. */
export const mailOfCode = ({ code, secret }: IssuedCode, user: User, lang: string | null): MailToSend => ({
  kind: kinds[code.purpose],
  to: code.email.typed,
  token: secret,
  expiresAt: code.expiresAt,
  user,
  lang
})
