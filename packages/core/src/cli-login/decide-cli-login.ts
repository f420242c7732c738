import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Audit } from "../audit/audit.ts"
import { type Client, challengeName, unknownClient } from "../audit/trace.ts"
import { RandomBytes } from "../secret/random.ts"
import type { UserId } from "../secret/user-id.ts"
import { type Actor, CredentialEnded, isCredentialThere } from "../store/actor.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import { TokensDisabled, TooManyTokens } from "../token/token-errors.ts"
import type { TokenOptions } from "../token/token-rules.ts"
import { Tokens } from "../token/tokens.ts"
import { networkOf } from "../vocabulary/network.ts"
import { MOST_PER_PAGE, type Place } from "../vocabulary/page.ts"
import { type ChallengeId, isChallengePastEnd, type OwnChallenge } from "./challenge.ts"
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
import { hashNumber, newNumber } from "./confirmation-number.ts"
import { hashUserCode, parseUserCode } from "./user-code.ts"

/** How many CLI logins of one user are kept, so that nobody can fill the store with ended ones. */
const MOST_KEPT_OF_USER = 100

/** What a user does with a CLI login: enter its code, approve it, deny it. */
export const makeDecisions = Effect.fnUntraced(function* (options: CliLoginOptions, tokenOptions: TokenOptions) {
  const store = yield* Store
  const { challenges } = store
  const tokens = yield* Tokens
  const throttle = yield* Throttle
  const audit = yield* Audit
  const randomBytes = yield* RandomBytes

  /** A program that holds a token could otherwise give itself more tokens, which outlive it (DEV-14). */
  const isAllowed = (actor: Actor) =>
    actor.token === undefined ? Effect.void : new ApproverNotAllowed({ reason: "token" })

  const isThere = Effect.fnUntraced(function* (actor: Actor) {
    if (!(yield* isCredentialThere(store, actor))) return yield* new CredentialEnded()
  })

  const mayApprove = Effect.fnUntraced(function* (actor: Actor) {
    if (!options.enabled) return yield* new CliLoginDisabled()
    yield* isAllowed(actor)
    if (options.approvers === "verified" && !actor.user.isVerified) {
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
    const buckets = yield* throttle.attempt("user-code", client, actor.user.id)
    const now = yield* Clock.currentTimeMillis
    const claim = challenges.claim(hashUserCode(code), actor.user.id, now, MOST_KEPT_OF_USER)
    const challenge = yield* throttle.orTakeBack(buckets, Effect.andThen(isThere(actor), claim))
    if (challenge === null) return yield* new CliLoginNotFound()
    yield* throttle.takeBack(buckets)
    if (isChallengePastEnd(challenge, now)) return yield* new CliLoginExpired()
    return challenge
  })

  const hasRoomForToken = Effect.fnUntraced(function* (owner: UserId) {
    let count = 0
    for (let after: Place | null = null; ; ) {
      const page: ReadonlyArray<Place> = yield* tokens.list(owner, { after, limit: MOST_PER_PAGE })
      count += page.length
      if (count >= tokenOptions.perUser) return false
      const last = page.at(-1)
      if (last === undefined || page.length < MOST_PER_PAGE) return true
      after = last
    }
  })

  /** So that the person hears of it, and not only the program. The store decides when the token is made. */
  const canGiveResult = Effect.fnUntraced(function* ({ result, userId }: OwnChallenge) {
    if (result !== "token") return
    if (!tokenOptions.enabled) return yield* new TokensDisabled()
    if (!(yield* hasRoomForToken(userId))) return yield* new TooManyTokens({ most: tokenOptions.perUser })
  })

  /** The decision, when the challenge is in the state that was wanted afterwards. */
  const decide = Effect.fnUntraced(function* <To extends Decision["to"]>(
    owner: UserId,
    id: ChallengeId,
    decision: Decision & { readonly to: To }
  ) {
    const now = yield* Clock.currentTimeMillis
    const decided = yield* challenges.decide({ owner, id }, decision, now)
    if (decided === null) return yield* new CliLoginNotFound()
    const { challenge, isDone } = decided
    if (!isDone && isChallengePastEnd(challenge, now)) return yield* new CliLoginExpired()
    if (challenge.state === "claimed") return yield* new CliLoginNotFound() // no rule leaves it so
    if (challenge.state !== decision.to) return yield* new CliLoginDecided({ state: challenge.state })
    return { challenge: challenge as OwnChallenge & { readonly state: To }, isDone }
  })

  const deniedUntil = Effect.map(Clock.currentTimeMillis, (now) => now + options.retention)

  const recordDecision = (type: "cli-login.approved" | "cli-login.denied", challenge: OwnChallenge, client: Client) => {
    const trace = {
      actor: challenge.userId,
      subject: challenge.userId,
      credential: challengeName(challenge.id),
      client
    }
    const { program, result } = challenge
    const scopes = challenge.scopes.join(" ")
    return type === "cli-login.approved"
      ? audit.append(type, { ...trace, details: { program, scopes, result, from: challenge.ip } })
      : audit.append(type, { ...trace, details: { by: "user", program } })
  }

  const approve = Effect.fn("CliLogins.approve")(function* (
    actor: Actor,
    id: ChallengeId,
    client: Client = unknownClient
  ) {
    yield* mayApprove(actor)
    yield* isThere(actor)
    const asked = yield* find(actor.user.id, id)
    if (options.otherNetwork === "refuse" && isOtherNetwork(asked, client) !== false) return yield* new OtherNetwork()
    yield* canGiveResult(asked)
    const number = asked.hasNumber ? newNumber(randomBytes) : null
    const numberHash = number === null ? null : hashNumber(id, number)
    const decision = { to: "approved", epoch: actor.user.epoch, numberHash } as const
    const { challenge, isDone } = yield* decide(actor.user.id, id, decision)
    // What the approval rests on is looked for again after it is written: if it has ended by then, so has the approval.
    yield* Effect.tapError(isThere(actor), () =>
      Effect.flatMap(deniedUntil, (keptUntil) =>
        decide(actor.user.id, id, { to: "denied", by: "change", keptUntil })
      ).pipe(Effect.ignore)
    )
    if (isDone) yield* recordDecision("cli-login.approved", challenge, client)
    return {
      challenge,
      number: number === null ? null : Redacted.make(number, { label: "confirmation number" }),
      isDone
    } satisfies ApprovedCliLogin
  })

  const deny = Effect.fn("CliLogins.deny")(function* (actor: Actor, id: ChallengeId, client: Client = unknownClient) {
    yield* isAllowed(actor)
    yield* isThere(actor)
    const decision = { to: "denied", by: "user", keptUntil: yield* deniedUntil } as const
    const { challenge, isDone } = yield* decide(actor.user.id, id, decision)
    if (isDone) yield* recordDecision("cli-login.denied", challenge, client)
    return challenge
  })

  return { lookUp, find, approve, deny }
})

/** Whether a program runs in another network than the browser; null when that is not known of one of them (DEV-12). */
export const isOtherNetwork = (program: Pick<Client, "ip">, browser: Pick<Client, "ip">): boolean | null =>
  program.ip === null || browser.ip === null ? null : networkOf(program.ip) !== networkOf(browser.ip)
