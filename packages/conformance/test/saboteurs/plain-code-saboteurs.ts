import type { CodePurpose, NewCode, SecretHash, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { brokenCodes, codeOf, ownedCodes, putCode, type Saboteur, saboteur } from "./saboteur.ts"

/** Saboteurs of the laws of codes that no race is about. */
export const plainCodeSaboteurs: ReadonlyArray<Saboteur> = [
  // A code that is held again ends when it would have.
  brokenCodes(
    [
      "REC-08 insert or-prolong leaves a code that can still be used, until the later of both ends",
      "TIM-01 insert or-prolong leaves a code until just before its end",
      "every insert is that of stayingCode, whatever the states and times",
      "a code that was prolonged is used until its new end, and is purged at that, not before",
      "REC-08 of 16 parallel inserts that prolong a code the latest end stays",
      "REC-01 a parallel insert that prolongs a code never makes a used one new"
    ],
    (tables, { codes }) => ({
      insert: (held, insertion) =>
        Effect.suspend(() => {
          const before = codeOf(tables, held.code.userId, held.code.purpose)
          return Effect.tap(codes.insert(held, insertion), (isDone) =>
            Effect.sync(() => {
              if (!isDone && before !== undefined) putCode(tables, before)
            })
          )
        })
    })
  ),

  // What is given back is as new.
  brokenCodes(
    [
      "REC-01 a used code that is given back is as it was, and can be used once more",
      "what is given back leaves the codes of other purposes and users, and is that of givenBackCode",
      "REC-01 of 16 parallel calls to giveBack exactly one is true"
    ],
    (tables, { codes }) => ({
      giveBack: (key) =>
        Effect.tap(codes.giveBack(key), (isDone) =>
          Effect.sync(() => {
            const held = codeOf(tables, key.owner, key.purpose)
            if (isDone && held !== undefined)
              putCode(tables, { ...held, code: { ...held.code, createdAt: held.code.createdAt + 1 } })
          })
        )
    })
  ),

  // Gives back whichever code the user has for a purpose.
  brokenCodes(
    [
      "REC-03 only a used code is given back, and only by its user, purpose and secret",
      "REC-03 a code that is gone, or that another replaced, is not given back"
    ],
    (tables, { codes }) => ({
      giveBack: (key) =>
        Effect.suspend(() => codes.giveBack({ ...key, hash: codeOf(tables, key.owner, key.purpose)?.hash ?? key.hash }))
    })
  ),

  // A code can be used at its end.
  brokenCodes(
    [
      "TIM-01 a code is used until just before its end, and afterwards consume changes nothing",
      "TIM-01 a used code is recognised until just before its end",
      "every consume is that of consumedCode, whatever the state and time",
      "a code that was prolonged is used until its new end, and is purged at that, not before"
    ],
    (tables, { codes }) => ({
      consume: (key, at) =>
        Effect.suspend(() => {
          const end = codeOf(tables, key.owner, key.purpose)?.code.expiresAt
          return codes.consume(key, at === end ? at - 1 : at)
        })
    })
  ),

  // A code that verifies is gone when it was used: a form that is sent twice cannot be recognised.
  brokenCodes(
    [
      "REC-08 insert or-prolong leaves a code that can still be used, until the later of both ends",
      "STO-05 any text round-trips as what is known of a code, and no two are one",
      "REC-01 the first call of consume uses a code, and later ones tell that it was used",
      "a use of a code leaves those of other purposes and users",
      "REC-01 a used code that is given back is as it was, and can be used once more"
    ],
    (_, { codes }) => ({
      consume: (key, at) =>
        Effect.tap(codes.consume(key, at), (consumed) =>
          consumed?.isFirst === true && key.purpose === "verify" ? codes.remove(key) : Effect.void
        )
    })
  ),

  // Each use notes its time.
  brokenCodes(
    [
      "REC-01 the first call of consume uses a code, and later ones tell that it was used",
      "TIM-01 a used code is recognised until just before its end",
      "every consume is that of consumedCode, whatever the state and time",
      "REC-01 of 16 parallel uses of a code exactly one is first, and all tell its time"
    ],
    (tables, { codes }) => ({
      consume: (key, at) =>
        Effect.map(codes.consume(key, at), (consumed) => {
          if (consumed === null || consumed.isFirst) return consumed
          const code = { ...consumed.code, usedAt: Math.max(at, consumed.code.usedAt ?? at) }
          putCode(tables, { code, hash: key.hash })
          return { code, isFirst: false }
        })
    })
  ),

  // A code that was used once is told as used for ever.
  brokenCodes(
    [
      "TIM-01 a used code is recognised until just before its end",
      "every consume is that of consumedCode, whatever the state and time",
      "a code that was prolonged is used until its new end, and is purged at that, not before"
    ],
    (_, { codes }) => ({
      consume: (key, at) =>
        Effect.flatMap(codes.consume(key, at), (consumed) =>
          consumed !== null
            ? Effect.succeed(consumed)
            : Effect.map(codes.find(key), (code) =>
                code === null || code.usedAt === null ? null : { code, isFirst: false }
              )
        )
    })
  ),

  // Finds a code by its user and secret, whatever it is for.
  brokenCodes(
    [
      "REC-08 insert or-prolong leaves a code that can still be used, until the later of both ends",
      "REC-02 find, consume and remove need the user, the purpose and the secret of one code"
    ],
    (tables, { codes }) => ({
      find: (key) =>
        Effect.suspend(() => codes.find({ ...key, purpose: purposeOf(ownedCodes(tables, key.owner), key) }))
    })
  ),

  // Uses a code by its user and secret, whatever it is for.
  brokenCodes(
    [
      "REC-08 insert or-prolong leaves a code that can still be used, until the later of both ends",
      "REC-02 find, consume and remove need the user, the purpose and the secret of one code"
    ],
    (tables, { codes }) => ({
      consume: (key, at) =>
        Effect.suspend(() => codes.consume({ ...key, purpose: purposeOf(ownedCodes(tables, key.owner), key) }, at))
    })
  ),

  // Uses a code by its purpose and secret, whoever says so.
  brokenCodes(
    "REC-02 find, consume and remove need the user, the purpose and the secret of one code",
    (tables, { codes }) => ({
      consume: (key, at) => Effect.suspend(() => codes.consume({ ...key, owner: ownerOf(tables.codes, key) }, at))
    })
  ),

  // Finds whichever code the user has for a purpose.
  brokenCodes(
    [
      "REC-03 a new code ends the one before, whatever that was, which then opens nothing",
      "REC-08 insert or-prolong leaves a code that can still be used, until the later of both ends",
      "a code that was removed is in nobody's way",
      "REC-02 find, consume and remove need the user, the purpose and the secret of one code",
      "REC-03 of 16 parallel inserts of codes all are made, and exactly one stays"
    ],
    (tables, { codes }) => ({
      find: (key) =>
        Effect.suspend(() => codes.find({ ...key, hash: codeOf(tables, key.owner, key.purpose)?.hash ?? key.hash }))
    })
  ),

  // Removes whichever code the user has for a purpose, as if no secret were given.
  brokenCodes(
    [
      "REC-03 a new code ends the one before, whatever that was, which then opens nothing",
      "REC-02 find, consume and remove need the user, the purpose and the secret of one code",
      "REC-03 remove with the secret of an earlier code leaves the one that took its place",
      "REC-03 a parallel removal of the one before never removes a new code"
    ],
    (_, { codes }) => ({ remove: (key) => codes.remove({ ...key, hash: null }) })
  ),

  // With the secret null it removes nothing.
  brokenCodes(
    [
      "a code that was removed is in nobody's way",
      "remove without a secret removes whichever code the user has for the purpose",
      "no parallel use brings a removed code back",
      "REC-03 a code that is gone, or that another replaced, is not given back",
      "REC-03 no parallel giveBack brings a removed code back"
    ],
    (_, { codes }) => ({
      remove: (key) => (key.hash === null ? Effect.succeed(false) : codes.remove(key))
    })
  ),

  // A code that can still be used always gives way.
  brokenCodes(
    [
      "REC-08 insert or-prolong leaves a code that can still be used, until the later of both ends",
      "TIM-01 insert or-prolong leaves a code until just before its end",
      "every insert is that of stayingCode, whatever the states and times",
      "REC-08 of 16 parallel inserts or-prolong exactly one is true, and it stays",
      "of parallel inserts or-prolong in the place of a dead code exactly one is true",
      "a parallel insert or-prolong never ends the new code that replaces one",
      "a code that was prolonged is used until its new end, and is purged at that, not before",
      "REC-08 of 16 parallel inserts that prolong a code the latest end stays"
    ],
    (_, { codes }) => ({
      insert: (held) => codes.insert(held, "replace")
    })
  ),

  // A used code gives way only at its end.
  brokenCodes(
    [
      "insert or-prolong takes the place of a used code, which then opens nothing",
      "every insert is that of stayingCode, whatever the states and times",
      "of parallel inserts or-prolong in the place of a dead code exactly one is true",
      "REC-01 a parallel insert that prolongs a code never makes a used one new"
    ],
    (tables, { codes }) => ({
      insert: (held, insertion) =>
        Effect.suspend(() => {
          const before = codeOf(tables, held.code.userId, held.code.purpose)?.code
          const isKept = before !== undefined && before.usedAt !== null && held.code.createdAt < before.expiresAt
          return insertion === "or-prolong" && isKept ? Effect.succeed(false) : codes.insert(held, insertion)
        })
    })
  ),

  // A code gives way only after its end.
  brokenCodes(
    [
      "TIM-01 insert or-prolong leaves a code until just before its end",
      "every insert is that of stayingCode, whatever the states and times",
      "of parallel inserts or-prolong in the place of a dead code exactly one is true",
      "a parallel purge never removes the code that takes the place of an ended one"
    ],
    (tables, { codes }) => ({
      insert: (held, insertion) =>
        Effect.suspend(() => {
          const before = codeOf(tables, held.code.userId, held.code.purpose)?.code
          const isKept = before?.usedAt === null && held.code.createdAt === before.expiresAt
          return insertion === "or-prolong" && isKept ? Effect.succeed(false) : codes.insert(held, insertion)
        })
    })
  ),

  // A new code takes over that the one before was used, if that gave way for it.
  brokenCodes(
    [
      "insert or-prolong takes the place of a used code, which then opens nothing",
      "every insert is that of stayingCode, whatever the states and times",
      "of parallel inserts or-prolong in the place of a dead code exactly one is true",
      "REC-01 a parallel insert that prolongs a code never makes a used one new"
    ],
    (tables, { codes }) => ({
      insert: (held, insertion) =>
        Effect.suspend(() => {
          const usedAt = codeOf(tables, held.code.userId, held.code.purpose)?.code.usedAt ?? held.code.usedAt
          return codes.insert(insertion === "replace" ? held : { ...held, code: { ...held.code, usedAt } }, insertion)
        })
    })
  ),

  // Writes no address as an empty one, when the code is used.
  brokenCodes("a code without an own address has none, which is not an empty one", (tables, { codes }) => ({
    consume: (key, at) =>
      Effect.map(codes.consume(key, at), (consumed) => {
        if (consumed === null || consumed.code.ownEmail !== null || !consumed.isFirst) return consumed
        putCode(tables, { hash: key.hash, code: { ...consumed.code, ownEmail: "" } })
        return consumed
      })
  })),

  brokenCodes(
    [
      "TIM-01 removeExpired removes a code at its end, used or not, and not 1 ms before",
      "removeExpired removes at most `limit`, of any users and purposes, and no others",
      "a code that was prolonged is used until its new end, and is purged at that, not before"
    ],
    (_, { codes }) => ({
      removeExpired: (before, limit) => codes.removeExpired(before + 1, limit)
    })
  ),

  brokenCodes("removeExpired removes at most `limit`, of any users and purposes, and no others", (_, { codes }) => ({
    removeExpired: (before, limit) => codes.removeExpired(before, limit + 1)
  })),

  // Purges only what was not used.
  brokenCodes(
    [
      "TIM-01 removeExpired removes a code at its end, used or not, and not 1 ms before",
      "removeExpired removes at most `limit`, of any users and purposes, and no others",
      "ADM-06 removing a user removes their codes, and nobody else's",
      "no parallel use brings a purged code back",
      "REC-03 a code that is gone, or that another replaced, is not given back",
      "a code that was prolonged is used until its new end, and is purged at that, not before"
    ],
    (tables, { codes }) => ({
      removeExpired: (before, limit) =>
        Effect.suspend(() => {
          const used = [...tables.codes.values()]
            .flatMap((own) => [...own.values()])
            .filter(({ code }) => code.usedAt !== null && code.expiresAt <= before)
          for (const { code } of used) tables.codes.get(code.userId)?.delete(code.purpose)
          return Effect.tap(codes.removeExpired(before, limit), () =>
            Effect.sync(() => {
              for (const held of used) putCode(tables, held)
            })
          )
        })
    })
  ),

  // Purges by the first end that a user's code of a purpose had.
  brokenCodes(
    [
      "removeExpired goes by the end of the code that is there, not of one before it",
      "a parallel purge never removes the code that takes the place of an ended one",
      "a code that was prolonged is used until its new end, and is purged at that, not before"
    ],
    (tables, { codes }) => {
      const ends = new Map<string, number>()
      const nameOf = (userId: UserId, purpose: CodePurpose) => `${purpose} of ${userId}`
      return {
        insert: (held, insertion) =>
          Effect.tap(codes.insert(held, insertion), (isDone) =>
            Effect.sync(() => {
              const name = nameOf(held.code.userId, held.code.purpose)
              if (isDone) ends.set(name, Math.min(ends.get(name) ?? held.code.expiresAt, held.code.expiresAt))
            })
          ),
        removeExpired: (before, limit) =>
          Effect.suspend(() => {
            for (const own of tables.codes.values()) {
              for (const held of own.values()) {
                const end = ends.get(nameOf(held.code.userId, held.code.purpose)) ?? held.code.expiresAt
                if (end <= before)
                  putCode(tables, { ...held, code: { ...held.code, expiresAt: Math.min(end, before) } })
              }
            }
            return codes.removeExpired(before, limit)
          })
      }
    }
  ),

  // Removes only what was not used.
  brokenCodes(
    [
      "removeAll removes all codes of a user and says how many",
      "no parallel use brings a code back that removeAll removed",
      "REC-03 a code that is gone, or that another replaced, is not given back"
    ],
    (tables, { codes }) => ({
      removeAll: (owner) =>
        Effect.suspend(() => {
          const used = ownedCodes(tables, owner).filter(({ code }) => code.usedAt !== null)
          return Effect.map(codes.removeAll(owner), (count) => {
            for (const held of used) putCode(tables, held)
            return count - used.length
          })
        })
    })
  ),

  // The used codes of a user outlive them.
  saboteur(
    [
      "ADM-06 removing a user removes their codes, and nobody else's",
      "ADM-06 no parallel use brings a removed user's code back"
    ],
    (tables, { users }) => ({
      users: {
        ...users,
        remove: (id, proof) =>
          Effect.suspend(() => {
            const used = ownedCodes(tables, id).filter(({ code }) => proof === null && code.usedAt !== null)
            return Effect.tap(users.remove(id, proof), () =>
              Effect.sync(() => {
                for (const held of used) putCode(tables, held)
              })
            )
          })
      }
    })
  ),

  saboteur("a removal that fails with LastSuperuser leaves the codes", (tables, { users }) => ({
    users: {
      ...users,
      remove: (id, proof) =>
        Effect.suspend(() => {
          if (proof === null) tables.codes.delete(id)
          return users.remove(id, proof)
        })
    }
  })),

  // Removes the codes of a user whose address changes.
  saboteur("REC-02 a change of the user leaves the codes: core judges epoch and address", (tables, { users }) => ({
    users: {
      ...users,
      change: (id, change, at) =>
        Effect.tap(users.change(id, change, at), (user) =>
          Effect.sync(() => user !== null && change.email !== undefined && tables.codes.delete(id))
        )
    }
  }))
]

interface Named {
  readonly owner: UserId
  readonly purpose: CodePurpose
  readonly hash: SecretHash
}

const purposeOf = (owned: ReadonlyArray<NewCode>, { hash, purpose }: Named): CodePurpose =>
  owned.find((held) => held.hash === hash)?.code.purpose ?? purpose

const ownerOf = (
  codes: ReadonlyMap<UserId, ReadonlyMap<CodePurpose, NewCode>>,
  { owner, purpose, hash }: Named
): UserId => [...codes.keys()].find((id) => codes.get(id)?.get(purpose)?.hash === hash) ?? owner
