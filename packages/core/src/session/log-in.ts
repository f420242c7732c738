import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import { Audit } from "../audit/audit.ts"
import { type Client, type LoginMethod, type LoginRefusedReason, unknownClient } from "../audit/audit-event.ts"
import { Passwords, reveal, type SecretText } from "../password/passwords.ts"
import type { ParsedCredential } from "../secret/credential.ts"
import { Credentials } from "../secret/credentials.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import { parseAccountName } from "../user/account-name.ts"
import type { User } from "../user/user.ts"
import type { OpenedSession } from "./open-session.ts"
import type { Session, SessionKind } from "./session.ts"
import { InvalidCredentials } from "./session-errors.ts"
import type { Sessions } from "./sessions.ts"

/** What someone logs in with. A name with an `@` is looked up as an e-mail address, whichever of the two it came as. */
export interface LogIn {
  readonly username?: string | null
  readonly email?: string | null
  readonly password: SecretText
}

/** How the log-in came. */
export interface LogInContext {
  /** Default `bearer` for direct calls; the login page opens `browser` sessions. */
  readonly kind?: SessionKind
  readonly method?: LoginMethod
  readonly client?: Client
  /** The device credential that the browser sent, if any. */
  readonly device?: SecretText | null
}

export interface LoggedIn extends OpenedSession {
  readonly user: User
  /** A new credential for the device's cookie; null when it has one already, or is no browser. */
  readonly device: Redacted.Redacted<string> | null
}

/** The ways in which a password opens a session: a new one, or one's own again under a new secret. */
export const makeLogIn = Effect.fnUntraced(function* ({ open, renew }: Pick<Sessions["Service"], "open" | "renew">) {
  const { users } = yield* Store
  const passwords = yield* Passwords
  const throttle = yield* Throttle
  const audit = yield* Audit
  const credentials = yield* Credentials

  const logIn = Effect.fn("Sessions.logIn")(function* (wanted: LogIn, context: LogInContext = {}) {
    const { kind = "bearer", method = "direct", client = unknownClient } = context
    const refuse = (subject: User | null, reason: LoginRefusedReason) =>
      audit.append("login.refused", { details: { method, reason }, subject: subject?.id ?? null, client })
    const who = parseAccountName(wanted.username ?? wanted.email ?? "")
    const device = readDevice(context.device ?? null)
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
      credential: `session:${opened.session.id}`,
      client
    })
    const newDevice = kind === "browser" && !verdict.isKnownDevice ? yield* rememberDevice(user) : null
    return { ...opened, user, device: newDevice } satisfies LoggedIn
  })

  const readDevice = (text: SecretText | null): ParsedCredential | null => {
    const parsed = text === null ? null : credentials.parse(reveal(text))
    return parsed?.kind === "dev" ? parsed : null
  }

  const rememberDevice = Effect.fnUntraced(function* (user: User) {
    const minted = credentials.mint("dev", user.id)
    yield* throttle.trustDevice(minted.hash)
    return minted.secret
  })

  const confirm = Effect.fn("Sessions.confirm")(function* (
    session: Session,
    password: SecretText,
    client: Client = unknownClient
  ) {
    const trace = { actor: session.userId, subject: session.userId, credential: `session:${session.id}`, client }
    const verdict = yield* passwords.check({
      who: session.userId,
      password,
      action: "confirm",
      client,
      device: null
    })
    if (!verdict.isRight) {
      yield* audit.append("session.confirm-refused", { details: {}, ...trace })
      return yield* new InvalidCredentials()
    }
    const opened = yield* renew(session, verdict.user)
    yield* audit.append("session.confirmed", { details: {}, ...trace })
    return opened
  })

  return { logIn, confirm }
})
