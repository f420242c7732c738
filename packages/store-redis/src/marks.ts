import type { Instant, Mark, MarkStep } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import * as scripts from "./mark-scripts.ts"
import { count, instant, optionalInstant, readCount, readInstant } from "./values.ts"

/** The marks of trust: all of an account under one key. */
export const redisMarks = (db: Connection, keys: Keys) => {
  const pair = (account: string): ReadonlyArray<string> => {
    const { self, ends } = keys.ofMarks(account)
    return [self, ends]
  }

  return {
    set: async ({ account, key, until }: Mark, { at, most, replaced, keep }: MarkStep): Promise<void> => {
      const instead = [optionalInstant(replaced?.until ?? null), replaced?.key ?? ""]
      const args = [account, key, instant(until), instant(at), count(most), ...instead]
      await db.run(keep, scripts.trust, pair(account), args)
    },
    has: async ({ account, key }: Pick<Mark, "account" | "key">, at: Instant): Promise<boolean> => {
      const until = await db.read("ZSCORE", keys.ofMarks(account).self, key)
      return until !== null && instant(at) < readInstant(until)
    },
    removeExpired: async (account: string, before: Instant, limit: number): Promise<number> =>
      readCount(await db.run("losable", scripts.removeExpired, pair(account), [account, instant(before), count(limit)]))
  }
}
