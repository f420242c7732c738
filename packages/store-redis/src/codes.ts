import { type CodePurpose, type CodeStore, codePurposes, type UserId } from "@latchkey/core/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as scripts from "./code-scripts.ts"
import { codeText, readCode, readNewCode } from "./code-text.ts"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { restoreRows } from "./restore-rows.ts"
import { sweepOwners } from "./sweep-owners.ts"
import { timeToLive } from "./time-to-live.ts"
import { instant, jsonLine, readCount, readList } from "./values.ts"

/**
 * The one-time codes: all of a user under one key, by their purpose. Every change is one script on the keys of one owner, and therefore
 * atomic. Replicas that the store waits for have it before it counts: a lost use would let a code be used twice, and a lost code
 * may be somebody's only way back.
 */
export const redisCodes = (db: Connection, keys: Keys): CodeStore => {
  const keysOf = (owner: UserId): ReadonlyArray<string> => {
    const { codes, codeEnds } = keys.ofOwner(owner)
    return [codes, codeEnds]
  }

  /** A purpose that only a newer version knows is left to that version. */
  const all = async <A>(
    owner: UserId,
    read: (owner: UserId, purpose: CodePurpose, found: unknown) => A | null
  ): Promise<ReadonlyArray<A>> => {
    const found = readList(await db.read("HMGET", keys.ofOwner(owner).codes, ...codePurposes))
    return codePurposes.flatMap((purpose, at) => read(owner, purpose, found[at] ?? null) ?? [])
  }

  return {
    insert: (held, insertion) =>
      attempt("codes.insert", async () => {
        const { userId: owner, purpose, createdAt, expiresAt } = held.code
        const times = [instant(createdAt), instant(expiresAt)]
        const args = [owner, purpose, insertion, ...times, codeText(held), timeToLive(expiresAt, createdAt)]
        return (await db.run("lasting", scripts.insert, keysOf(owner), args)) === 1
      }),
    find: ({ owner, purpose, hash }) =>
      attempt("codes.find", async () =>
        readCode(owner, purpose, await db.read("HGET", keys.ofOwner(owner).codes, purpose), hash)
      ),
    consume: ({ owner, purpose, hash }, at) =>
      attempt("codes.consume", async () => {
        const answer = await db.run("lasting", scripts.consume, keysOf(owner), [purpose, jsonLine(hash), instant(at)])
        if (answer === null) return null
        const [text, isFirst] = readList(answer)
        const code = readCode(owner, purpose, text)
        return code === null ? null : { code, isFirst: isFirst === 1 }
      }),
    giveBack: ({ owner, purpose, hash }) =>
      attempt("codes.giveBack", async () => {
        const answer = await db.run("lasting", scripts.giveBack, keysOf(owner), [purpose, jsonLine(hash)])
        return answer === 1
      }),
    list: (owner) => attempt("codes.list", () => all(owner, readCode)),
    export: (owner) => attempt("codes.export", () => all(owner, readNewCode)),
    restore: (rows) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        attempt("codes.restore", () =>
          restoreRows(
            rows,
            ({ code }) => code.userId,
            (owner, theirs) => {
              const args = theirs.flatMap((held) => {
                const { purpose, expiresAt } = held.code
                return [purpose, instant(expiresAt), codeText(held), timeToLive(expiresAt, now)]
              })
              return db.run("lasting", scripts.restore, keysOf(owner), [owner, ...args])
            }
          )
        )
      ),
    remove: ({ owner, purpose, hash }) =>
      attempt("codes.remove", async () => {
        const answer = await db.run("lasting", scripts.remove, keysOf(owner), [purpose, jsonLine(hash)])
        return answer === 1
      }),
    removeAll: (owner) =>
      attempt("codes.removeAll", async () =>
        readCount(await db.run("lasting", scripts.removeAll, keysOf(owner), [owner]))
      ),
    removeExpired: (before, limit) =>
      attempt("codes.removeExpired", () =>
        sweepOwners(db, keys.codeEnds, before, limit, (owner, atMost) =>
          db.run("losable", scripts.removeExpired, keysOf(owner), [owner, instant(before), atMost])
        )
      )
  }
}
