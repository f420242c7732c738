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
import { type Code, type CodePurpose, isCodeInTime } from "./code.ts"
import { CodeInvalid } from "./code-errors.ts"
import type { CodeInsertion, CodeKey } from "./code-store.ts"

/** How long codes live, in milliseconds. */
export interface CodeLifetimes {
  readonly verifyLifetime: number
  readonly resetLifetime: number
  readonly changeEmailLifetime: number
  readonly undoLifetime: number
  readonly inviteLifetime: number
}

/** A code to make for a user. */
export interface CodeToIssue {
  readonly purpose: CodePurpose
  readonly user: User
  /** The mailbox that the code goes to. */
  readonly email: AccountName
  /** The user's own address in canonical form, null if they have none; absent when the code goes there. */
  readonly ownEmail?: string | null
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
    /**
     * Makes a code that nobody gets the secret of, unless there is one that can be used. That one stays, and lives for as long as the
     * new one would.
     */
    readonly hold: (wanted: CodeToIssue) => Effect.Effect<void, StoreError>
    /** What a secret names, if it is well formed. Junk costs no store call. */
    readonly keyOf: (secret: SecretText, purpose: CodePurpose) => CodeKey | null
    /** The code that a secret names, if it was used and its time is not over. It is no permission for anything. */
    readonly findUsed: (secret: SecretText, purpose: CodePurpose) => Effect.Effect<Code | null, StoreError>
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

  const make = Effect.fnUntraced(function* (
    { purpose, user, email, ownEmail = email.canonical }: CodeToIssue,
    insertion: CodeInsertion
  ) {
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
  const hold = (wanted: CodeToIssue) => Effect.asVoid(make(wanted, "or-prolong"))

  const keyOf = (secret: SecretText, purpose: CodePurpose): CodeKey | null => {
    const parsed = credentials.parse(reveal(secret))
    return parsed?.kind === "otc" ? { owner: parsed.owner, purpose, hash: parsed.hash } : null
  }

  const findUsed = Effect.fnUntraced(function* (secret: SecretText, purpose: CodePurpose) {
    const key = keyOf(secret, purpose)
    const code = key === null ? null : yield* codes.find(key)
    return code?.usedAt != null && isCodeInTime(code, yield* Clock.currentTimeMillis) ? code : null
  })

  const useOnce = Effect.fnUntraced(function* <A, E>(key: CodeKey, work: Effect.Effect<A | null, E>) {
    const consumed = yield* codes.consume(key, yield* Clock.currentTimeMillis)
    if (consumed === null) return yield* new CodeInvalid({ reason: "unknown" })
    if (!consumed.isFirst) return yield* new CodeInvalid({ reason: "used" })
    // When the store is still away the code is used up, and people ask for another.
    const done = yield* Effect.onError(work, () => Effect.ignore(codes.giveBack(key)))
    return done ?? (yield* new CodeInvalid({ reason: "changed" }))
  })

  const use = <A, E>(key: CodeKey, work: Effect.Effect<A | null, E>) => Effect.uninterruptible(useOnce(key, work))

  return Codes.of({ issue, hold, keyOf, findUsed, use })
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

/** The kind of the mail that brings a code. */
export const kindOf = (purpose: CodePurpose): MailKind => kinds[purpose]

/** The mail that brings a code to its mailbox. */
export const mailOfCode = ({ code, secret }: IssuedCode, user: User, lang: string | null): MailToSend => ({
  kind: kindOf(code.purpose),
  to: code.email.typed,
  token: secret,
  expiresAt: code.expiresAt,
  user,
  lang
})
