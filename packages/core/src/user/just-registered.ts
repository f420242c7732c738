import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { unknownClient } from "../audit/trace.ts"
import { Passwords } from "../password/passwords.ts"
import { Store } from "../store/store.ts"
import { isWithin } from "../vocabulary/time.ts"
import { type CanonicalName, parseAccountName } from "./account-name.ts"
import type { Registration, RepeatContext } from "./user-service.ts"

/** For how long a form that comes again is recognised: a second click, a reload, and the way back after a coffee. */
export const REPEATED_FORM_MS = 10 * 60_000

/** Recognises a registration that was done already. The id of a user never comes from a form (REG-02), so its names and password do it. */
export const makeFindJustRegistered = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const audit = yield* Audit

  /** The user who has all these names, and was made a moment ago. */
  const findNew = Effect.fnUntraced(function* (names: ReadonlyArray<CanonicalName | null>) {
    const [first, ...more] = yield* Effect.forEach(names, (name) =>
      name === null ? Effect.succeed(null) : users.findByName(name)
    )
    const user = first?.user
    if (user === undefined || more.some((each) => each?.user.id !== user.id)) return null
    return isWithin(user.createdAt, user.createdAt + REPEATED_FORM_MS, yield* Clock.currentTimeMillis) ? user : null
  })

  return Effect.fn("Users.findJustRegistered")(function* (
    registration: Registration,
    { client = unknownClient, device = null }: RepeatContext = {}
  ) {
    const { username, email, password } = registration
    const names = [username, email].filter((name) => typeof name === "string").map(parseAccountName)
    const user = yield* findNew(names)
    if (user === null) return null
    // By the name, as somebody who logs in types it: a guess here must not be one more than the limits allow there (RAT-06).
    const verdict = yield* passwords.check({ who: names[0] ?? null, password, action: "login", client, device })
    if (verdict.isRight) return verdict.user.id === user.id ? verdict.user : null
    yield* audit.append("login.refused", {
      details: { method: "form", reason: verdict.reason },
      subject: user.id,
      client
    })
    return null
  })
})
