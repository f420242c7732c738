import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { unknownClient } from "../audit/trace.ts"
import { Passwords } from "../password/passwords.ts"
import { Store } from "../store/store.ts"
import { MINUTE_MS } from "../vocabulary/time.ts"
import type { CanonicalName } from "./account-name.ts"
import { type AccountNames, checkNames } from "./new-user.ts"
import type { UserService } from "./user-service.ts"

/** Longer than anybody waits for an answer before they press the button again. Later a form is somebody who wants a taken name. */
const REPEATED_WITHIN_MS = 10 * MINUTE_MS

/** Tells a form that was sent twice from one that asks for somebody else's name. */
export const makeFindRegistered = Effect.fnUntraced(function* () {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const audit = yield* Audit

  const findRegistered: UserService["findRegistered"] = Effect.fn("Users.findRegistered")(function* (
    registration,
    { client = unknownClient, device = null, method = "direct" } = {}
  ) {
    const names = yield* Effect.match(checkNames(registration, "both"), {
      onSuccess: canonicalNames,
      onFailure: () => []
    })
    const [name] = names
    if (name === undefined) return null
    const owners = yield* Effect.forEach(names, users.findByName)
    const id = owners[0]?.user.id
    const oldest = (yield* Clock.currentTimeMillis) - REPEATED_WITHIN_MS
    const isNew = owners.every((owner) => owner !== null && owner.user.id === id && owner.user.createdAt >= oldest)
    if (!isNew) return null
    const { password } = registration
    const verdict = yield* passwords.check({ who: name, password, action: "login", client, device })
    if (verdict.isRight) return verdict.user.id === id ? verdict.user : null
    const { user, reason } = verdict
    yield* audit.append("login.refused", { details: { method, reason }, subject: user?.id ?? null, client })
    return null
  })

  return findRegistered
})

const canonicalNames = ({ username, email }: AccountNames): ReadonlyArray<CanonicalName> => [
  ...(username === null ? [] : [{ kind: "username" as const, canonical: username.canonical }]),
  ...(email === null ? [] : [{ kind: "email" as const, canonical: email.canonical }])
]
