import {
  type Challenge,
  type ChallengeId,
  type ChallengeStore,
  claimedChallenge,
  type Decision,
  type OwnChallenge,
  type RedeemOutcome,
  StoreProblem,
  TooManyChallenges,
  UserCodeTaken,
  type UserId
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { challengeIndex } from "./challenge-index.ts"
import { challengeRemoval } from "./challenge-removal.ts"
import * as scripts from "./challenge-scripts.ts"
import { challengeText, readChallenge } from "./challenge-text.ts"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { count, instant, jsonLine, readList } from "./values.ts"

/**
 * The challenges of CLI logins. Whatever changes one is one script on one key, so a cluster spreads the polls over its nodes. What
 * leads to a challenge lives elsewhere, and is written before the challenge and removed after it: a process that dies in between leaves
 * a place that is taken until its end, or an entry that leads to nothing.
 */
export const redisChallenges = (db: Connection, keys: Keys): ChallengeStore => {
  const index = challengeIndex(db, keys)
  const removal = challengeRemoval(db, keys, index)

  const keysOf = (id: ChallengeId): ReadonlyArray<string> => {
    const { self, ends } = keys.ofChallenge(id)
    return [self, ends]
  }

  const read = async (id: ChallengeId): Promise<Challenge | null> =>
    readChallenge(await db.read("GET", keys.ofChallenge(id).self))

  const readOwn = async (owner: UserId, id: ChallengeId): Promise<OwnChallenge | null> => ownOf(owner, await read(id))

  return {
    insert: ({ challenge, secretHash }, most) =>
      Effect.flatten(
        attempt("challenges.insert", async (): Promise<Exit.Exit<void, UserCodeTaken | TooManyChallenges>> => {
          const { id, createdAt } = challenge
          const text = challengeText({ challenge, secretHash })
          const obstacle = await index.reserve(challenge, most)
          if (obstacle === "there") throw alreadyThere()
          if (obstacle === "full") return Exit.fail(new TooManyChallenges({ most }))
          if (obstacle === "taken") return Exit.fail(new UserCodeTaken())
          const args = [id, instant(createdAt), text]
          if ((await db.run("losable", scripts.insert, keysOf(id), args)) !== 1) {
            await index.release([challenge])
            throw alreadyThere()
          }
          return Exit.void
        })
      ),
    claim: (codeHash, owner, at, most) =>
      attempt("challenges.claim", async () => {
        const id = await index.idOf(codeHash)
        const found = id === null ? null : await read(id)
        if (found === null || found.codeHash !== codeHash) return null
        if (ownOf(owner, found) !== null) return found
        // What nobody claimed before its end is nobody's, and told to everybody.
        if (claimedChallenge(found, owner, instant(at)) === null) return found.state === "pending" ? found : null
        await index.enter(owner, found, at)
        const args = [jsonLine(owner), instant(at)]
        const claimed = ownOf(owner, readChallenge(await db.run("lasting", scripts.claim, keysOf(found.id), args)))
        if (claimed === null) await index.leave(owner, [found.id])
        else await removal.remove("losable", await index.makeRoom(owner, found.id, most), owner)
        return claimed
      }),
    find: ({ owner, id }) => attempt("challenges.find", () => readOwn(owner, id)),
    decide: ({ owner, id }, decision, at) =>
      attempt("challenges.decide", async () => {
        if (decision.to === "denied") await index.keep(owner, decision.keptUntil, at)
        const args = [id, jsonLine(owner), decision.to, instant(at), ...decisionArgs(decision)]
        const answer = await db.run("lasting", scripts.decide, keysOf(id), args)
        if (answer === null) return null
        const [text, isDone] = readList(answer)
        const challenge = ownOf(owner, readChallenge(text))
        return challenge === null ? null : { challenge, isDone: isDone === 1 }
      }),
    poll: ({ id, hash }, at) =>
      attempt("challenges.poll", async () => {
        const answer = await db.run("losable", scripts.poll, keysOf(id), [jsonLine(hash), instant(at)])
        if (answer === null) return null
        const [text, isEarly] = readList(answer)
        const challenge = readChallenge(text)
        return challenge === null ? null : { challenge, isEarly: isEarly === 1 }
      }),
    redeem: ({ id, hash }, { at, numberHash, keptUntil }) =>
      attempt("challenges.redeem", async () => {
        const before = await read(id)
        // First, because afterwards the challenge is redeemed, and the call must not fail any more.
        if (before?.state === "approved") await index.keep(before.userId, keptUntil, at)
        const args = [id, jsonLine(hash), instant(at), jsonLine(numberHash), instant(keptUntil)]
        const answer = await db.run("lasting", scripts.redeem, keysOf(id), args)
        if (answer === null) return null
        const [text, outcome] = readList(answer)
        const challenge = readChallenge(text)
        return challenge === null ? null : { challenge, outcome: readOutcome(outcome) }
      }),
    list: (owner, { after, limit }) =>
      attempt("challenges.list", async () => {
        const listed: Array<OwnChallenge> = []
        for (let from = after; ; ) {
          const places = await index.page(owner, { after: from, limit })
          const found = await Promise.all(places.map(({ id }) => readOwn(owner, id)))
          listed.push(...found.filter((challenge) => challenge !== null))
          // Entries that lead to nothing make no page short.
          from = places.at(-1) ?? null
          if (from === null || places.length < limit || listed.length >= limit) return listed.slice(0, limit)
        }
      }),
    removeAll: (owner) => attempt("challenges.removeAll", () => removal.removeAll(owner)),
    removeExpired: (before, limit) =>
      attempt("challenges.removeExpired", () => removal.removeExpired(instant(before), count(limit)))
  }
}

const alreadyThere = (): Error => new StoreProblem({ message: "the challenge is there already" })

/** The challenge, if this user has claimed it. */
const ownOf = (owner: UserId, challenge: Challenge | null): OwnChallenge | null =>
  challenge === null || challenge.state === "pending" || challenge.userId !== owner ? null : challenge

const decisionArgs = (decision: Decision): ReadonlyArray<string | number> =>
  decision.to === "approved"
    ? [count(decision.epoch), jsonLine(decision.numberHash)]
    : [decision.by, instant(decision.keptUntil)]

const outcomes: ReadonlySet<unknown> = new Set<RedeemOutcome>([
  "redeemed",
  "number-missing",
  "number-wrong",
  "not-approved"
])

const readOutcome = (answer: unknown): RedeemOutcome => {
  if (!outcomes.has(answer)) throw new RangeError("not an outcome")
  return answer as RedeemOutcome // just checked
}
