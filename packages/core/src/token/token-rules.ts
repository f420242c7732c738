import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Instant } from "../user/user.ts"
import { hasScope, ownScopes, type Scopes } from "./scopes.ts"
import {
  ScopeMissing,
  ScopeNotGrantable,
  TokenLifetimeInvalid,
  TokenNameInvalid,
  type TokenNameProblem
} from "./token-errors.ts"

/** What the options say of tokens. */
export interface TokenOptions {
  readonly enabled: boolean
  /** The scopes that there are, each with what it allows, in words for people. */
  readonly scopes: Readonly<Record<string, string>>
  /** Milliseconds, where none is asked for. */
  readonly lifetime: number
  /** Milliseconds. */
  readonly longest: number
  readonly mayBeEndless: boolean
  /** Live tokens that one user may have. */
  readonly perUser: number
  /** Milliseconds that a rotated token goes on beside its heir. */
  readonly overlap: number
  readonly acceptImported: boolean
}

/** How long a token shall live. */
export type Lifetime = Duration.Input | "endless"

const NAME_LIMIT = 100

/** Longer than any name in any form; comes first, for the cost of normalising grows with the square of the length (INP-08). */
const RAW_LIMIT = 4 * NAME_LIMIT

/** Controls, and what turns the direction of text: a name must not forge a line of a log or hide its end (PAT-11). */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/u

/** Joiners and the like: they may stand in a name, but make none. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu

/** A token's name as it is kept: NFC, without blanks at its ends, 1 to 100 characters (code points). */
export const readTokenName = (raw: string): Effect.Effect<string, TokenNameInvalid> => {
  const name = raw.length > RAW_LIMIT ? raw : raw.normalize("NFC").trim()
  const problem = nameProblem(raw, name)
  return problem === null ? Effect.succeed(name) : Effect.fail(new TokenNameInvalid({ problem: problem }))
}

const nameProblem = (raw: string, name: string): TokenNameProblem | null => {
  if (raw.length > RAW_LIMIT || Array.from(name).length > NAME_LIMIT) return "too-long"
  if (name.replace(INVISIBLE, "").trim() === "") return "missing"
  return UNSAFE.test(name) ? "malformed" : null
}

/** When a token ends that is made now; null for never. Nothing asked for is the default (PAT-05). */
export const readExpiry = (
  lifetime: Lifetime | undefined,
  now: Instant,
  { lifetime: usual, longest, mayBeEndless }: TokenOptions
): Effect.Effect<Instant | null, TokenLifetimeInvalid> => {
  const invalid = Effect.fail(new TokenLifetimeInvalid({ longest, mayBeEndless }))
  if (lifetime === "endless") return mayBeEndless ? Effect.succeed(null) : invalid
  const span = lifetime === undefined ? usual : millisOf(lifetime)
  return Number.isSafeInteger(span) && span > 0 && span <= longest ? Effect.succeed(now + span) : invalid
}

/** How long a rotated token goes on, in milliseconds; at most as long as any token lives. */
export const readOverlap = (
  overlap: Duration.Input,
  { longest, mayBeEndless }: TokenOptions
): Effect.Effect<number, TokenLifetimeInvalid> => {
  const span = millisOf(overlap)
  return Number.isNaN(span)
    ? Effect.fail(new TokenLifetimeInvalid({ longest, mayBeEndless }))
    : Effect.succeed(Math.min(Math.max(0, Math.floor(span)), longest))
}

/** Not a number for what is no duration: text may come from anywhere. */
const millisOf = (span: Duration.Input): number =>
  Option.match(Duration.fromInput(span), { onNone: () => Number.NaN, onSome: Duration.toMillis })

/** Whether a token can be given a scope: it is declared, and whoever makes the token has it. */
export const isGrantable = (scope: string, makers: Scopes, { scopes }: Pick<TokenOptions, "scopes">): boolean =>
  Object.hasOwn(scopes, scope) && hasScope(makers, scope)

/** The scopes a token is given, each once: declared ones that its maker has too, and nothing else (PAT-10). */
export const readScopes = (
  wanted: ReadonlyArray<string>,
  makers: Scopes,
  options: Pick<TokenOptions, "scopes">
): Effect.Effect<ReadonlyArray<string>, ScopeNotGrantable> => {
  const refused = wanted.find((scope) => !isGrantable(scope, makers, options))
  return refused === undefined
    ? Effect.succeed([...new Set(wanted)])
    : Effect.fail(new ScopeNotGrantable({ scope: refused }))
}

/** A token makes tokens only where its scopes say so (PAT-04). */
export const mayMakeTokens = (makers: Scopes): Effect.Effect<void, ScopeMissing> =>
  hasScope(makers, ownScopes.tokens) ? Effect.void : Effect.fail(new ScopeMissing({ scope: ownScopes.tokens }))
