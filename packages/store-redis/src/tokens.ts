import {
  type Instant,
  isTokenPastEnd,
  type NewToken,
  type StoreError,
  StoreProblem,
  TokenAlreadyIssued,
  type TokenStore,
  TooManyTokens,
  UserId
} from "@latchkey/core/store"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { attempt, type Connection } from "./connection.ts"
import { exportRows } from "./export-rows.ts"
import { fieldOfHash, fieldOfId, type Keys } from "./keys.ts"
import { pageArgs } from "./newest-first.ts"
import { restoreRows } from "./restore-rows.ts"
import { sweepOwners } from "./sweep-owners.ts"
import * as scripts from "./token-scripts.ts"
import { readToken, tokenText } from "./token-text.ts"
import { bit, count, instant, jsonLine, readCount, readList, readOptionalText } from "./values.ts"

/**
 * The personal access tokens. Every verb is one script on the keys of one owner, and therefore atomic. Only `import` and `restore` have
 * two, because the directory must first know the owner of an imported token.
 */
export const redisTokens = (db: Connection, keys: Keys): TokenStore => {
  const { imported } = keys.directory
  const keysOf = (owner: UserId): ReadonlyArray<string> => {
    const { tokens, tokenEnds } = keys.ofOwner(owner)
    return [tokens, tokenEnds]
  }
  const keysToAdd = (owner: UserId): ReadonlyArray<string> => {
    const { user, gone } = keys.ofOwner(owner)
    return [...keysOf(owner), user, gone]
  }

  /** Notes whose the hashes of these tokens are, and returns those that are another's already. */
  const takenOf = async (rows: ReadonlyArray<NewToken>): Promise<ReadonlyArray<NewToken>> => {
    if (rows.length === 0) return []
    const claims = rows.flatMap(({ token, hash }) => [hash, token.userId])
    const owners = readList(await db.run("lasting", scripts.claim, [imported], claims))
    return rows.filter(({ token }, at) => owners[at] !== token.userId)
  }

  return {
    insert: (next, most) =>
      Effect.flatten(
        timed("tokens.insert", async (now): Promise<Exit.Exit<void, TokenAlreadyIssued | TooManyTokens>> => {
          const { userId: owner, epoch, createdAt } = next.token
          const args = [now, instant(createdAt), count(most), owner, count(epoch), ...written(next)]
          const answer = await db.run("lasting", scripts.insert, keysToAdd(owner), args)
          const issued = Array.isArray(answer) ? readToken(owner, answer[0]) : null
          return issued === null
            ? Exit.asVoid(readAnswer(answer, most))
            : Exit.fail(new TokenAlreadyIssued({ token: issued }))
        })
      ),
    find: (owner, hash) =>
      attempt("tokens.find", async () =>
        readToken(owner, await db.read("HGET", keys.ofOwner(owner).tokens, fieldOfHash(hash)))
      ),
    recordUse: ({ owner, id }, at) =>
      attempt("tokens.recordUse", async () => {
        const args = [fieldOfId(id), instant(at)]
        return (await db.run("losable", scripts.recordUse, keysOf(owner), args)) === 1
      }),
    rotate: ({ owner, id }, { next, at, oldExpiresAt }, most) =>
      Effect.flatten(
        attempt("tokens.rotate", async () => {
          if (next.token.userId !== owner) return Exit.succeed(false)
          const old = [fieldOfId(id), instant(oldExpiresAt), jsonLine(next.token.id)]
          const args = [...old, instant(at), count(most), owner, count(next.token.epoch), ...written(next)]
          return readAnswer(await db.run("lasting", scripts.rotate, keysOf(owner), args), most)
        })
      ),
    list: (owner, at, page) =>
      attempt("tokens.list", async () => {
        const live = await db.run("losable", scripts.list, keysOf(owner), [instant(at), ...pageArgs(page)])
        return readList(live).flatMap((text) => readToken(owner, text) ?? [])
      }),
    isThere: ({ owner, id }, at) =>
      attempt("tokens.isThere", async () => {
        const args = [fieldOfId(id), instant(at)]
        return (await db.run("losable", scripts.isThere, keysOf(owner), args)) === 1
      }),
    revoke: ({ owner, id }) =>
      timed("tokens.revoke", async (now) => {
        const args = [now, owner, fieldOfId(id)]
        return (await db.run("lasting", scripts.revoke, keysOf(owner), args)) === 1
      }),
    revokeAll: (owner) =>
      attempt("tokens.revokeAll", async () =>
        readCount(await db.run("lasting", scripts.revokeAll, keysOf(owner), [owner]))
      ),
    import: (next) =>
      timed("tokens.import", async (now) => {
        const { userId: owner } = next.token
        const args = [now, owner, ...written(next)]
        if ((await takenOf([next])).length > 0) return false
        return isDone(await db.run("lasting", scripts.addImported, keysToAdd(owner), args))
      }),
    export: (owner, at, page) =>
      attempt("tokens.export", async () => {
        const rows = await exportRows(db, keys.ofOwner(owner).tokens, page, (text) => {
          const token = readToken(owner, text)
          return token === null || isTokenPastEnd(token, at) ? null : token
        })
        return rows.map(({ hash, entry }) => ({ hash, token: entry }))
      }),
    restore: (rows) =>
      timed("tokens.restore", async (now) => {
        const taken = new Set(await takenOf(rows.filter(({ token }) => token.isImported)))
        return restoreRows(
          rows,
          ({ token }) => token.userId,
          async (owner, theirs) => {
            const args = theirs.flatMap((row) => [bit(taken.has(row)), ...written(row)])
            const added = await db.run("lasting", scripts.restore, keysToAdd(owner), [now, owner, ...args])
            if (added === "removed") throw new StoreProblem({ message: REMOVED })
            return added
          }
        )
      }),
    ownerOf: (hash) =>
      attempt("tokens.ownerOf", async () => {
        const owner = readOptionalText(await db.read("HGET", imported, hash))
        return owner === null ? null : UserId(owner)
      }),
    removeExpired: (before, limit) =>
      attempt("tokens.removeExpired", () =>
        sweepOwners(db, keys.tokenEnds, before, limit, (owner, atMost) =>
          db.run("losable", scripts.removeExpired, keysOf(owner), [owner, before, atMost])
        )
      )
  }
}

/** Work that needs the time, but only for a time to live. */
const timed = <A>(operation: string, work: (now: Instant) => Promise<A>): Effect.Effect<A, StoreError> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => attempt(operation, () => work(now)))

/** What a script needs to write a token. */
const written = ({ token, hash }: NewToken): ReadonlyArray<string> => [
  fieldOfHash(hash),
  fieldOfId(token.id),
  tokenText(token)
]

const readAnswer = (answer: unknown, most: number): Exit.Exit<boolean, TooManyTokens> =>
  answer === "full" ? Exit.fail(new TooManyTokens({ most })) : Exit.succeed(isDone(answer))

const isDone = (answer: unknown): boolean => {
  if (answer === "there") throw new StoreProblem({ message: "the token is there already" })
  if (answer === "removed") throw new StoreProblem({ message: REMOVED })
  return answer === "done"
}

const REMOVED = "the user was removed"
