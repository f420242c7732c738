import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { type MailTrace, type Trace, unknownClient } from "../audit/trace.ts"
import { Outbox } from "../mail/outbox.ts"
import { Passwords } from "../password/passwords.ts"
import { Credentials } from "../secret/credentials.ts"
import { Store } from "../store/store.ts"
import { makeAskHost } from "./ask-host.ts"
import { makeInvitation } from "./invitation.ts"
import { checkNames, newUser } from "./new-user.ts"
import { ownEmail } from "./own-email.ts"
import { checkRoles } from "./roles.ts"
import type { User } from "./user.ts"
import type { UserOptions, UserToCreate } from "./user-service.ts"

/** Creates users on somebody else's authority. */
export const makeCreateUser = Effect.fnUntraced(function* (options: Pick<UserOptions, "roles">) {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const audit = yield* Audit
  const { newUserId } = yield* Credentials
  const askHost = yield* makeAskHost()
  const invitation = yield* makeInvitation()
  const { hasMailer } = yield* Outbox

  /** The user is made by now, so a store that is away does not fail it: the invitation is made later. */
  const invite = Effect.fnUntraced(function* (user: User, lang: string | null, trace: Trace) {
    const email = ownEmail(user)
    if (email === null) return
    yield* Effect.catchTag(invitation.send(user, email, lang, trace), "StoreError", () =>
      invitation.sendLater(user, lang, trace)
    )
  })

  /** `right` is asked for right before the write, because the host and a hash take long enough to lose it (ADM-16). */
  return Effect.fnUntraced(function* <E>(
    wanted: UserToCreate,
    { lang = null, ...trace }: MailTrace,
    right: Effect.Effect<unknown, E>
  ) {
    const names = yield* checkNames(wanted, "both")
    const roles = yield* checkRoles(wanted.roles ?? [], options.roles, [])
    const { client = unknownClient } = trace
    yield* askHost(names, { client, by: "create" })
    const { username, email, password } = wanted
    const passwordHash = password === undefined ? null : yield* passwords.make(password, [username, email], client)
    yield* right
    const { isSuperuser = false, isVerified = false, mustChangePassword = false } = wanted
    const now = yield* Clock.currentTimeMillis
    const fields = { isSuperuser, isVerified, mustChangePassword, roles }
    const made = newUser(names, fields, passwordHash, now, newUserId(now))
    yield* users.insert(made)
    const details = { isSuperuser, ...(roles.length === 0 ? {} : { roles: roles.join(" ") }) }
    yield* audit.append("user.created", { details, subject: made.user.id, ...trace })
    if (passwordHash === null && hasMailer) yield* invite(made.user, lang, trace)
    return made.user
  })
})
