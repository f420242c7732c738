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
import { CodeInvalid } from "./code-errors.ts"
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
    /** Makes a code. It ends the one before it of the same user and purpose (REC-03). */
    readonly issue: (wanted: CodeToIssue) => Effect.Effect<IssuedCode, StoreError>
    /** Makes a code that nobody gets the secret of, unless there is one that can be used: no such code is made after it. */
    readonly hold: (wanted: CodeToIssue) => Effect.Effect<void, StoreError>
    /** What a secret names, if it is well formed. Junk costs no store call. */
    readonly keyOf: (secret: SecretText, purpose: CodePurpose) => CodeKey | null
    /**
     * Uses a code for `work`, of which it is the permission: of parallel uses exactly one is done (REC-01). When the work fails, the
     * code can be used again. When it gives null, the user is no longer who the code was made for, and the code is used up.
     */
    readonly use: <A, E>(
      key: CodeKey,
      work: Effect.Effect<A | null, E>
    ) => Effect.Effect<A, CodeInvalid | E | StoreError>
  }
>()("@latchkey/core/Codes") {
  static readonly layer = (lifetimes: CodeLifetimes): Layer.Layer<Codes, never, Store | Credentials> =>
    Layer.effect(Codes, makeCodes(lifetimes))
}

const makeCodes = Effect.fnUntraced(function* (lifetimes: CodeLifetimes) {
  const { codes } = yield* Store
  const credentials = yield* Credentials

  const make = Effect.fnUntraced(function* ({ purpose, user, ownEmail, email }: CodeToIssue, insertion: CodeInsertion) {
    const { secret, hash } = credentials.mint("otc", user.id)
    const now = yield* Clock.currentTimeMillis
    const code: Code = {
      userId: user.id,
      purpose,
      email: { typed: email.typed, canonical: email.canonical },
      ownEmail,
      epoch: user.epoch,
      createdAt: now,
      expiresAt: now + lifetimes[lifetimeOf[purpose]],
      usedAt: null
    }
    yield* codes.insert({ code, hash }, insertion)
    return { key: { owner: user.id, purpose, hash }, code, secret } satisfies IssuedCode
  })

  const issue = (wanted: CodeToIssue) => make(wanted, "replace")
  const hold = (wanted: CodeToIssue) => Effect.asVoid(make(wanted, "unless-live"))

  const keyOf = (secret: SecretText, purpose: CodePurpose): CodeKey | null => {
    const parsed = credentials.parse(reveal(secret))
    return parsed?.kind === "otc" ? { owner: parsed.owner, purpose, hash: parsed.hash } : null
  }

  /**
   * As it was before it was used, but for `createdAt`: the store judges by it whether a newer code is live, and that one stays. When
   * the store is still away the code is used up, and people ask for another.
   */
  const giveBack = ({ code, hash }: NewCode) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Effect.ignore(codes.insert({ code: { ...code, createdAt: now, usedAt: null }, hash }, "unless-live"))
    )

  const useOnce = Effect.fnUntraced(function* <A, E>(key: CodeKey, work: Effect.Effect<A | null, E>) {
    const consumed = yield* codes.consume(key, yield* Clock.currentTimeMillis)
    if (consumed === null) return yield* new CodeInvalid({ reason: "unknown" })
    if (!consumed.isFirst) return yield* new CodeInvalid({ reason: "used" })
    const done = yield* Effect.onError(work, () => giveBack({ code: consumed.code, hash: key.hash }))
    return done ?? (yield* new CodeInvalid({ reason: "changed" }))
  })

  const use = <A, E>(key: CodeKey, work: Effect.Effect<A | null, E>) => Effect.uninterruptible(useOnce(key, work))

  return Codes.of({ issue, hold, keyOf, use })
})

/** Which option says how long a code of a purpose lives. */
const lifetimeOf: Readonly<Record<CodePurpose, keyof CodeLifetimes>> = {
  verify: "verifyLifetime",
  reset: "resetLifetime",
  "change-email": "changeEmailLifetime",
  "undo-email": "undoLifetime",
  invite: "inviteLifetime"
}

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
