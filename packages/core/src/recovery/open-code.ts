import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Code, type CodePurpose, isCodeFor, isCodeInTime } from "../code/code.ts"
import { CodeInvalid } from "../code/code-errors.ts"
import type { CodeKey } from "../code/code-store.ts"
import { Codes } from "../code/codes.ts"
import type { SecretText } from "../secret/secret-text.ts"
import { Store } from "../store/store.ts"
import { canonicalEmailOf } from "../user/own-email.ts"
import type { User } from "../user/user.ts"
import type { Proof } from "../user/user-store.ts"

/** A code that can be used, with the user whom it is for. */
export interface UsableCode {
  readonly key: CodeKey
  readonly code: Code
  readonly user: User
}

/** Looks a code up, and says why if it cannot be used. What it says holds only for now: the write compares again. */
export const makeOpenCode = Effect.fnUntraced(function* () {
  const { codes: store, users } = yield* Store
  const codes = yield* Codes

  return Effect.fnUntraced(function* (secret: SecretText, purpose: CodePurpose) {
    const key = codes.keyOf(secret, purpose)
    const code = key === null ? null : yield* store.find(key)
    if (key === null || code === null) return yield* new CodeInvalid({ reason: "unknown" })
    if (!isCodeInTime(code, yield* Clock.currentTimeMillis)) return yield* new CodeInvalid({ reason: "expired" })
    if (code.usedAt !== null) return yield* new CodeInvalid({ reason: "used" })
    const user = yield* users.find(code.userId)
    const isFor = user?.isActive && isCodeFor(code, { epoch: user.epoch, canonicalEmail: canonicalEmailOf(user) })
    return isFor ? ({ key, code, user } satisfies UsableCode) : yield* new CodeInvalid({ reason: "changed" })
  })
})

/** What the change rests on that a code permits: the user as they were when it was made. */
export const proofOf = ({ epoch, ownEmail: canonicalEmail }: Code): Proof => ({
  epoch,
  revocations: null,
  canonicalEmail
})
