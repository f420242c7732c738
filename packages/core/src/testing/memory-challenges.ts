import * as Effect from "effect/Effect"
import { type Challenge, type ChallengeId, isChallengePastEnd, type OwnChallenge } from "../cli-login/challenge.ts"
import type { ChallengeKey, ChallengeSecret, ChallengeStore } from "../cli-login/challenge-store.ts"
import {
  challengesBeyond,
  claimedChallenge,
  decidedChallenge,
  polledChallenge,
  redeemedChallenge
} from "../cli-login/changed-challenge.ts"
import { TooManyChallenges, UserCodeTaken } from "../cli-login/cli-login-errors.ts"
import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import { StoreError } from "../store/store-error.ts"
import { StoreProblem } from "../store/store-problem.ts"
import { newestFirst, pageOf } from "../vocabulary/page.ts"
import type { HeldChallenge, Tables } from "./memory-tables.ts"

/** The challenges of a memory store. */
export const memoryChallenges = ({ challenges }: Tables): ChallengeStore => {
  const isOwn = (challenge: Challenge, owner: UserId): challenge is OwnChallenge => challenge.userId === owner

  const ownOf = (owner: UserId): ReadonlyArray<OwnChallenge> =>
    [...challenges.values()].map(({ challenge }) => challenge).filter((each) => isOwn(each, owner))

  const own = ({ owner, id }: ChallengeKey): (HeldChallenge & { readonly challenge: OwnChallenge }) | null => {
    const held = challenges.get(id)
    return held !== undefined && isOwn(held.challenge, owner) ? { ...held, challenge: held.challenge } : null
  }

  const bySecret = ({ id, hash }: ChallengeSecret): HeldChallenge | null => {
    const held = challenges.get(id)
    return held?.secretHash === hash ? held : null
  }

  const byCode = (codeHash: SecretHash): HeldChallenge | null =>
    [...challenges.values()].find(({ challenge, hasCode }) => hasCode && challenge.codeHash === codeHash) ?? null

  const write = <Changed extends Challenge>(held: HeldChallenge, challenge: Changed): Changed => {
    challenges.set(challenge.id, { ...held, challenge: structuredClone(challenge) })
    return structuredClone(challenge)
  }

  const erase = (ids: ReadonlyArray<ChallengeId>): number => ids.filter((id) => challenges.delete(id)).length

  return {
    insert: ({ challenge, secretHash }, most) =>
      Effect.suspend((): Effect.Effect<void, UserCodeTaken | TooManyChallenges | StoreError> => {
        if (challenges.has(challenge.id)) {
          return Effect.fail(
            new StoreError({
              operation: "challenges.insert",
              cause: new StoreProblem({ message: "the challenge is there already" })
            })
          )
        }
        const at = challenge.createdAt
        const open = [...challenges.values()].filter((held) => !isChallengePastEnd(held.challenge, at))
        if (open.length >= most) return Effect.fail(new TooManyChallenges({ most }))
        const taken = byCode(challenge.codeHash)
        if (taken !== null && !isChallengePastEnd(taken.challenge, at)) return Effect.fail(new UserCodeTaken())
        if (taken !== null) challenges.set(taken.challenge.id, { ...taken, hasCode: false })
        challenges.set(challenge.id, { challenge: structuredClone(challenge), secretHash, hasCode: true })
        return Effect.void
      }),

    claim: (codeHash, owner, at, most) =>
      Effect.sync(() => {
        const held = byCode(codeHash)
        if (held === null) return null
        if (isOwn(held.challenge, owner)) return structuredClone(held.challenge)
        const claimed = claimedChallenge(held.challenge, owner, at)
        if (claimed === null) return held.challenge.state === "pending" ? structuredClone(held.challenge) : null
        erase(challengesBeyond(ownOf(owner), most).map(({ id }) => id))
        return write(held, claimed)
      }),

    find: (key) => Effect.sync(() => structuredClone(own(key)?.challenge ?? null)),

    decide: (key, decision, at) =>
      Effect.sync(() => {
        const held = own(key)
        if (held === null) return null
        const decided = decidedChallenge(held.challenge, decision, at)
        return decided === null
          ? { challenge: structuredClone(held.challenge), isDone: false }
          : { challenge: write(held, decided.challenge), isDone: decided.isDone }
      }),

    poll: (secret, at) =>
      Effect.sync(() => {
        const held = bySecret(secret)
        if (held === null) return null
        const { challenge, isEarly } = polledChallenge(held.challenge, at)
        return { challenge: write(held, challenge), isEarly }
      }),

    redeem: (secret, redemption) =>
      Effect.sync(() => {
        const held = bySecret(secret)
        if (held === null) return null
        const { challenge, outcome } = redeemedChallenge(held.challenge, redemption)
        return { challenge: write(held, challenge), outcome }
      }),

    list: (owner, page) => Effect.sync(() => structuredClone(pageOf([...ownOf(owner)].sort(newestFirst), page))),

    removeAll: (owner) => Effect.sync(() => erase(ownOf(owner).map(({ id }) => id))),

    removeExpired: (before, limit) =>
      Effect.sync(() => {
        const ended = [...challenges.values()].filter(({ challenge }) => challenge.keptUntil <= before)
        return erase(ended.slice(0, limit).map(({ challenge }) => challenge.id))
      })
  }
}
