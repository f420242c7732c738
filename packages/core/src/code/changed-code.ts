import type { Instant } from "../vocabulary/time.ts"
import { type Code, isCodeInTime, isCodeLive } from "./code.ts"
import type { CodeInsertion } from "./code-store.ts"

/*
 * What the verbs of `CodeStore` make of a code. Pure: every store changes codes by these rules, or by a copy of them in its own
 * language.
 */

/** Whether a new code takes the place of the one that its user has for the same purpose; null if there is none. */
export const mayReplaceCode = (before: Code | null, insertion: CodeInsertion, at: Instant): boolean =>
  insertion === "replace" || before === null || !isCodeLive(before, at)

/** The code after a call of `consume`, and whether that call used it. Null when it is not within its time. */
export const consumedCode = (code: Code, at: Instant): { readonly code: Code; readonly isFirst: boolean } | null => {
  if (!isCodeInTime(code, at)) return null
  return code.usedAt === null ? { code: { ...code, usedAt: at }, isFirst: true } : { code, isFirst: false }
}
