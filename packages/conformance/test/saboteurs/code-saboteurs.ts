import type { CodeInsertion, CodeStore, NewCode, SecretHash, StoreShape } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { brokenCodes, codeOf, lookThenAct, ownedCodes, putCode, type Saboteur, saboteur } from "./saboteur.ts"

/** How each code was inserted, by its hash. */
const notingInserts = ({ codes }: StoreShape) => {
  const by = new Map<SecretHash, CodeInsertion>()
  const insert: CodeStore["insert"] = (held, insertion) =>
    Effect.suspend(() => {
      by.set(held.hash, insertion)
      return codes.insert(held, insertion)
    })
  return { by, insert }
}

/** An insert that looks first and then overwrites what it did not see, if that came in one certain way. */
const insertOverwrites = (
  breaks: string,
  came: CodeInsertion,
  isOn: (seen: NewCode | undefined) => boolean
): Saboteur =>
  brokenCodes(breaks, (tables, sound) => {
    const { by, insert } = notingInserts(sound)
    return {
      insert: (held, insertion) =>
        insertion === "replace"
          ? insert(held, insertion)
          : lookThenAct(
              () => codeOf(tables, held.code.userId, held.code.purpose),
              (seen) => {
                const now = codeOf(tables, held.code.userId, held.code.purpose)
                const isMissed = now !== undefined && now.hash !== seen?.hash && by.get(now.hash) === came
                if (!isMissed || !isOn(seen)) return insert(held, insertion)
                return Effect.sync(() => {
                  putCode(tables, held)
                  return true
                })
              }
            )
    }
  })

const isDead = (seen: NewCode | undefined): boolean =>
  seen !== undefined && (seen.code.usedAt !== null || seen.code.expiresAt < seen.code.createdAt + 120_000)

/** A verb that removes codes. */
type Ending = "remove" | "removeAll" | "removeExpired" | "removeUser"

/** A use that writes back what it read, though the code was removed meanwhile in one certain way. */
const useBringsBack = (breaks: string, ending: Ending): Saboteur =>
  saboteur(breaks, (tables, { users, codes }) => {
    const ended = new Set<SecretHash>()
    const note = <A, E>(by: Ending, verb: Effect.Effect<A, E>) =>
      Effect.suspend(() => {
        const before = hashesOf(tables)
        return Effect.tap(verb, () =>
          Effect.sync(() => {
            const after = new Set(hashesOf(tables))
            for (const hash of before) if (by === ending && !after.has(hash)) ended.add(hash)
          })
        )
      })
    const consume: CodeStore["consume"] = (key, at) =>
      lookThenAct(
        () => codeOf(tables, key.owner, key.purpose),
        (seen) => {
          const isMissed = seen?.hash === key.hash && ended.has(key.hash)
          if (isMissed && codeOf(tables, key.owner, key.purpose) === undefined) putCode(tables, seen)
          return codes.consume(key, at)
        }
      )
    return {
      users: { ...users, remove: (id, proof) => note("removeUser", users.remove(id, proof)) },
      codes: {
        ...codes,
        consume,
        remove: (key) => note("remove", codes.remove(key)),
        removeAll: (owner) => note("removeAll", codes.removeAll(owner)),
        removeExpired: (...args) => note("removeExpired", codes.removeExpired(...args))
      }
    }
  })

const hashesOf = (tables: Tables): ReadonlyArray<SecretHash> =>
  [...tables.codes.values()].flatMap((owned) => [...owned.values()].map(({ hash }) => hash))

const isUsed = (held: NewCode | undefined, hash: SecretHash): boolean =>
  held?.hash === hash && held.code.usedAt !== null

/** A giveBack that writes back what it read, though the code was removed or replaced meanwhile. */
const giveBackBringsBack = (breaks: string, became: "replaced" | "removed"): Saboteur =>
  brokenCodes(breaks, (tables, { codes }) => ({
    giveBack: (key) =>
      lookThenAct(
        () => codeOf(tables, key.owner, key.purpose),
        (seen) => {
          const now = codeOf(tables, key.owner, key.purpose)
          const isMissed = became === "removed" ? now === undefined : now !== undefined && now.hash !== key.hash
          if (seen === undefined || !isUsed(seen, key.hash) || !isMissed) return codes.giveBack(key)
          return Effect.sync(() => {
            putCode(tables, { ...seen, code: { ...seen.code, usedAt: null } })
            return true
          })
        }
      )
  }))

