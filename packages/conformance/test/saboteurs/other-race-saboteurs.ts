import type { NewUser } from "@latchkey/core/store"
import { countAttempt, takeBackAttempt } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import {
  brokenAttempts,
  lookThenAct,
  ownedRows,
  ownedTokens,
  putSession,
  putToken,
  type Saboteur,
  saboteur
} from "./saboteur.ts"

/** One saboteur for each race of attempts and of look-ups. */
export const otherRaceSaboteurs: ReadonlyArray<Saboteur> = [
  brokenAttempts(
    "RAT-01 of 100 parallel attempts at a bucket with 10 free ones exactly 10 pass",
    ({ buckets }, { attempts }) => ({
      hit: (hit, at) =>
        lookThenAct(
          () => hit.every(({ key, limit }) => countAttempt(buckets.get(key) ?? null, limit, at) !== null),
          (wasOpen) =>
            Effect.map(attempts.hit(hit, at), (opens) =>
              wasOpen && hit.length === 1 && hit.every(({ key }) => buckets.has(key)) ? null : opens
            )
        )
    })
  ),

  brokenAttempts(
    "RAT-01 parallel attempts at several buckets are counted in each until one is shut",
    ({ buckets }, { attempts }) => ({
      hit: (hit, at) =>
        lookThenAct(
          () => hit.every(({ key, limit }) => countAttempt(buckets.get(key) ?? null, limit, at) !== null),
          (wereOpen) =>
            wereOpen && hit.length > 1
              ? Effect.as(
                  Effect.forEach(hit, (one) => attempts.hit([one], at)),
                  null
                )
              : attempts.hit(hit, at)
        )
    })
  ),

  brokenAttempts(
    "RAT-10 of 16 parallel takings back exactly 16 attempts are taken back",
    ({ buckets }, { attempts }) => ({
      takeBack: (taken, at) =>
        taken.some(({ key }) => !buckets.has(key))
          ? attempts.takeBack(taken, at)
          : lookThenAct(
              () =>
                taken.map(({ key, limit }) => ({ key, next: takeBackAttempt(buckets.get(key) ?? null, limit, at) })),
              (seen) =>
                Effect.sync(() => {
                  for (const { key, next } of seen) next === null ? buckets.delete(key) : buckets.set(key, next)
                })
            )
    })
  ),

  brokenAttempts("RAT-01 a parallel purge never loses an attempt", ({ buckets }, { attempts }) => ({
    removeExpired: (before, limit) =>
      lookThenAct(
        () => [...buckets].filter(([, { forgetAt }]) => forgetAt <= before).slice(0, limit),
        (seen) => {
          const removed = seen.filter(([key]) => buckets.delete(key)).length
          return Effect.map(attempts.removeExpired(before, limit - removed), (more) => removed + more)
        }
      )
  })),

  saboteur("ADM-06 a session inserted while its user is removed opens nothing", (tables, sound) => {
    const ghosts = new Map<string, NewUser>()
    return {
      users: {
        ...sound.users,
        remove: (id, proof) =>
          lookThenAct(
            () => ({ row: tables.users.get(id), sessions: ownedRows(tables, id) }),
            ({ row, sessions }) => {
              const late = ownedRows(tables, id).filter(({ hash }) => !sessions.some((early) => early.hash === hash))
              return Effect.tap(sound.users.remove(id, proof), (wasThere) =>
                Effect.sync(() => {
                  if (wasThere && row !== undefined) ghosts.set(id, row)
                  for (const session of late) if (wasThere) putSession(tables, session)
                })
              )
            }
          )
      },
      lookupSession: (owner, hash) =>
        Effect.map(sound.lookupSession(owner, hash), (found) => {
          const ghost = ghosts.get(owner)
          const session = tables.sessions.get(owner)?.get(hash)
          return found ?? (ghost && session ? { user: ghost.user, session: session.session } : null)
        })
    }
  }),

  saboteur("ADM-06 a token inserted while its user is removed opens nothing", (tables, sound) => {
    const ghosts = new Map<string, NewUser>()
    return {
      users: {
        ...sound.users,
        remove: (id, proof) =>
          lookThenAct(
            () => ({ row: tables.users.get(id), tokens: ownedTokens(tables, id) }),
            ({ row, tokens }) => {
              const late = ownedTokens(tables, id).filter(({ hash }) => !tokens.some((early) => early.hash === hash))
              return Effect.tap(sound.users.remove(id, proof), (wasThere) =>
                Effect.sync(() => {
                  if (wasThere && row !== undefined) ghosts.set(id, row)
                  for (const token of late) if (wasThere) putToken(tables, token)
                })
              )
            }
          )
      },
      lookupToken: (owner, hash) =>
        Effect.map(sound.lookupToken(owner, hash), (found) => {
          const ghost = ghosts.get(owner)
          const token = tables.tokens.get(owner)?.get(hash)
          return found ?? (ghost && token ? { user: ghost.user, token: token.token } : null)
        })
    }
  })
]
