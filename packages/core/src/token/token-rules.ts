import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { invalid, type Read, valid } from "../vocabulary/read.ts"
import { type Instant, millisOf } from "../vocabulary/time.ts"
import { hasScope, ownScopes, type Scopes } from "./scopes.ts"
import {
  ScopeMissing,
  ScopeNotGrantable,
  TokenLifetimeInvalid,
  TokenNameInvalid,
  type TokenNameProblem
} from "./token-errors.ts"

/** What the options say about tokens. */
export interface TokenOptions {
  readonly enabled: boolean
  /** The declared scopes, each with a description for people. */
  readonly scopes: Readonly<Record<string, string>>
  /** Milliseconds, when no lifetime is asked for. */
  readonly lifetime: number
  /** Milliseconds. */
  readonly longest: number
  readonly mayBeEndless: boolean
  /** How many live tokens one user may have. */
  readonly perUser: number
  /** Milliseconds for which a rotated token stays valid along with its replacement. */
  readonly overlap: number
  readonly acceptImported: boolean
}

/** How long a token lives. A bare number is milliseconds. */
export type Lifetime = Duration.Input | "endless"

/** Code points that a token's name may have. */
export const TOKEN_NAME_LIMIT = 100

/** Longer than any name in any form. Checked first, because the cost of normalising grows with the square of the length (INP-08). */
const RAW_LIMIT = 4 * TOKEN_NAME_LIMIT

/**
 * Controls, and what turns the direction of text: a name must not forge a line of a log or hide its end (PAT-11). Nor may it pile up marks
 * on one letter, more than any language does: they would be drawn over the lines above and below, such as a warning (DEV-11).
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]|\p{M}{9}/u

/** Joiners and the like, and the blank of Braille: a name may contain them, but not consist of them. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/gu

/** A token's name as it is kept: NFC, without blanks at its ends, 1 to 100 characters (code points). */
export const readTokenName = (raw: string): Read<string, TokenNameInvalid> => {
  const name = raw.length > RAW_LIMIT ? raw : raw.normalize("NFC").trim()
  const problem = nameProblem(raw, name)
  return problem === null ? valid(name) : invalid(new TokenNameInvalid({ problem }))
}

const nameProblem = (raw: string, name: string): TokenNameProblem | null => {
  if (raw.length > RAW_LIMIT || Array.from(name).length > TOKEN_NAME_LIMIT) return "too-long"
  if (name.replace(INVISIBLE, "").trim() === "") return "missing"
  return UNSAFE.test(name) ? "malformed" : null
}

/** When a token ends that is made now; null for never. Where no lifetime is asked for, it is the default (PAT-05). */
export const readExpiry = (
  lifetime: Lifetime | undefined,
  now: Instant,
  { lifetime: usual, longest, mayBeEndless }: TokenOptions
): Read<Instant | null, TokenLifetimeInvalid> => {
  const tooLong = () => invalid(new TokenLifetimeInvalid({ longest, mayBeEndless }))
  if (lifetime === "endless") return mayBeEndless ? valid(null) : tooLong()
  const span = lifetime === undefined ? usual : millisOf(lifetime)
  return Number.isSafeInteger(span) && span > 0 && span <= longest ? valid(now + span) : tooLong()
}

/** How long a rotated token stays valid, in milliseconds, as a bare number is; at most as long as any token lives. */
export const readOverlap = (
  overlap: Duration.Input,
  { longest, mayBeEndless }: TokenOptions
): Read<number, TokenLifetimeInvalid> => {
  const span = millisOf(overlap)
  return Number.isNaN(span)
    ? invalid(new TokenLifetimeInvalid({ longest, mayBeEndless }))
    : valid(Math.min(Math.max(0, Math.floor(span)), longest))
}

/** Whether a token can be given a scope: it is declared, and the maker of the token has it. */
export const isGrantable = (scope: string, makers: Scopes, { scopes }: Pick<TokenOptions, "scopes">): boolean =>
  Object.hasOwn(scopes, scope) && hasScope(makers, scope)

/** The scopes a token is given, each once: declared ones that its maker has too, and nothing else (PAT-10). */
export const readScopes = (
  wanted: ReadonlyArray<string>,
  makers: Scopes,
  options: Pick<TokenOptions, "scopes">
): Read<ReadonlyArray<string>, ScopeNotGrantable> => {
  const scope = wanted.find((each) => !isGrantable(each, makers, options))
  return scope === undefined ? valid([...new Set(wanted)]) : invalid(new ScopeNotGrantable({ scope }))
}

/** A token can make tokens only if its scopes say so (PAT-04). */
export const mayMakeTokens = (makers: Scopes): Effect.Effect<void, ScopeMissing> =>
  hasScope(makers, ownScopes.tokens) ? Effect.void : Effect.fail(new ScopeMissing({ scope: ownScopes.tokens }))
