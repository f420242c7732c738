import {
  type Challenge,
  ChallengeId,
  EXPIRED_KEPT_MS,
  type Instant,
  type ListPage,
  type PendingChallenge,
  type UserId
} from "@latchkey/core/store"
import * as scripts from "./challenge-index-scripts.ts"
import type { Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { pageArgs } from "./newest-first.ts"
import { timeToLive } from "./time-to-live.ts"
import { count, instant, readInstant, readList, readOptionalText, readText } from "./values.ts"

export type ChallengeIndex = ReturnType<typeof challengeIndex>

/** What stands in the way of a new challenge. */
type Obstacle = "there" | "full" | "taken"

/** What leads to challenges: the directory by code, and the owners' groups by owner. */
export const challengeIndex = (db: Connection, keys: Keys) => {
  const { openChallenges, ofUserCode } = keys.directory
  const claimsOf = (owner: UserId): ReadonlyArray<string> => [keys.ofOwner(owner).claims]

  const release = (challenges: ReadonlyArray<Challenge>): Promise<unknown> => {
    const codes = challenges.map(({ codeHash }) => ofUserCode(codeHash))
    const ids = challenges.map(({ id }) => id)
    return db.run("losable", scripts.release, [openChallenges, ...codes], ids)
  }

  const leave = (owner: UserId, ids: ReadonlyArray<ChallengeId>): Promise<unknown> =>
    db.run("losable", scripts.leave, claimsOf(owner), ids)

  return {
    /** Takes a place and the code; what is in the way, or null. */
    reserve: async (
      { id, codeHash, createdAt, expiresAt }: PendingChallenge,
      most: number
    ): Promise<Obstacle | null> => {
      const kept = timeToLive(expiresAt + EXPIRED_KEPT_MS, createdAt)
      const args = [instant(createdAt), count(most), id, instant(expiresAt), kept]
      const answer = await db.run("losable", scripts.reserve, [openChallenges, ofUserCode(codeHash)], args)
      return answer === "there" || answer === "full" || answer === "taken" ? answer : null
    },
    release,
    /** The id that a code leads to. */
    idOf: async (codeHash: Challenge["codeHash"]): Promise<ChallengeId | null> => {
      const text = readOptionalText(await db.read("GET", ofUserCode(codeHash)))
      return text === null ? null : ChallengeId(text.slice(text.indexOf(" ") + 1))
    },
    enter: (owner: UserId, { id, createdAt, keptUntil }: Challenge, at: Instant): Promise<unknown> =>
      db.run("losable", scripts.enter, claimsOf(owner), [id, instant(createdAt), timeToLive(keptUntil, at)]),
    /** What is to be removed now that the owner has claimed one. */
    makeRoom: async (owner: UserId, claimed: ChallengeId, most: number) =>
      idsOf(await db.run("losable", scripts.makeRoom, claimsOf(owner), [claimed, count(most)])),
    leave,
    /** Keeps the owner's index until the end of a challenge that will be kept longer. */
    keep: (owner: UserId, keptUntil: Instant, at: Instant): Promise<unknown> =>
      db.run("losable", scripts.keep, claimsOf(owner), [timeToLive(instant(keptUntil), at)]),
    /** Where the owner's challenges stand in the list, newest first. */
    page: async (owner: UserId, page: ListPage) => {
      const found = readList(await db.run("losable", scripts.page, claimsOf(owner), pageArgs(page))).map(readText)
      return Array.from({ length: found.length / 2 }, (_, n) => ({
        id: ChallengeId(found[2 * n] ?? ""),
        createdAt: readInstant(found[2 * n + 1])
      }))
    },
    /** All ids of an owner, oldest first. */
    allOf: async (owner: UserId) => idsOf(await db.read("ZRANGE", keys.ofOwner(owner).claims, "0", "-1")),
    /** Forgets what led to challenges that are removed. */
    forget: async (removed: ReadonlyArray<Challenge>): Promise<void> => {
      if (removed.length === 0) return
      const owners = Map.groupBy(removed, ({ userId }) => userId)
      const leaving = Array.from(owners, ([owner, theirs]) =>
        owner === null
          ? null
          : leave(
              owner,
              theirs.map(({ id }) => id)
            )
      )
      await Promise.all([release(removed), ...leaving])
    }
  }
}

const idsOf = (reply: unknown): ReadonlyArray<ChallengeId> => readList(reply).map((id) => ChallengeId(readText(id)))
