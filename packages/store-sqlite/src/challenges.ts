import {
  type Challenge,
  type ChallengeId,
  type ChallengeStore,
  claimedChallenge,
  type Decision,
  decidedChallenge,
  isChallengePastEnd,
  MOST_ENDED,
  polledChallenge,
  type Redemption,
  redeemedChallenge,
  TooManyChallenges,
  UserCodeTaken,
  type UserId
} from "@latchkey/core/store"
import * as Exit from "effect/Exit"
import { challenges, challengeValues, readChallenge, readOwnChallenge } from "./challenge-rows.ts"
import type { Connection } from "./connection.ts"
import { inSteps } from "./in-steps.ts"
import { NEWEST_FIRST, pageParameters } from "./newest-first.ts"
import { allRows, optionalRow, rowOf } from "./row.ts"
import { assignments, insertInto } from "./row-kind.ts"
import { count, instant } from "./values.ts"

/**
 * The challenges of CLI logins. Core's rules say how a verb changes one, under the write lock. What begins or polls may be lost in a
 * power cut, because the program can begin again. What users and programs decide lasts.
 */
export const sqliteChallenges = (db: Connection): ChallengeStore => {
  const found = `SELECT ${challenges.selected} FROM latchkey_challenges`
  const insert = db.prepare(insertInto("latchkey_challenges", ["hash", ...challenges.names]))
  // A copy of core's isChallengePastEnd in SQL, negated. It walks no more entries of its index than the limit.
  const lastOpen = db.prepare(`SELECT 1 AS is_full FROM latchkey_challenges
    WHERE expires_at > ? ORDER BY expires_at LIMIT 1 OFFSET ?`)
  const findByCode = db.prepare(`${found} WHERE code_hash = ? AND has_code = 1`)
  const findBySecret = db.prepare(`${found} WHERE id = ? AND hash = ?`)
  const findByOwner = db.prepare(`${found} WHERE id = ? AND user_id = ?`)
  const change = updateOf(db, STATE_COLUMNS)
  const changeOwner = updateOf(db, [...STATE_COLUMNS, "user_id"])
  const changeKept = updateOf(db, [...STATE_COLUMNS, "kept_until"])
  // Polls are many, and these columns are in no index.
  const updatePace = db.prepare("UPDATE latchkey_challenges SET poll_interval = ?, next_poll_at = ? WHERE id = ?")
  const takeCode = db.prepare("UPDATE latchkey_challenges SET has_code = 0 WHERE id = ?")
  const countSome = db.prepare("SELECT count(*) FROM (SELECT 1 FROM latchkey_challenges WHERE user_id = ? LIMIT ?)")
  // A copy of core's challengesBeyond in SQL.
  const removeBeyond = db.prepare(`DELETE FROM latchkey_challenges WHERE id IN (
    SELECT id FROM latchkey_challenges WHERE user_id = ? ORDER BY created_at, id LIMIT ?)`)
  const list = db.prepare(`${found} WHERE user_id = ? ${NEWEST_FIRST}`)
  const removeAll = db.prepare(`DELETE FROM latchkey_challenges WHERE id IN (
    SELECT id FROM latchkey_challenges WHERE user_id = ? LIMIT ?)`)
  const removeExpired = db.prepare(`DELETE FROM latchkey_challenges WHERE id IN (
    SELECT id FROM latchkey_challenges WHERE kept_until <= ? LIMIT ?)`)

  const isFull = (at: number, most: number): boolean => most === 0 || rowOf(lastOpen.get(at, most - 1)) !== null

  const write = <Changed extends Challenge>(before: Challenge, after: Changed): Changed => {
    const update =
      after.userId !== before.userId ? changeOwner : after.keptUntil !== before.keptUntil ? changeKept : change
    update(after)
    return after
  }

  /** Whether the code is free: one that has ended gives its code away. */
  const freeCode = ({ id, codeHash }: Challenge, at: number): boolean => {
    const taken = optionalRow(findByCode.get(codeHash), readChallenge)
    // A second insert of the same challenge fails by its key.
    if (taken === null || taken.id === id) return true
    if (!isChallengePastEnd(taken, at)) return false
    takeCode.run(taken.id)
    return true
  }

  /** Makes room for one that its owner is about to claim. */
  const endBeyond = (owner: UserId, most: number): void => {
    const room = Math.max(0, most - 1)
    const excess = count(rowOf(countSome.get(owner, room + MOST_ENDED))?.[0]) - room
    if (excess > 0) removeBeyond.run(owner, excess)
  }

  const own = (id: ChallengeId, owner: UserId) => optionalRow(findByOwner.get(id, owner), readOwnChallenge)

  return {
    insert: ({ challenge, secretHash }, most) =>
      db.transaction("losable", "challenges.insert", (): Exit.Exit<void, TooManyChallenges | UserCodeTaken> => {
        const at = instant(challenge.createdAt)
        if (isFull(at, count(most))) return Exit.fail(new TooManyChallenges({ most }))
        if (!freeCode(challenge, at)) return Exit.fail(new UserCodeTaken())
        insert.run(secretHash, ...challengeValues(challenge))
        return Exit.void
      }),
    claim: (codeHash, owner, at, most) =>
      db.transaction("lasting", "challenges.claim", (): Exit.Exit<Challenge | null> => {
        const [now, room] = [instant(at), count(most)]
        const challenge = optionalRow(findByCode.get(codeHash), readChallenge)
        if (challenge === null) return Exit.succeed(null)
        if (challenge.state !== "pending") return Exit.succeed(challenge.userId === owner ? challenge : null)
        const claimed = claimedChallenge(challenge, owner, now)
        if (claimed === null) return Exit.succeed(challenge)
        endBeyond(owner, room)
        return Exit.succeed(write(challenge, claimed))
      }),
    find: ({ owner, id }) => db.read("challenges.find", () => own(id, owner)),
    decide: ({ owner, id }, decision, at) =>
      db.transaction("lasting", "challenges.decide", () => {
        const [checked, now] = [checkedDecision(decision), instant(at)]
        const challenge = own(id, owner)
        if (challenge === null) return Exit.succeed(null)
        const decided = decidedChallenge(challenge, checked, now)
        return Exit.succeed(
          decided === null
            ? { challenge, isDone: false }
            : { ...decided, challenge: write(challenge, decided.challenge) }
        )
      }),
    poll: ({ id, hash }, at) =>
      db.transaction("losable", "challenges.poll", () => {
        const now = instant(at)
        const before = optionalRow(findBySecret.get(id, hash), readChallenge)
        if (before === null) return Exit.succeed(null)
        const polled = polledChallenge(before, now)
        const { interval, nextPollAt } = polled.challenge.pace
        if (polled.challenge !== before) updatePace.run(count(interval), instant(nextPollAt), id)
        return Exit.succeed(polled)
      }),
    redeem: ({ id, hash }, redemption) =>
      db.transaction("lasting", "challenges.redeem", () => {
        const checked = checkedRedemption(redemption)
        const before = optionalRow(findBySecret.get(id, hash), readChallenge)
        if (before === null) return Exit.succeed(null)
        const after = redeemedChallenge(before, checked)
        if (after.challenge !== before) write(before, after.challenge)
        return Exit.succeed(after)
      }),
    list: (owner, page) =>
      db.read("challenges.list", () => allRows(list.all(owner, ...pageParameters(page))).map(readOwnChallenge)),
    removeAll: (owner) =>
      inSteps(Number.POSITIVE_INFINITY, (atMost) =>
        db.write("lasting", "challenges.removeAll", () => count(removeAll.run(owner, atMost).changes))
      ),
    removeExpired: (before, limit) =>
      inSteps(limit, (atMost) =>
        db.write("optional", "challenges.removeExpired", () =>
          count(removeExpired.run(instant(before), count(atMost)).changes)
        )
      )
  }
}

