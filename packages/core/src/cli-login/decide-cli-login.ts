import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { auditNameOf, type Client, challengeName, unknownClient } from "../audit/trace.ts"
import type { SecretHash } from "../secret/credential.ts"
import { RandomBytes } from "../secret/random.ts"
import { conceal } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import { type Actor, CredentialEnded, isCredentialThere, isProgram } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import type { AccessToken } from "../token/access-token.ts"
import { TokensDisabled, TooManyTokens } from "../token/token-errors.ts"
import type { TokenOptions } from "../token/token-rules.ts"
import { hasVerifiedEmail, type User } from "../user/user.ts"
import { compareNetworks } from "../vocabulary/network.ts"
import { MOST_PER_PAGE, type Place } from "../vocabulary/page.ts"
import { type ChallengeId, hasChallengeExpired, type OwnChallenge, toldChallenge } from "./challenge.ts"
import type { Decision } from "./challenge-store.ts"
import {
  ApproverNotAllowed,
  CliLoginDecided,
  CliLoginDisabled,
  CliLoginExpired,
  CliLoginNotFound,
  OtherNetwork
} from "./cli-login-errors.ts"
import type { ApprovedCliLogin, CliLoginOptions } from "./cli-login-service.ts"
import { hashNumber, hashOfUnknownNumber, newNumber } from "./confirmation-number.ts"
import { hashUserCode, parseUserCode } from "./user-code.ts"

/** How many CLI logins of one user are kept, so that nobody can fill the store with ended ones. */
const MOST_KEPT_OF_USER = 100

