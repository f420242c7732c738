import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isCodeInTime } from "../code/code.ts"
import { Codes } from "../code/codes.ts"
import { Store } from "../store/store.ts"
import { ownEmail } from "../user/own-email.ts"
import { hasVerifiedEmail } from "../user/user.ts"
import type { RecoveryService } from "./recovery-service.ts"

/** What a used code has done, for the form that comes twice. It is no permission for anything. */
export const makeFindDone = Effect.fnUntraced(function* () {
  const { users, codes: store } = yield* Store
  const codes = yield* Codes

  const findDone: RecoveryService["findDone"] = Effect.fn("Recovery.findDone")(function* (secret, purpose) {
    const key = codes.keyOf(secret, purpose)
    const code = key === null ? null : yield* store.find(key)
    if (code?.usedAt == null || !isCodeInTime(code, yield* Clock.currentTimeMillis)) return null
    const user = yield* users.find(code.userId)
    const isDone = user?.isActive && hasVerifiedEmail(user) && ownEmail(user)?.canonical === code.email.canonical
    return isDone ? user : null
  })

  return { findDone }
})
