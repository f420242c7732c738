import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { userFieldChanges } from "../audit/audit-event.ts"
import { auditNameOf, type Client, unknownClient } from "../audit/trace.ts"
import { Outbox } from "../mail/outbox.ts"
import { Passwords } from "../password/passwords.ts"
import { type Actor, CredentialEnded, findActing, writeFor } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import type { AccountName } from "./account-name.ts"
import { makeAskAboutEmail } from "./ask-about-email.ts"
import { makeCountedNames } from "./counted-names.ts"
import { makeEndedMarks } from "./ended-marks.ts"
import { checkName } from "./new-user.ts"
import { canonicalEmailOf } from "./own-email.ts"
import { makePendingEmail } from "./pending-email.ts"
import type { ChangeOfSelf, UserService } from "./user-service.ts"
import type { ProvedChange } from "./user-store.ts"

/** What users change about themselves: names, password or both, in one step. With a mailer, another address waits until it is proved. */
export const makeChangeSelf = Effect.fnUntraced(function* () {
  const store = yield* Store
  const passwords = yield* Passwords
  const audit = yield* Audit
  const outbox = yield* Outbox
  const countedNames = yield* makeCountedNames()
  const askAboutEmail = yield* makeAskAboutEmail()
  const pendingEmail = yield* makePendingEmail()
  const { endLinks } = makeEndedMarks(store)

  /** Everything that may be refused or take long comes before the look at the credential. */
  const prepare = Effect.fnUntraced(function* (
    actor: Actor,
    { username, email, password, ...others }: ChangeOfSelf,
    client: Client
  ) {
    const fields = {
      ...others,
      ...(username === undefined ? {} : { username: yield* checkName("username", username) }),
      ...(email === undefined ? {} : { email: yield* checkName("email", email) })
    }
    yield* askAboutEmail(fields.email, { user: actor.user, by: "self", client })
    if (password === undefined) return fields satisfies ProvedChange
    const hash = yield* passwords.makeFor(actor.user, password, client, [username, email])
    const keep = actor.session?.id ?? null
    return { ...fields, password: { hash, mustChangePassword: false, keep } } satisfies ProvedChange
  })

  /** The address among the changes that must be proved first; null if none. A mere change of its case needs no proof. */
  const toProve = (actor: Actor, { email }: Pick<ProvedChange, "email">): AccountName | null =>
    outbox.hasMailer && email !== undefined && email.canonical !== canonicalEmailOf(actor.user) ? email : null

  const write = Effect.fnUntraced(function* (actor: Actor, change: ProvedChange) {
    const { id } = actor.user
    if (change.email !== undefined && change.email.canonical !== canonicalEmailOf(actor.user))
      yield* endLinks(actor.user)
    const written = yield* writeFor(store, actor, (proof, found) =>
      Effect.flatMap(Clock.currentTimeMillis, (at) =>
        Effect.map(store.users.changeWithProof(id, change, proof, at), (after) =>
          after === null ? null : { before: found.user, after }
        )
      )
    )
    return written ?? (yield* new CredentialEnded())
  })

  const changeSelf: UserService["changeSelf"] = Effect.fn("Users.changeSelf")(function* (
    actor,
    wanted,
    { client = unknownClient, lang = null } = {}
  ) {
    const { id } = actor.user
    if ((yield* findActing(store, actor)) === null) return yield* new CredentialEnded()
    const change = yield* prepare(actor, wanted, client)
    const email = toProve(actor, change)
    const { email: _, ...others } = change
    const writing =
      email === null ? write(actor, change) : Effect.andThen(pendingEmail.admit(email, client), write(actor, others))
    const { before, after } = yield* countedNames(actor.user, change, client, writing)
    // That nobody asks for another password any more is part of the new password's own event.
    const { mustChangePassword } = after
    const changes = userFieldChanges({ ...before, mustChangePassword }, after)
    const trace = { actor: id, subject: id, actedWith: auditNameOf(actor), client }
    if (changes.length > 0) yield* audit.append("user.changed", { details: { changes }, ...trace })
    if (wanted.password !== undefined) yield* audit.append("password.changed", { details: { by: "owner" }, ...trace })
    // As the user now is: a new password has moved the epoch on.
    if (email !== null) yield* pendingEmail.request({ ...actor, user: after }, email, client, lang)
    return after
  })

  return changeSelf
})
