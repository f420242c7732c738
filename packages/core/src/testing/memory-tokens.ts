import * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import { StoreError } from "../store/store-error.ts"
import { StoreProblem } from "../store/store-problem.ts"
import { countsBeside, isTokenPastEnd, replacedToken, tokensBeyond, usedToken } from "../token/changed-token.ts"
import { TokenAlreadyIssued, TooManyTokens } from "../token/token-errors.ts"
import type { NewToken, TokenKey, TokenStore } from "../token/token-store.ts"
import { newestFirst, pageOf } from "../vocabulary/page.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { Tables } from "./memory-tables.ts"

/** The tokens of a memory store. */
export const memoryTokens = ({ tokens }: Tables): TokenStore => {
  const rowsOf = (owner: UserId): ReadonlyArray<NewToken> => [...(tokens.get(owner)?.values() ?? [])]

  const row = ({ owner, id }: TokenKey): NewToken | undefined => rowsOf(owner).find(({ token }) => token.id === id)

  const write = ({ token, hash }: NewToken): void => {
    const owned = tokens.get(token.userId) ?? new Map()
    tokens.set(token.userId, owned.set(hash, { token: structuredClone(token), hash }))
  }

  const erase = ({ token, hash }: NewToken): void => {
    const owned = tokens.get(token.userId)
    owned?.delete(hash)
    if (owned?.size === 0) tokens.delete(token.userId)
  }

  const importedRow = (hash: NewToken["hash"]): NewToken | undefined =>
    [...tokens.values()].map((owned) => owned.get(hash)).find((found) => found?.token.isImported)

  /** Adds a token. Fails when there is no room for one more beside `others`, or when it is there already. */
  const add = (
    operation: string,
    next: NewToken,
    others: ReadonlyArray<NewToken>,
    at: Instant,
    most: number
  ): Effect.Effect<void, TooManyTokens | StoreError> => {
    const { userId: owner, id } = next.token
    if (tokens.get(owner)?.has(next.hash) || row({ owner, id }) !== undefined) {
      return Effect.fail(
        new StoreError({ operation, cause: new StoreProblem({ message: "the token is there already" }) })
      )
    }
    const counted = others.filter(({ token }) => countsBeside(token, next.token, at))
    if (counted.length >= most) return Effect.fail(new TooManyTokens({ most }))
    const beyond = tokensBeyond(
      others.map(({ token }) => token),
      next.token,
      at,
      most
    )
    others.filter(({ token }) => beyond.includes(token)).forEach(erase)
    write(next)
    return Effect.void
  }

  return {
    insert: (next, most) =>
      Effect.suspend((): Effect.Effect<void, TokenAlreadyIssued | TooManyTokens | StoreError> => {
        const { userId, id, createdAt } = next.token
        const issued = row({ owner: userId, id })
        return issued === undefined
          ? add("tokens.insert", next, rowsOf(userId), createdAt, most)
          : new TokenAlreadyIssued({ token: structuredClone(issued.token) })
      }),
    find: (owner, hash) =>
      Effect.sync(() => {
        const found = tokens.get(owner)?.get(hash)
        return found === undefined ? null : structuredClone(found.token)
      }),
    recordUse: (key, at) =>
      Effect.sync(() => {
        const found = row(key)
        const token = found === undefined ? null : usedToken(found.token, at)
        if (found === undefined || token === null) return false
        write({ ...found, token })
        return true
      }),
    rotate: (old, rotation, most) =>
      Effect.suspend(() => {
        const { next, at } = rotation
        const found = row(old)
        const replaced = found === undefined ? null : replacedToken(found.token, rotation)
        if (found === undefined || replaced === null || next.token.userId !== old.owner) return Effect.succeed(false)
        const others = rowsOf(old.owner).filter(({ hash }) => hash !== found.hash)
        return Effect.map(add("tokens.rotate", next, others, at, most), () => {
          write({ ...found, token: replaced })
          return true
        })
      }),
    list: (owner, at, page) =>
      Effect.sync(() => {
        const listed = rowsOf(owner).map(({ token }) => token)
        const live = listed.filter((token) => !isTokenPastEnd(token, at))
        return structuredClone(pageOf(live.sort(newestFirst), page))
      }),
    isThere: (key, at) =>
      Effect.sync(() => {
        const found = row(key)
        return found !== undefined && !isTokenPastEnd(found.token, at)
      }),
    revoke: (key) =>
      Effect.sync(() => {
        const found = row(key)
        if (found !== undefined) erase(found)
        return found !== undefined
      }),
    revokeAll: (owner) =>
      Effect.sync(() => {
        const rows = rowsOf(owner)
        rows.forEach(erase)
        return rows.length
      }),
    import: (next) =>
      Effect.suspend(() => {
        const { userId: owner, id } = next.token
        if (importedRow(next.hash) !== undefined) return Effect.succeed(false)
        if (tokens.get(owner)?.has(next.hash) || row({ owner, id }) !== undefined) {
          return new StoreError({
            operation: "tokens.import",
            cause: new StoreProblem({ message: "the token is there already" })
          })
        }
        write(next)
        return Effect.succeed(true)
      }),
    export: (owner, at, page) =>
      Effect.sync(() => {
        const live = rowsOf(owner).filter(({ token }) => !isTokenPastEnd(token, at))
        const listed = pageOf(live.map(({ token }) => token).sort(newestFirst), page)
        return structuredClone(listed.flatMap(({ id }) => row({ owner, id }) ?? []))
      }),
    restore: (rows) =>
      Effect.sync(() =>
        rows.map((next) => {
          const { userId: owner, id, isImported } = next.token
          const isFree = !tokens.get(owner)?.has(next.hash) && row({ owner, id }) === undefined
          if (!isFree || (isImported && importedRow(next.hash) !== undefined)) return false
          write(next)
          return true
        })
      ),
    ownerOf: (hash) => Effect.sync(() => importedRow(hash)?.token.userId ?? null),
    removeExpired: (before, limit) =>
      Effect.sync(() => {
        const all = [...tokens.keys()].flatMap(rowsOf)
        const expired = all.filter(({ token }) => isTokenPastEnd(token, before)).slice(0, limit)
        expired.forEach(erase)
        return expired.length
      })
  }
}
