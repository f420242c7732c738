import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { type Client, challengeName, unknownClient } from "../audit/trace.ts"
import { Credentials } from "../secret/credentials.ts"
import { reveal } from "../secret/secret-text.ts"
import { Sessions } from "../session/sessions.ts"
import { Store } from "../store/store.ts"
import { TokensDisabled } from "../token/token-errors.ts"
import { isGrantable, readTokenName, type TokenOptions } from "../token/token-rules.ts"
import { Tokens } from "../token/tokens.ts"
import { hasVerifiedEmail, type User } from "../user/user.ts"
import {
  type ApprovedChallenge,
  type Challenge,
  ChallengeId,
  hasChallengeExpired,
  MOST_WRONG_NUMBERS
} from "./challenge.ts"
import type { ChallengeSecret } from "./challenge-store.ts"
import { CliLoginDenied, CliLoginDisabled, CliLoginExpired, CliLoginNotFound } from "./cli-login-errors.ts"
import type { CliLoginOptions, CliLoginToCollect, Collected } from "./cli-login-service.ts"
import { hashNumber, readNumber } from "./confirmation-number.ts"
import { isUserCodeOf } from "./user-code.ts"

/** How a program polls, and gets its token or session in the end. */
export const makeCollect = Effect.fnUntraced(function* (options: CliLoginOptions, tokenOptions: TokenOptions) {
  const { users, challenges } = yield* Store
  const tokens = yield* Tokens
  const sessions = yield* Sessions
  const audit = yield* Audit
  const credentials = yield* Credentials

  /** The challenge of what a program presents, counted as a poll. */
  const poll = Effect.fnUntraced(function* ({ secret, code, program }: CliLoginToCollect) {
    const parsed = credentials.parse(reveal(secret))
    if (parsed?.kind !== "cli") return yield* new CliLoginNotFound()
    const key: ChallengeSecret = { id: ChallengeId(parsed.challenge), hash: parsed.hash }
    const now = yield* Clock.currentTimeMillis
    const polled = yield* challenges.poll(key, now)
    if (polled === null) return yield* new CliLoginNotFound()
    const { challenge, isEarly } = polled
    if (!isCodeOf(challenge, code) || !isProgramOf(challenge, program)) return yield* new CliLoginNotFound()
    yield* refuseEnded(challenge)
    return { key, challenge, isEarly, interval: challenge.pace.interval }
  })

  /** Fails with what has become of a challenge that nothing can be collected from any more. */
  const refuseEnded = Effect.fnUntraced(function* (challenge: Challenge) {
    if (challenge.state === "redeemed") return yield* new CliLoginNotFound()
    if (challenge.state === "denied") return yield* new CliLoginDenied()
    if (hasChallengeExpired(challenge, yield* Clock.currentTimeMillis)) return yield* new CliLoginExpired()
  })

  const recordDenied = ({ id, userId, program }: Challenge, by: "number" | "change", client: Client) =>
    audit.append("cli-login.denied", {
      details: { by, program },
      subject: userId,
      credential: challengeName(id),
      client
    })

  /** The approver as they are now, if nothing has changed that the approval rested on (DEV-07). */
  const approverOf = Effect.fnUntraced(function* ({ userId, epoch }: ApprovedChallenge) {
    const user = yield* users.find(userId)
    return user?.isActive && user.epoch === epoch && (options.approvers === "everyone" || hasVerifiedEmail(user))
      ? user
      : null
  })

  const denyForChange = Effect.fnUntraced(function* (challenge: ApprovedChallenge, client: Client) {
    const now = yield* Clock.currentTimeMillis
    const key = { owner: challenge.userId, id: challenge.id }
    const decision = { to: "denied", by: "change", keptUntil: now + options.retention } as const
    const denied = yield* challenges.decide(key, decision, now)
    if (denied?.isDone) yield* recordDenied(challenge, "change", client)
    return yield* new CliLoginDenied()
  })

  /** Null when this call redeemed the challenge: it, and no other, gets what was approved. Otherwise what the program waits for. */
  const redeem = Effect.fnUntraced(function* (
    key: ChallengeSecret,
    { hasNumber }: ApprovedChallenge,
    { number, client = unknownClient }: CliLoginToCollect
  ) {
    const now = yield* Clock.currentTimeMillis
    const numberHash = hasNumber && number !== undefined ? hashNumber(key.id, readNumber(number)) : null
    const redeemed = yield* challenges.redeem(key, { at: now, numberHash, keptUntil: now + options.retention })
    if (redeemed === null) return yield* new CliLoginNotFound()
    const { challenge, outcome } = redeemed
    if (outcome === "redeemed") return null
    if (outcome === "number-wrong" && challenge.state === "denied") yield* recordDenied(challenge, "number", client)
    yield* refuseEnded(challenge)
    const { interval } = challenge.pace
    // The approval is being checked still.
    if (challenge.state !== "approved" || !hasNumber) return { status: "pending", isEarly: false, interval } as const
    return {
      status: "number-needed",
      attemptsLeft: MOST_WRONG_NUMBERS - challenge.wrongNumbers,
      interval
    } as const
  })

  /**
   * What the program was approved for. It has the approver's epoch at the approval, so it is dead if that has changed since. The token's
   * idempotency key is the challenge: there is no second one, whatever the stores of challenges and tokens each have lost.
   */
  const give = Effect.fnUntraced(function* (challenge: ApprovedChallenge, user: User, client: Client) {
    if (challenge.result === "session") {
      // Its user proved who they are to the browser, not to the program: it cannot change a password, or approve tokens.
      const opened = yield* Effect.catchTag(
        sessions.open(user, { kind: "bearer", client, isRecent: false }),
        "NotVerified",
        () => new CliLoginDenied()
      )
      return { status: "session", user, ...opened } as const
    }
    const wanted = {
      name: challenge.program,
      scopes: challenge.scopes.filter((scope) => isGrantable(scope, "all", tokenOptions)),
      lifetime: Math.min(options.tokenLifetime, tokenOptions.longest),
      idempotencyKey: challenge.id,
      client
    }
    const issued = yield* Effect.catchTags(tokens.issue({ user, scopes: "all" }, wanted), {
      TokenAlreadyIssued: () => new CliLoginNotFound(),
      // The rest is checked when a program begins, or cannot happen to an actor without a credential.
      TokenNameInvalid: Effect.die,
      ScopeNotGrantable: Effect.die,
      ScopeMissing: Effect.die,
      TokenLifetimeInvalid: Effect.die,
      IdempotencyKeyInvalid: Effect.die,
      CredentialEnded: Effect.die
    })
    return { status: "token", user, ...issued } as const
  })

  /** For an account that changed while the token was made: the trail has its making, so it has its end too. */
  const takeAway = (
    { user: { id: owner }, ...given }: Exclude<Collected, { readonly interval: number }>,
    client: Client
  ) =>
    given.status === "token"
      ? tokens.revoke({ owner, id: given.token.id }, { client })
      : sessions.close({ owner, id: given.session.id }, { client })

  return Effect.fn("CliLogins.collect")(function* (presented: CliLoginToCollect) {
    if (!options.enabled) return yield* new CliLoginDisabled()
    const { client = unknownClient } = presented
    const { key, challenge, isEarly, interval } = yield* poll(presented)
    if (challenge.state !== "approved") return { status: "pending", isEarly, interval } satisfies Collected
    if (challenge.result === "token" && !tokenOptions.enabled) return yield* new TokensDisabled()
    const user = yield* approverOf(challenge)
    if (user === null) return yield* denyForChange(challenge, client)
    const waiting = yield* redeem(key, challenge, presented)
    if (waiting !== null) return waiting
    const given = yield* give(challenge, user, client)
    if ((yield* approverOf(challenge)) === null) {
      yield* takeAway(given, client)
      return yield* new CliLoginDenied()
    }
    yield* audit.append("cli-login.collected", {
      details: { program: challenge.program, result: challenge.result },
      actor: user.id,
      subject: user.id,
      credential: challengeName(challenge.id),
      client
    })
    return given
  })
})

/** Whether the code that a program sent beside its secret, if it did, belongs to it. */
const isCodeOf = (challenge: Challenge, typed: string | undefined): boolean =>
  typed === undefined || isUserCodeOf(challenge, typed)

/** Whether the program is the one that began it, where it names itself again (RFC 8628 §3.4). */
const isProgramOf = (challenge: Challenge, named: string | undefined): boolean => {
  if (named === undefined) return true
  const read = readTokenName(named)
  return read.ok && read.value === challenge.program
}
