import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import { type Client, unknownClient } from "../audit/audit-event.ts"
import type { SessionKind } from "../session/session.ts"
import { Sessions } from "../session/sessions.ts"
import type { StoreError } from "../store/store-error.ts"
import { parseAuthorization } from "./authorization-header.ts"
import { AMBIGUOUS } from "./cookie.ts"
import type { Identity, SessionIdentity } from "./identity.ts"
import { CredentialInvalid, CredentialMalformed, type PresentedAs } from "./identity-errors.ts"

/** The parts of a request's head that can say who is calling. */
export interface Presented {
  /** The Authorization header; headers that came twice joined by a comma, as Fetch does. */
  readonly authorization: string | null
  /** The session cookie's value, as `readCookie` gives it. */
  readonly sessionCookie: string | null | typeof AMBIGUOUS
  readonly client?: Client
}

/** The one resolver through which every credential passes. */
export class Identify extends Context.Service<
  Identify,
  {
    /**
     * Who is calling: an identity, or null for nobody. A cookie that opens nothing (any more) is nobody; an Authorization
     * header that opens nothing is `CredentialInvalid`, and the cookie beside it is not tried (HDR-05). A store outage is
     * a `StoreError`, never nobody (SES-13).
     */
    readonly identify: (
      presented: Presented
    ) => Effect.Effect<Identity | null, CredentialInvalid | CredentialMalformed | StoreError>
  }
>()("@latchkey/core/Identify") {
  static readonly layer: Layer.Layer<Identify, never, Sessions | Audit> = Layer.effect(
    Identify,
    Effect.suspend(() => makeIdentify)
  )
}

const nobody = Effect.succeed(null)

const makeIdentify = Effect.gen(function* () {
  const sessions = yield* Sessions
  const audit = yield* Audit

  /** A secret works only in the transport that its session was opened for (SES-17). */
  const resume = (
    secret: string,
    kind: SessionKind,
    via: SessionIdentity["via"]
  ): Effect.Effect<Identity | null, StoreError> =>
    Effect.map(sessions.resume(secret, kind), (found) =>
      found === null ? null : { user: found.user, via, scopes: "all", session: found.session }
    )

  const fromCookie = (presented: Presented): Effect.Effect<Identity | null, CredentialInvalid | StoreError> => {
    if (presented.sessionCookie === null) return nobody
    if (presented.sessionCookie !== AMBIGUOUS) return resume(presented.sessionCookie, "browser", "session")
    return Effect.andThen(
      audit.append("cookie.ambiguous", { details: {}, client: presented.client ?? unknownClient }),
      invalid("cookie")
    )
  }

  const identify = (presented: Presented) => {
    const authorization = parseAuthorization(presented.authorization)
    switch (authorization._tag) {
      case "None":
        return fromCookie(presented)
      case "Bearer":
        return Effect.flatMap(resume(authorization.token, "bearer", "bearer"), (identity) =>
          identity === null ? invalid("bearer") : Effect.succeed(identity)
        )
      case "Malformed":
        return Effect.fail(new CredentialMalformed())
      case "Basic":
        return invalid("basic")
      case "Invalid":
      case "Unsupported":
        return invalid("other")
    }
  }

  return Identify.of({ identify })
})

const invalid = (presentedAs: PresentedAs): Effect.Effect<never, CredentialInvalid> => refusals[presentedAs]

const refusal = (presentedAs: PresentedAs): Effect.Effect<never, CredentialInvalid> =>
  Effect.fail(new CredentialInvalid({ presentedAs }))

/** Made once: to make an error collects its stack, which costs more than to find out that junk is junk. */
const refusals: Readonly<Record<PresentedAs, Effect.Effect<never, CredentialInvalid>>> = {
  bearer: refusal("bearer"),
  basic: refusal("basic"),
  cookie: refusal("cookie"),
  other: refusal("other")
}