/** What the states of a challenge differ in, beside its owner and how long it is kept. */
const STATE_COLUMNS = [
  "state",
  "claimed_at",
  "approved_at",
  "epoch",
  "number_hash",
  "wrong_numbers",
  "denied_at",
  "denied_by",
  "redeemed_at"
]

/** Writes these columns of a challenge, and no others: SQLite writes each index anew that has one of them. */
const updateOf = (db: Connection, columns: ReadonlyArray<string>) => {
  const [names, isWritten] = [challenges.names, new Set(columns)]
  const written = assignments(names.filter((name) => isWritten.has(name)))
  const update = db.prepare(`UPDATE latchkey_challenges SET ${written} WHERE id = ?`)
  return (challenge: Challenge): void => {
    const values = challengeValues(challenge).filter((_, at) => isWritten.has(names[at] ?? ""))
    update.run(...values, challenge.id)
  }
}

const checkedDecision = (decision: Decision): Decision =>
  decision.to === "denied"
    ? { ...decision, keptUntil: instant(decision.keptUntil) }
    : { ...decision, epoch: count(decision.epoch) }

const checkedRedemption = ({ at, keptUntil, numberHash }: Redemption): Redemption => ({
  at: instant(at),
  keptUntil: instant(keptUntil),
  numberHash
})
