import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import type { LoginRefusedReason } from "../audit/audit-event.ts"
import { type Client, sessionName, unknownClient } from "../audit/trace.ts"
import { Passwords } from "../password/passwords.ts"
import type { SecretHash } from "../secret/credential.ts"
import { Credentials } from "../secret/credentials.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import { parseAccountName } from "../user/account-name.ts"
import type { User } from "../user/user.ts"
import type { Session } from "./session.ts"
import { InvalidCredentials, SessionEnded } from "./session-errors.ts"
import type { LoggedIn, LogIn, LogInContext, SessionService } from "./session-service.ts"

/** The two ways in which a password opens a session: a new one, or the same one under a new secret. */
export const makeLogIn = Effect.fnUntraced(function* ({ open, renew }: Pick<SessionService, "open" | "renew">) {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const throttle = yield* Throttle
  const audit = yield* Audit
  const credentials = yield* Credentials

  const logIn = Effect.fn("Sessions.logIn")(function* (wanted: LogIn, context: LogInContext = {}) {
    const { kind = "bearer", method = "direct", client = unknownClient, device = null } = context
    const refuse = (subject: User | null, reason: LoginRefusedReason) =>
      audit.append("login.refused", { details: { method, reason }, subject: subject?.id ?? null, client })
    const who = parseAccountName(wanted.username ?? wanted.email ?? "")
    const verdict = yield* passwords.check({ who, password: wanted.password, action: "login", client, device })
    if (!verdict.isRight) {
      yield* refuse(verdict.user, verdict.reason)
      return yield* new InvalidCredentials()
    }
    const { user } = verdict
    const opened = yield* Effect.tapError(open(user, { kind, client }), (error) =>
      error._tag === "NotVerified" ? refuse(user, "not-verified") : Effect.void
    )
    yield* users.recordLogin(user.id, opened.session.createdAt)
    yield* audit.append("login.succeeded", {
      details: { method },
      actor: user.id,
      subject: user.id,
      credential: sessionName(opened.session.id),
      client
    })
    const newDevice = kind === "browser" ? yield* rememberDevice(user, verdict.device) : null
    return { ...opened, user, device: newDevice } satisfies LoggedIn
  })

  /** Anybody can write a secret that names a user, so it counts as a log-in by the user's name, and not for itself (RAT-06). */
  const logInAgain = Effect.fn("Sessions.logInAgain")(function* (
    secret: SecretText,
    password: SecretText,
    context?: LogInContext
  ) {
    const parsed = credentials.parse(reveal(secret))
    if (parsed?.kind !== "ses") return yield* new InvalidCredentials() // it names nobody, so it tells nobody anything
    const user = yield* users.find(parsed.owner)
    return yield* logIn({ username: user?.username ?? user?.email ?? null, password }, context)
  })

  const rememberDevice = Effect.fnUntraced(function* (user: User, before: SecretHash | null = null) {
    const minted = credentials.mint("dev", user.id)
    yield* throttle.rememberDevice(user, minted.hash, before)
    return minted.secret
  })

  const confirm = Effect.fn("Sessions.confirm")(function* (
    session: Session,
    password: SecretText,
    client: Client = unknownClient,
    device: SecretText | null = null
  ) {
    const name = sessionName(session.id)
    const trace = { actor: session.userId, subject: session.userId, credential: name, actedWith: name, client }
    const verdict = yield* passwords.check({
      who: session.userId,
      password,
      action: "confirm",
      client,
      device
    })
    if (!verdict.isRight) {
      yield* audit.append("session.confirm-refused", { details: {}, ...trace })
      return yield* new InvalidCredentials()
    }
    // A session of an earlier epoch has ended, and a password that is right now must not bring it back.
    if (session.epoch !== verdict.user.epoch) return yield* new SessionEnded()
    const opened = yield* renew(session, verdict.user)
    yield* audit.append("session.confirmed", { details: {}, ...trace })
    return opened
  })

  return { logIn, logInAgain, confirm, rememberDevice: (user: User) => rememberDevice(user) }
})
