import * as Effect from "effect/Effect"
import type { UserId } from "../secret/user-id.ts"
import {
  isDeadBeside,
  isSessionPastEnd,
  sessionInEpoch,
  sessionsBeyond,
  sessionWithData,
  touchedSession
} from "../session/changed-session.ts"
import type { Session } from "../session/session.ts"
import type { NewSession, SessionKey, SessionStore } from "../session/session-store.ts"
import { StoreError } from "../store/store-error.ts"
import { StoreProblem } from "../store/store-problem.ts"
import { newestFirst, pageOf } from "../vocabulary/page.ts"
import type { Tables } from "./memory-tables.ts"

/** The sessions of a memory store. */
export const memorySessions = ({ sessions }: Tables): SessionStore => {
  const rowsOf = (owner: UserId): ReadonlyArray<NewSession> => [...(sessions.get(owner)?.values() ?? [])]

  const row = ({ owner, id }: SessionKey): NewSession | undefined =>
    rowsOf(owner).find(({ session }) => session.id === id)

  const write = ({ session, hash }: NewSession): void => {
    const owned = sessions.get(session.userId) ?? new Map()
    sessions.set(session.userId, owned.set(hash, { session: structuredClone(session), hash }))
  }

  const erase = ({ session, hash }: NewSession): void => {
    const owned = sessions.get(session.userId)
    owned?.delete(hash)
    if (owned?.size === 0) sessions.delete(session.userId)
  }

  /** Writes what `next` makes of the session with this key; false when there is none, or `next` gives none. */
  const update = (key: SessionKey, next: (session: Session) => Session | null): Effect.Effect<boolean> =>
    Effect.sync(() => {
      const found = row(key)
      const session = found === undefined ? null : next(found.session)
      if (found === undefined || session === null) return false
      write({ ...found, session })
      return true
    })

  return {
    insert: (next, most) =>
      Effect.suspend(() => {
        const { userId, id } = next.session
        if (sessions.get(userId)?.has(next.hash) || row({ owner: userId, id }) !== undefined) {
          return new StoreError({
            operation: "sessions.insert",
            cause: new StoreProblem({ message: "the session is there already" })
          })
        }
        const others = rowsOf(userId)
        const ended = sessionsBeyond(
          others.map(({ session }) => session),
          next.session,
          most
        )
        others.filter(({ session }) => ended.includes(session)).forEach(erase)
        write(next)
        return Effect.succeed(ended.filter((session) => !isDeadBeside(session, next.session)).map(({ id }) => id))
      }),
    find: (owner, hash) =>
      Effect.sync(() => {
        const found = sessions.get(owner)?.get(hash)
        return found === undefined ? null : structuredClone(found.session)
      }),
    touch: (key, use) => update(key, (session) => touchedSession(session, use)),
    replace: (old, next, at) =>
      Effect.sync(() => {
        const found = row(old)
        if (found === undefined || isSessionPastEnd(found.session, at) || next.session.userId !== old.owner)
          return false
        erase(found)
        write(next)
        return true
      }),
    list: (owner, at, page) =>
      Effect.sync(() => {
        const listed = rowsOf(owner).map(({ session }) => session)
        const live = listed.filter((session) => !isSessionPastEnd(session, at))
        return structuredClone(pageOf(live.sort(newestFirst), page))
      }),
    isThere: (key, at) =>
      Effect.sync(() => {
        const found = row(key)
        return found !== undefined && !isSessionPastEnd(found.session, at)
      }),
    close: (key) =>
      Effect.sync(() => {
        const found = row(key)
        if (found !== undefined) erase(found)
        return found !== undefined
      }),
    closeAll: (owner, except) =>
      Effect.sync(() => {
        const closing = rowsOf(owner).filter(({ session }) => session.id !== except)
        closing.forEach(erase)
        return closing.length
      }),
    setData: (key, change) => update(key, (session) => sessionWithData(session, change)),
    export: (owner, at, page) =>
      Effect.sync(() => {
        const live = rowsOf(owner).filter(({ session }) => !isSessionPastEnd(session, at))
        const listed = pageOf(live.map(({ session }) => session).sort(newestFirst), page)
        return structuredClone(listed.flatMap(({ id }) => row({ owner, id }) ?? []))
      }),
    restore: (rows) =>
      Effect.sync(() =>
        rows.map((next) => {
          const { userId: owner, id } = next.session
          const isFree = !sessions.get(owner)?.has(next.hash) && row({ owner, id }) === undefined
          if (isFree) write(next)
          return isFree
        })
      ),
    setEpoch: (key, change) => update(key, (session) => sessionInEpoch(session, change)),
    removeExpired: (before, limit) =>
      Effect.sync(() => {
        const all = [...sessions.keys()].flatMap(rowsOf)
        const expired = all.filter(({ session }) => isSessionPastEnd(session, before)).slice(0, limit)
        expired.forEach(erase)
        return expired.length
      })
  }
}
