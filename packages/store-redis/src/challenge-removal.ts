import { ChallengeId, type Instant, type UserId } from "@latchkey/core/store"
import type { ChallengeIndex } from "./challenge-index.ts"
import * as scripts from "./challenge-scripts.ts"
import { readChallenge } from "./challenge-text.ts"
import type { Connection, Keep } from "./connection.ts"
import type { Keys } from "./keys.ts"
import type { Script } from "./script.ts"
import { jsonLine, readList, readText } from "./values.ts"

/** So many are removed at once: the commands of one step are sent together, and no script is long. */
const STEP = 100

/** How challenges are removed: each in a script of its own, and then what led to them. */
export const challengeRemoval = (db: Connection, keys: Keys, index: ChallengeIndex) => {
  /** Runs a script of removal on each; returns those that were removed, and the ids that lead to nothing. */
  const removeEach = async (keep: Keep, script: Script, ids: ReadonlyArray<ChallengeId>, arg: string | number) => {
    const answers = await Promise.all(
      ids.map((id) => {
        const { self, ends } = keys.ofChallenge(id)
        return db.run(keep, script, [self, ends], [id, arg])
      })
    )
    const read = answers.map((answer) => readList(answer))
    const removed = read.flatMap(([, text = null]) => readChallenge(text) ?? [])
    await index.forget(removed)
    return { removed, gone: ids.filter((_, at) => read[at]?.[0] === "gone") }
  }

  /** Removes those that this owner has claimed; returns how many. */
  const remove = async (keep: Keep, ids: ReadonlyArray<ChallengeId>, owner: UserId): Promise<number> => {
    let count = 0
    for (const step of inSteps(ids)) {
      const { removed, gone } = await removeEach(keep, scripts.remove, step, jsonLine(owner))
      if (gone.length > 0) await index.leave(owner, gone)
      count += removed.length
    }
    return count
  }

  const due = async (ends: string, before: Instant, limit: number): Promise<ReadonlyArray<ChallengeId>> => {
    const range = ["-inf", String(before), "LIMIT", "0", String(limit)]
    return readList(await db.read("ZRANGEBYSCORE", ends, ...range)).map((id) => ChallengeId(readText(id)))
  }

  return {
    remove,
    removeAll: async (owner: UserId): Promise<number> => remove("lasting", await index.allOf(owner), owner),
    removeExpired: async (before: Instant, limit: number): Promise<number> => {
      const ended = (await Promise.all(keys.challengeEnds.map((ends) => due(ends, before, limit)))).flat()
      let count = 0
      for (let at = 0; at < ended.length && count < limit; ) {
        const step = ended.slice(at, at + Math.min(STEP, limit - count))
        count += (await removeEach("losable", scripts.removeExpired, step, before)).removed.length
        at += step.length
      }
      return count
    }
  }
}

const inSteps = (ids: ReadonlyArray<ChallengeId>): ReadonlyArray<ReadonlyArray<ChallengeId>> =>
  Array.from({ length: Math.ceil(ids.length / STEP) }, (_, step) => ids.slice(step * STEP, (step + 1) * STEP))
