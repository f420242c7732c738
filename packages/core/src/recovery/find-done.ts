import * as Effect from "effect/Effect"
import { Codes } from "../code/codes.ts"
import { Store } from "../store/store.ts"
import { canonicalEmailOf } from "../user/own-email.ts"
import { hasVerifiedEmail } from "../user/user.ts"
import type { RecoveryService } from "./recovery-service.ts"

/** What a used code has done, for the form that comes twice. It is no permission for anything. */
export const makeFindDone = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const codes = yield* Codes

  const findDone: RecoveryService["findDone"] = Effect.fn("Recovery.findDone")(function* (secret, purpose) {
    const code = yield* codes.findUsed(secret, purpose)
    const user = code === null ? null : yield* users.find(code.userId)
    const isDone = user?.isActive && hasVerifiedEmail(user) && canonicalEmailOf(user) === code?.email.canonical
    return isDone ? user : null
  })

  return { findDone }
})
