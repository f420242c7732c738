import {
  type Challenge,
  type ChallengeSecret,
  type ChallengeStore,
  claimedChallenge,
  decidedChallenge,
  MOST_ENDED,
  type PromisePart,
  polledChallenge,
  redeemedChallenge,
  TooManyChallenges,
  UserCodeTaken,
  type UserId
} from "@latchkey/core/store"
import { challengeRows } from "./challenge-rows.ts"
import { ended } from "./ended.ts"
import { newestFirst, pageParameters } from "./newest-first.ts"
import type { Postgres, Queries } from "./postgres.ts"
import { parameters } from "./row-kind.ts"
import { first } from "./rows.ts"
import { bytes } from "./values.ts"

/** Any number that no other program uses: the lock of those who add a challenge. */
const ADDING = 4_719_207

/**
 * The challenges of CLI logins. Core's rules say how a verb changes one, while its row is locked: of parallel calls each waits for the
 * one before it, and then reads the row as that left it. Inserts take turns, so each counts what the one before added. `claim` and
 * `removeAll` lock the owner's row first, so those of one owner run one after the other.
 */
export const postgresChallenges = (db: Postgres, schema: string): PromisePart<ChallengeStore> => {
  const challenges = `${schema}.challenges AS c`
  const found = `SELECT ${challengeRows.selected("c")} FROM ${challenges}`
  const { names } = challengeRows
  const [, ...changing] = names

  const count = async (statement: string, values: Array<unknown>, queries: Queries = db): Promise<number> =>
    (await queries.query(`${statement} RETURNING 1`, values)).rows.length

  /** A transaction that no other claim of this owner runs beside. */
  const withOwner = <A>(owner: UserId, work: (queries: Queries) => Promise<A>): Promise<A> =>
    db.transaction(async (queries) => {
      await queries.query(`SELECT 1 FROM ${schema}.users WHERE id = $1 FOR NO KEY UPDATE`, [bytes(owner)])
      return work(queries)
    })

  /** The challenge of a program, while nobody else changes it; null when the id or the secret does not fit. */
  const lockBySecret = async (queries: Queries, { id, hash }: ChallengeSecret): Promise<Challenge | null> => {
    const key = [bytes(id), bytes(hash)]
    const rows = await queries.query(`${found} WHERE c.id = $1 AND c.hash = $2 FOR UPDATE`, key)
    return first(rows, (row) => challengeRows.read(row, "c"))
  }

  const write = async <Changed extends Challenge>(queries: Queries, challenge: Changed): Promise<Changed> => {
    await queries.query(
      `UPDATE ${challenges} SET (${changing.join(", ")}) = ROW(${parameters(changing, 2)}) WHERE c.id = $1`,
      challengeRows.valuesOf(challenge)
    )
    return challenge
  }

  /** Not past their end, which is core's isChallengePastEnd in SQL. Walks no more entries of its index than the limit. */
  const isFull = async (queries: Queries, at: number, most: number): Promise<boolean> => {
    if (most === 0) return true
    const last = `SELECT 1 FROM ${challenges} WHERE c.expires_at > $1 ORDER BY c.expires_at LIMIT 1 OFFSET $2`
    return (await queries.query(last, [at, most - 1])).rows.length > 0
  }

  return {
    // The unique index over codes decides. A code whose challenge has ended is taken from it first.
    insert: ({ challenge, secretHash }, most) =>
      db.transaction(async (queries) => {
        await queries.query("SELECT pg_advisory_xact_lock($1)", [ADDING])
        const { codeHash, createdAt } = challenge
        if (await isFull(queries, createdAt, most)) throw new TooManyChallenges({ most })
        await queries.query(
          `UPDATE ${challenges} SET has_code = false WHERE c.code_hash = $1 AND c.has_code AND c.expires_at <= $2`,
          [bytes(codeHash), createdAt]
        )
        const added = await count(
          `INSERT INTO ${challenges} (${names.join(", ")}, hash) VALUES (${parameters([...names, "hash"])})
           ON CONFLICT (code_hash) WHERE has_code DO NOTHING`,
          [...challengeRows.valuesOf(challenge), bytes(secretHash)],
          queries
        )
        if (added === 0) throw new UserCodeTaken()
      }),

    claim: (codeHash, owner, at, most) =>
      withOwner(owner, async (queries) => {
        const { rows } = await queries.query(`${found} WHERE c.code_hash = $1 AND c.has_code FOR UPDATE`, [
          bytes(codeHash)
        ])
        const challenge = first({ rows }, (row) => challengeRows.read(row, "c"))
        if (challenge === null) return null
        if (challenge.state !== "pending") return challenge.userId === owner ? challenge : null
        const claimed = claimedChallenge(challenge, owner, at)
        if (claimed === null) return challenge
        // A copy of core's challengesBeyond in SQL.
        await queries.query(
          `DELETE FROM ${challenges} WHERE c.id IN (
             SELECT c.id FROM ${challenges} WHERE c.user_id = $1 ORDER BY c.created_at, c.id
             LIMIT greatest(0, least((SELECT count(*) FROM ${challenges} WHERE c.user_id = $1) - greatest(0, $2::bigint - 1),
               ${MOST_ENDED})))`,
          [bytes(owner), most]
        )
        return write(queries, claimed)
      }),

    find: async ({ owner, id }) =>
      first(await db.query(`${found} WHERE c.id = $1 AND c.user_id = $2`, [bytes(id), bytes(owner)]), (row) =>
        challengeRows.readOwn(row, "c")
      ),

    decide: ({ owner, id }, decision, at) =>
      db.transaction(async (queries) => {
        const key = [bytes(id), bytes(owner)]
        const before = await queries.query(`${found} WHERE c.id = $1 AND c.user_id = $2 FOR UPDATE`, key)
        const challenge = first(before, (row) => challengeRows.readOwn(row, "c"))
        if (challenge === null) return null
        const decided = decidedChallenge(challenge, decision, at)
        return decided === null
          ? { challenge, isDone: false }
          : { ...decided, challenge: await write(queries, decided.challenge) }
      }),

    poll: (secret, at) =>
      db.transaction(async (queries) => {
        const challenge = await lockBySecret(queries, secret)
        if (challenge === null) return null
        const polled = polledChallenge(challenge, at)
        const { interval, nextPollAt } = polled.challenge.pace
        // Polls are many, and these columns are in no index, so PostgreSQL need not touch any.
        if (polled.challenge !== challenge) {
          await queries.query(`UPDATE ${challenges} SET poll_interval = $2, next_poll_at = $3 WHERE c.id = $1`, [
            bytes(secret.id),
            interval,
            nextPollAt
          ])
        }
        return polled
      }),

    redeem: (secret, redemption) =>
      db.transaction(async (queries) => {
        const challenge = await lockBySecret(queries, secret)
        if (challenge === null) return null
        const redeemed = redeemedChallenge(challenge, redemption)
        if (redeemed.challenge !== challenge) await write(queries, redeemed.challenge)
        return redeemed
      }),

    list: async (owner, page) => {
      const { rows } = await db.query(`${found} WHERE c.user_id = $1 ${newestFirst("c", 2)}`, [
        bytes(owner),
        ...pageParameters(page)
      ])
      return rows.map((row) => challengeRows.readOwn(row, "c"))
    },

    removeAll: (owner) =>
      withOwner(owner, (queries) => count(`DELETE FROM ${challenges} WHERE c.user_id = $1`, [bytes(owner)], queries)),

    // What others have locked it skips at first, and then waits for one by one: so nobody ever waits for it and it for them.
    removeExpired: async (before, limit) => {
      let removed = await count(
        `${ended(`SELECT id FROM ${schema}.challenges WHERE kept_until <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED`)}
         DELETE FROM ${challenges} WHERE c.id IN (TABLE ended)`,
        [before, limit]
      )
      const skipped = await db.query(`SELECT c.id FROM ${challenges} WHERE c.kept_until <= $1 LIMIT $2`, [
        before,
        limit - removed
      ])
      for (const { id } of skipped.rows) {
        removed += await count(`DELETE FROM ${challenges} WHERE c.id = $1 AND c.kept_until <= $2`, [id, before])
      }
      return removed
    }
  }
}
