import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { DAY_MS, type Instant } from "../vocabulary/time.ts"
import { hashSecret, type SecretHash } from "./credential.ts"
import { sha256Hex } from "./digest.ts"
import type { UserId } from "./user-id.ts"

/** What a signed token is made from: a bearer session that begins. */
export interface TokenToSign {
  readonly owner: UserId
  readonly session: string
  readonly epoch: number
  readonly issuedAt: Instant
  readonly expiresAt: Instant
  /** The administrator who acts in the owner's place. */
  readonly actor: UserId | null
  /** Whether no session is behind it. */
  readonly isStateless: boolean
}

/** What a token says that was signed with one of our keys, for us, and has not ended by the clock. It proves no more than that. */
export type SignedClaims =
  /** It names a session, and the store says whether that is live (JWT-04). */
  | { readonly kind: "session"; readonly owner: UserId; readonly session: string }
  /** No session is behind it, only the epoch that its user had. */
  | {
      readonly kind: "stateless"
      readonly owner: UserId
      readonly session: string
      readonly epoch: number
      readonly expiresAt: Instant
    }
  /** Of the system before us: it names a user, and whoever made it for them. */
  | {
      readonly kind: "old"
      readonly owner: UserId
      /** As the token says, though it may be accepted for a shorter time. */
      readonly expiresAt: Instant
      /** The administrator who asked for it, or the user themselves for their program; null for a log-in. */
      readonly madeBy: UserId | null
    }

/** What the link in a mail of the system before us says: to choose a password, or to prove an address. */
export interface OldLink {
  readonly owner: UserId
  readonly expiresAt: Instant
  /** For `reset`: a password hash of the text of the hash that the user had. For `verify`: the address. */
  readonly proof: string
}

/** A public key as RFC 7517 writes it. */
export type PublicKey = Readonly<Record<string, string>>

export interface SignedTokensShape {
  /** Whether bearer sessions are written as tokens without a session in the store. */
  readonly isStateless: boolean
  /** Until when tokens of the system before us are accepted; null if they are not. */
  readonly oldUntil: Instant | null
  readonly sign: (token: TokenToSign) => Effect.Effect<Redacted.Redacted<string>>
  /** What a text says, if it is one of our tokens and is in time. Null for every other text: none makes it fail. */
  readonly read: (text: string, now: Instant) => Effect.Effect<SignedClaims | null>
  /** What a link of the system before us says, if its signature is right and it is in time. */
  readonly readOldLink: (text: string, purpose: "reset" | "verify", now: Instant) => Effect.Effect<OldLink | null>
  /** The keys that others may check our tokens with; null when there are none but secret ones. */
  readonly publicKeys: ReadonlyArray<PublicKey> | null
}

/**
 * How bearer sessions are written when they are not opaque. Null: they are opaque. `jwt` of `@latchkey/jwt` makes one; core signs and
 * verifies nothing itself.
 */
export class SignedTokens extends Context.Service<SignedTokens, SignedTokensShape | null>()(
  "@latchkey/core/SignedTokens"
) {}

/** The three parts of a JWT have dots between them, and no credential of ours has one. */
export const maybeSigned = (text: string): boolean => text.includes(".")

/**
 * What the store finds a session by that a signed token names. No opaque credential has this hash: its text would have to begin with
 * these words, which have a space (JWT-05).
 */
export const hashOfSigned = (session: string): SecretHash => hashSecret(`latchkey signed session ${session}`)

/** Names a mark that says that a token of the system before us has ended. */
export interface EndedMark {
  readonly account: string
  readonly key: string
}

/** For how much longer than they are accepted all of a user's tokens stay ended: the date may be put off. */
export const ENDED_KEPT_MS = 400 * DAY_MS

/** How many ended tokens of the system before us one user has on record. Beyond that those go first that end soonest by themselves. */
export const MOST_ENDED_MARKS = 1_000

/** The marks that end a token of the system before us: its own, and the one that ends all of its owner's. */
export const endedMarks = (owner: UserId, text: string): { readonly own: EndedMark; readonly all: EndedMark } => ({
  own: { account: accountOf(owner), key: sha256Hex(`latchkey ended token ${text}`) },
  all: allEndedMark(owner)
})

export const allEndedMark = (owner: UserId): EndedMark => ({
  account: accountOf(owner),
  key: sha256Hex("latchkey every ended token")
})

const accountOf = (owner: UserId): string => sha256Hex(`latchkey ended tokens of ${owner}`)