/** One saboteur for each race of codes, and one for a plain law. */
export const codeSaboteurs: ReadonlyArray<Saboteur> = [
  brokenCodes(
    "REC-01 of 16 parallel uses of a code exactly one is first, and all tell its time",
    (tables, { codes }) => ({
      consume: (key, at) =>
        lookThenAct(
          () => codeOf(tables, key.owner, key.purpose)?.code.usedAt === null,
          (wasUnused) =>
            Effect.map(codes.consume(key, at), (consumed) =>
              consumed === null ? null : { ...consumed, isFirst: wasUnused }
            )
        )
    })
  ),

  // Removes the one that it saw, and adds the new one: of two that saw the same, both stay.
  brokenCodes("REC-03 of 16 parallel inserts of codes all are made, and exactly one stays", (tables, sound) => {
    const { by, insert } = notingInserts(sound)
    const stayed = new Map<SecretHash, NewCode>()
    return {
      insert: (held, insertion) =>
        lookThenAct(
          () => codeOf(tables, held.code.userId, held.code.purpose),
          (seen) => {
            const now = codeOf(tables, held.code.userId, held.code.purpose)
            const isMissed = now !== undefined && now.hash !== seen?.hash && by.get(now.hash) === "replace"
            if (isMissed && insertion === "replace") stayed.set(now.hash, now)
            return insert(held, insertion)
          }
        ),
      find: (key) => Effect.map(sound.codes.find(key), (code) => code ?? stayed.get(key.hash)?.code ?? null)
    }
  }),

  insertOverwrites(
    "REC-08 of 16 parallel inserts or-prolong exactly one is true, and it stays",
    "or-prolong",
    (seen) => seen === undefined
  ),

  insertOverwrites(
    "of parallel inserts or-prolong in the place of a dead code exactly one is true",
    "or-prolong",
    isDead
  ),

  insertOverwrites("a parallel insert or-prolong never ends the new code that replaces one", "replace", () => true),

  // A user's codes are one value, which is written back as it was read.
  brokenCodes("parallel inserts of codes of all purposes and of several users all stay", (tables, { codes }) => ({
    insert: (held, insertion) =>
      lookThenAct(
        () => new Set(ownedCodes(tables, held.code.userId).map(({ code }) => code.purpose)),
        (seen) => {
          for (const { code } of ownedCodes(tables, held.code.userId)) {
            const isMissed = !seen.has(code.purpose) && code.purpose !== held.code.purpose
            if (isMissed) tables.codes.get(code.userId)?.delete(code.purpose)
          }
          return codes.insert(held, insertion)
        }
      )
  })),

  brokenCodes("REC-03 a parallel use never brings back the code that a new one ended", (tables, { codes }) => ({
    consume: (key, at) =>
      lookThenAct(
        () => codeOf(tables, key.owner, key.purpose),
        (seen) => {
          const now = codeOf(tables, key.owner, key.purpose)
          const isMissed = seen?.hash === key.hash && now !== undefined && now.hash !== key.hash
          if (isMissed) putCode(tables, seen)
          return codes.consume(key, at)
        }
      )
  })),

  useBringsBack("no parallel use brings a removed code back", "remove"),
  useBringsBack("no parallel use brings a code back that removeAll removed", "removeAll"),
  useBringsBack("no parallel use brings a purged code back", "removeExpired"),
  useBringsBack("ADM-06 no parallel use brings a removed user's code back", "removeUser"),

  brokenCodes("of 16 parallel removals of a code exactly one is true", (tables, { codes }) => ({
    remove: (key) =>
      lookThenAct(
        () => codeOf(tables, key.owner, key.purpose) !== undefined,
        (wasThere) => {
          const isThere = codeOf(tables, key.owner, key.purpose) !== undefined
          return wasThere && !isThere ? Effect.succeed(true) : codes.remove(key)
        }
      )
  })),

  // Looks whether it is the one, and then removes whichever there is.
  brokenCodes("REC-03 a parallel removal of the one before never removes a new code", (tables, { codes }) => ({
    remove: (key) =>
      lookThenAct(
        () => key.hash === codeOf(tables, key.owner, key.purpose)?.hash,
        (wasIt) => codes.remove(wasIt ? { ...key, hash: null } : key)
      )
  })),

  // Removes by a list that was read before.
  brokenCodes("a parallel purge never removes the code that takes the place of an ended one", (tables, { codes }) => ({
    removeExpired: (before, limit) =>
      lookThenAct(
        () => allCodes(tables).filter(({ code }) => code.expiresAt <= before),
        (seen) =>
          Effect.map(
            Effect.forEach(seen.slice(0, limit), ({ code }) =>
              codes.remove({ owner: code.userId, purpose: code.purpose, hash: null })
            ),
            (removed) => removed.filter(Boolean).length
          )
      )
  })),

  brokenCodes("parallel calls to removeAll count each code once", (tables, { codes }) => ({
    removeAll: (owner) =>
      lookThenAct(
        () => ownedCodes(tables, owner).length,
        (seen) => Effect.map(codes.removeAll(owner), (count) => Math.max(seen, count))
      )
  })),

  brokenCodes("a parallel removeAll counts a new code exactly if it removes it", (tables, { codes }) => ({
    removeAll: (owner) =>
      lookThenAct(
        () => ownedCodes(tables, owner).length,
        (seen) => Effect.map(codes.removeAll(owner), (count) => Math.min(seen, count))
      )
  })),

  // Writes the end that it computed from the one that it read.
  brokenCodes("REC-08 of 16 parallel inserts that prolong a code the latest end stays", (tables, { codes }) => ({
    insert: (held, insertion) =>
      lookThenAct(
        () => codeOf(tables, held.code.userId, held.code.purpose),
        (seen) =>
          Effect.tap(codes.insert(held, insertion), (isDone) =>
            Effect.sync(() => {
              const now = codeOf(tables, held.code.userId, held.code.purpose)
              if (isDone || seen === undefined || now === undefined || seen.hash !== now.hash) return
              putCode(tables, {
                ...now,
                code: { ...now.code, expiresAt: Math.max(seen.code.expiresAt, held.code.expiresAt) }
              })
            })
          )
      )
  })),

  // Writes back the code that it read, with another end.
  brokenCodes("REC-01 a parallel insert that prolongs a code never makes a used one new", (tables, { codes }) => ({
    insert: (held, insertion) =>
      lookThenAct(
        () => codeOf(tables, held.code.userId, held.code.purpose),
        (seen) => {
          const now = codeOf(tables, held.code.userId, held.code.purpose)
          const isMissed = seen !== undefined && seen.hash === now?.hash && seen.code.usedAt !== now.code.usedAt
          if (insertion === "replace" || !isMissed) return codes.insert(held, insertion)
          return Effect.sync(() => {
            putCode(tables, seen)
            return false
          })
        }
      )
  })),

  brokenCodes("REC-01 of 16 parallel calls to giveBack exactly one is true", (tables, { codes }) => ({
    giveBack: (key) =>
      lookThenAct(
        () => isUsed(codeOf(tables, key.owner, key.purpose), key.hash),
        (wasUsed) => {
          const now = codeOf(tables, key.owner, key.purpose)
          const isMissed = wasUsed && now?.hash === key.hash && now.code.usedAt === null
          return isMissed ? Effect.succeed(true) : codes.giveBack(key)
        }
      )
  })),

  giveBackBringsBack("REC-03 a parallel giveBack never brings back the code that a new one ended", "replaced"),
  giveBackBringsBack("REC-03 no parallel giveBack brings a removed code back", "removed"),

  // Tidies the address up.
  brokenCodes("STO-05 any text round-trips as what is known of a code, and no two are one", (_, { codes }) => ({
    insert: ({ code, hash }, insertion) =>
      codes.insert({ hash, code: { ...code, email: { ...code.email, typed: code.email.typed.trim() } } }, insertion)
  }))
]

const allCodes = (tables: Tables): ReadonlyArray<NewCode> =>
  [...tables.codes.values()].flatMap((own) => [...own.values()])