/** What a user does with a CLI login: enter its code, approve it, deny it. */
export const makeDecisions = Effect.fnUntraced(function* (options: CliLoginOptions, tokenOptions: TokenOptions) {
  const store = yield* Store
  const { challenges, tokens } = store
  const throttle = yield* Throttle
  const audit = yield* Audit
  const randomBytes = yield* RandomBytes

  /** A program could otherwise let itself in again and again, with tokens and sessions that outlive the one that it holds (DEV-14). */
  const mayDecide = (actor: Actor) => (isProgram(actor) ? new ApproverNotAllowed({ reason: "program" }) : Effect.void)

  /** Fails if the session or token that the actor acts with has ended since they were identified (SES-22). */
  const refuseEnded = Effect.fnUntraced(function* (actor: Actor) {
    if (!(yield* isCredentialThere(store, actor))) return yield* new CredentialEnded()
  })

  const mayApprove = Effect.fnUntraced(function* (actor: Actor) {
    if (!options.enabled) return yield* new CliLoginDisabled()
    yield* mayDecide(actor)
    if (actor.user.mustChangePassword) return yield* new ApproverNotAllowed({ reason: "password-change" })
    if (options.approvers === "verified" && !hasVerifiedEmail(actor.user)) {
      return yield* new ApproverNotAllowed({ reason: "not-verified" })
    }
  })

  const find = Effect.fnUntraced(function* (owner: UserId, id: ChallengeId) {
    const challenge = yield* challenges.find({ owner, id })
    return challenge ?? (yield* new CliLoginNotFound())
  })

  const lookUp = Effect.fn("CliLogins.lookUp")(function* (actor: Actor, typed: string, client: Client = unknownClient) {
    yield* mayApprove(actor)
    const code = parseUserCode(typed)
    if (code === null) return yield* new CliLoginNotFound()
    yield* refuseEnded(actor)
    const buckets = yield* throttle.attempt("user-code", client, actor.user.id)
    const now = yield* Clock.currentTimeMillis
    const claim = challenges.claim(hashUserCode(code), actor.user.id, now, MOST_KEPT_OF_USER)
    const challenge = yield* throttle.orTakeBack(buckets, claim)
    if (challenge === null) return yield* new CliLoginNotFound()
    yield* throttle.takeBack(buckets)
    if (challenge.state === "pending" || hasChallengeExpired(challenge, now)) return yield* new CliLoginExpired()
    return toldChallenge(challenge)
  })

  /** Counts as the store does when it inserts a token. */
  const hasRoomForToken = Effect.fnUntraced(function* ({ id: owner, epoch }: User) {
    const now = yield* Clock.currentTimeMillis
    let count = 0
    for (let after: Place | null = null; ; ) {
      const page: ReadonlyArray<AccessToken> = yield* tokens.list(owner, now, { after, limit: MOST_PER_PAGE })
      count += page.filter((token) => token.epoch >= epoch).length
      if (count >= tokenOptions.perUser) return false
      const last = page.at(-1)
      if (last === undefined || page.length < MOST_PER_PAGE) return true
      after = last
    }
  })

  /** So that the person hears of it, and not only the program. The store decides when the token is made. */
  const mayGiveResult = Effect.fnUntraced(function* ({ result }: OwnChallenge, { user }: Actor) {
    if (result !== "token") return
    if (!tokenOptions.enabled) return yield* new TokensDisabled()
    if (!(yield* hasRoomForToken(user))) return yield* new TooManyTokens({ most: tokenOptions.perUser })
  })

  /** The challenge after a decision, in whatever state: another decision may have come first. */
  const decide = Effect.fnUntraced(function* (owner: UserId, id: ChallengeId, decision: Decision) {
    const now = yield* Clock.currentTimeMillis
    const decided = yield* challenges.decide({ owner, id }, decision, now)
    if (decided === null) return yield* new CliLoginNotFound()
    if (!decided.isDone && hasChallengeExpired(decided.challenge, now)) return yield* new CliLoginExpired()
    return decided
  })

  /** Why a challenge is not in the state that was wanted. */
  const decidedBefore = ({ state }: OwnChallenge) =>
    state === "claimed"
      ? new CliLoginNotFound() // no rule leaves it so
      : new CliLoginDecided({ state })

  /** Writes an approval. Fails with what has become of the challenge if it is not approved afterwards. */
  const writeApproval = Effect.fnUntraced(function* ({ user }: Actor, id: ChallengeId, numberHash: SecretHash) {
    const { challenge, isDone } = yield* decide(user.id, id, { to: "approved", epoch: user.epoch, numberHash })
    if (challenge.state !== "approved") return yield* decidedBefore(challenge)
    return { challenge, isDone }
  })

  /**
   * The approval is written first, with a number that nobody knows yet, so that no poll can use it. What it rests on is looked for
   * afterwards: if that has ended by then, nobody ever learns the number. So there is nothing to take back, and whoever was cut off by
   * an outage approves again (SES-22).
   */
  const approveWithNumber = Effect.fnUntraced(function* (actor: Actor, id: ChallengeId, client: Client) {
    const number = newNumber(randomBytes)
    const { challenge, isDone } = yield* writeApproval(actor, id, hashNumber(id, number))
    // Written down now, because the challenge is approved from here on, and whoever is cut off gets a number by approving again.
    if (isDone) yield* recordApproved(actor, challenge, client)
    yield* refuseEnded(actor)
    return { challenge, number: conceal(number, "confirmation number"), isDone }
  })

  /** The same where the program repeats no number: nobody has the one that is written, and a second write takes it away. */
  const approveWithoutNumber = Effect.fnUntraced(function* (actor: Actor, id: ChallengeId, client: Client) {
    const { challenge } = yield* writeApproval(actor, id, hashOfUnknownNumber(id, randomBytes))
    yield* refuseEnded(actor)
    const { id: owner, epoch } = actor.user
    const { challenge: open, isDone } = yield* decide(owner, id, { to: "approved", epoch, numberHash: null })
    // Redeemed by now, if the same user has approved it twice at once.
    if (open.state === "denied") return yield* decidedBefore(open)
    // By this write the program may log in, and not by the one before.
    if (isDone) yield* recordApproved(actor, challenge, client)
    return { challenge: { ...challenge, numberHash: null }, number: null, isDone }
  })

  const approve = Effect.fn("CliLogins.approve")(function* (
    actor: Actor,
    id: ChallengeId,
    client: Client = unknownClient
  ) {
    yield* mayApprove(actor)
    yield* refuseEnded(actor)
    const asked = yield* find(actor.user.id, id)
    if (asked.state === "denied" || asked.state === "redeemed") return yield* decidedBefore(asked)
    if (hasChallengeExpired(asked, yield* Clock.currentTimeMillis)) return yield* new CliLoginExpired()
    if (options.otherNetwork === "refuse" && compareNetworks(asked.ip, client.ip) !== "same")
      return yield* new OtherNetwork()
    yield* mayGiveResult(asked, actor)
    const approved: ApprovedCliLogin = asked.hasNumber
      ? yield* approveWithNumber(actor, id, client)
      : yield* approveWithoutNumber(actor, id, client)
    return approved
  })

  const recordApproved = (actor: Actor, { id, program, scopes, result, ip }: OwnChallenge, client: Client) =>
    audit.append("cli-login.approved", {
      details: { program, scopes: scopes.join(" "), result, from: ip },
      ...traceOf(actor, id, client)
    })

  const deny = Effect.fn("CliLogins.deny")(function* (actor: Actor, id: ChallengeId, client: Client = unknownClient) {
    yield* mayDecide(actor)
    yield* refuseEnded(actor)
    const keptUntil = (yield* Clock.currentTimeMillis) + options.retention
    const { challenge, isDone } = yield* decide(actor.user.id, id, { to: "denied", by: "user", keptUntil })
    if (challenge.state !== "denied") return yield* decidedBefore(challenge)
    if (isDone) yield* recordDenied(actor, challenge, client)
    return challenge
  })

  const recordDenied = (actor: Actor, { id, program }: OwnChallenge, client: Client) =>
    audit.append("cli-login.denied", { details: { by: "user", program }, ...traceOf(actor, id, client) })

  return {
    lookUp,
    find: (userId: UserId, id: ChallengeId) => Effect.map(find(userId, id), toldChallenge),
    approve,
    deny
  }
})

const traceOf = (actor: Actor, id: ChallengeId, client: Client) => ({
  actor: actor.user.id,
  subject: actor.user.id,
  credential: challengeName(id),
  actedWith: auditNameOf(actor),
  client
})
