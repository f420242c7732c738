import type { Instant } from "../vocabulary/time.ts"
import { type Code, isCodeInTime, isCodeLive } from "./code.ts"
import type { CodeInsertion } from "./code-store.ts"

/*
 * What the verbs of `CodeStore` make of a code. Pure: every store changes codes by these rules, or by a copy of them in its own
 * language.
 */

/**
 * The code that stays when another comes for the same user and purpose, as it is from then on; null when the other takes its place.
 * With `"or-prolong"`, one that can still be used stays, until the later of both ends.
 */
export const stayingCode = (before: Code | null, insertion: CodeInsertion, next: Code): Code | null =>
  insertion === "replace" || before === null || !isCodeLive(before, next.createdAt)
    ? null
    : { ...before, expiresAt: Math.max(before.expiresAt, next.expiresAt) }

/** The code after a call of `consume`, and whether that call used it. Null when it is not within its time. */
export const consumedCode = (code: Code, at: Instant): { readonly code: Code; readonly isFirst: boolean } | null => {
  if (!isCodeInTime(code, at)) return null
  return code.usedAt === null ? { code: { ...code, usedAt: at }, isFirst: true } : { code, isFirst: false }
}

/** The code after a call of `giveBack`; null when it was not used. */
export const givenBackCode = (code: Code): Code | null => (code.usedAt === null ? null : { ...code, usedAt: null })
