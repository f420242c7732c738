import { AccountNameTaken } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { plenty } from "../../src/store/laws/samples.ts"
import {
  codeOf,
  ownedChallenges,
  ownedCodes,
  ownedTokens,
  putChallenge,
  putCode,
  putToken,
  saboteur,
  tokenRow
} from "./saboteur.ts"

/**
 * Stores that keep every law, for no law thinks of the two verbs that spoil each other here: what random lists of calls are
 * for. By what they do wrong.
 */
export const quietSaboteurs = {
  "an address that was changed stays taken when its user is removed": saboteur([], (tables, { users }) => {
    const firstAddresses = new Map<string, string | null>()
    const stuck = new Set<string | null>()
    return {
      users: {
        ...users,
        insert: (row) => {
          if (stuck.has(row.canonicalEmail)) return new AccountNameTaken({ kind: "email" })
          firstAddresses.set(row.user.id, row.canonicalEmail)
          return users.insert(row)
        },
        remove: (id, proof) =>
          Effect.suspend(() => {
            const address = tables.users.get(id)?.canonicalEmail ?? null
            const isStuck = address !== null && firstAddresses.get(id) !== address
            return Effect.tap(users.remove(id, proof), () => Effect.sync(() => isStuck && stuck.add(address)))
          })
      }
    }
  }),

  "a session that took another's place outlives its user": saboteur([], (tables, { users, sessions }) => {
    const heirs = new Set<string>()
    return {
      sessions: {
        ...sessions,
        replace: (old, next, at) =>
          Effect.tap(sessions.replace(old, next, at), (isDone) => Effect.sync(() => isDone && heirs.add(next.hash)))
      },
      users: {
        ...users,
        remove: (id, proof) =>
          Effect.suspend(() => {
            const kept = [...(tables.sessions.get(id) ?? [])].filter(([hash]) => heirs.has(hash))
            return Effect.tap(users.remove(id, proof), () =>
              Effect.sync(() => kept.length > 0 && tables.sessions.set(id, new Map(kept)))
            )
          })
      }
    }
  }),

  "a session that closeAll spared is never purged": saboteur([], (tables, { sessions }) => {
    const spared = new Set<string>()
    return {
      sessions: {
        ...sessions,
        closeAll: (owner, except) =>
          Effect.tap(sessions.closeAll(owner, except), () => Effect.sync(() => except !== null && spared.add(except))),
        removeExpired: (before, limit) =>
          Effect.suspend(() => {
            const all = [...tables.sessions.values()].flatMap((owned) => [...owned.values()])
            const kept = all.filter(({ session }) => spared.has(session.id))
            return Effect.tap(sessions.removeExpired(before, limit), () =>
              Effect.forEach(kept, (row) => Effect.ignore(sessions.insert(row, plenty)))
            )
          })
      }
    }
  }),

  "a token that was used does not count to the limit": saboteur([], (tables, { tokens }) => ({
    tokens: {
      ...tokens,
      insert: (next, most) =>
        Effect.suspend(() => {
          const used = ownedTokens(tables, next.token.userId).filter(({ token }) => token.lastUsedAt !== null)
          return tokens.insert(next, most + used.length)
        })
    }
  })),

  "a token that took an imported one's place outlives its user": saboteur([], (tables, { users, tokens }) => {
    const heirs = new Set<string>()
    return {
      tokens: {
        ...tokens,
        rotate: (old, rotation, most) =>
          Effect.suspend(() => {
            const isFromImport = tokenRow(tables, old)?.token.isImported === true
            return Effect.tap(tokens.rotate(old, rotation, most), (isDone) =>
              Effect.sync(() => isDone && isFromImport && heirs.add(rotation.next.hash))
            )
          })
      },
      users: {
        ...users,
        remove: (id, proof) =>
          Effect.suspend(() => {
            const kept = ownedTokens(tables, id).filter(({ hash }) => heirs.has(hash))
            return Effect.tap(users.remove(id, proof), () =>
              Effect.sync(() => kept.map((row) => putToken(tables, row)))
            )
          })
      }
    }
  }),

  "a challenge whose approval was taken back outlives its user": saboteur([], (tables, { users, challenges }) => {
    const takenBack = new Set<string>()
    return {
      challenges: {
        ...challenges,
        decide: (key, decision, at) =>
          Effect.suspend(() => {
            const wasApproved = tables.challenges.get(key.id)?.challenge.state === "approved"
            return Effect.tap(challenges.decide(key, decision, at), (decided) =>
              Effect.sync(() => wasApproved && decided?.challenge.state === "denied" && takenBack.add(key.id))
            )
          })
      },
      users: {
        ...users,
        remove: (id, proof) =>
          Effect.suspend(() => {
            const kept = ownedChallenges(tables, id).filter(({ challenge }) => takenBack.has(challenge.id))
            return Effect.tap(users.remove(id, proof), () =>
              Effect.sync(() => kept.map((held) => putChallenge(tables, held)))
            )
          })
      }
    }
  }),

  "a challenge that was polled too early is not removed with the others": saboteur([], (tables, { challenges }) => {
    const early = new Set<string>()
    return {
      challenges: {
        ...challenges,
        poll: (secret, at) =>
          Effect.tap(challenges.poll(secret, at), (polled) =>
            Effect.sync(() => polled?.isEarly === true && early.add(secret.id))
          ),
        removeAll: (owner) =>
          Effect.suspend(() => {
            const kept = ownedChallenges(tables, owner).filter(({ challenge }) => early.has(challenge.id))
            return Effect.tap(challenges.removeAll(owner), () =>
              Effect.sync(() => kept.map((held) => putChallenge(tables, held)))
            )
          })
      }
    }
  }),

  "a code that took a used one's place outlives its user": saboteur([], (tables, { users, codes }) => {
    const heirs = new Set<string>()
    return {
      codes: {
        ...codes,
        insert: (held, insertion) =>
          Effect.suspend(() => {
            const before = codeOf(tables, held.code.userId, held.code.purpose)?.code
            return Effect.tap(codes.insert(held, insertion), (isDone) =>
              Effect.sync(() => isDone && before !== undefined && before.usedAt !== null && heirs.add(held.hash))
            )
          })
      },
      users: {
        ...users,
        remove: (id, proof) =>
          Effect.suspend(() => {
            const kept = ownedCodes(tables, id).filter(({ hash }) => heirs.has(hash))
            return Effect.tap(users.remove(id, proof), () =>
              Effect.sync(() => kept.map((held) => putCode(tables, held)))
            )
          })
      }
    }
  }),

  "a used code of a user who lost their credentials is not told as used": saboteur([], (tables, { users, codes }) => {
    const ended = new Set<string>()
    return {
      users: {
        ...users,
        endCredentials: (id, at) => Effect.tap(users.endCredentials(id, at), () => Effect.sync(() => ended.add(id)))
      },
      codes: {
        ...codes,
        consume: (key, at) =>
          Effect.suspend(() => {
            const isUsed = codeOf(tables, key.owner, key.purpose)?.code.usedAt !== null
            return isUsed && ended.has(key.owner) ? Effect.succeed(null) : codes.consume(key, at)
          })
      }
    }
  })
}
