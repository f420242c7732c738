import * as Effect from "effect/Effect"
import { brokenUsers, lookThenAct, patchUser, type Saboteur, saboteur } from "./saboteur.ts"

/** One saboteur for each race of changes with a proof, and some for the plain laws. */
export const userProofSaboteurs: ReadonlyArray<Saboteur> = [
  brokenUsers("of parallel new passwords at one epoch exactly one wins, and its hash stays", (tables, { users }) => ({
    changeWithProof: (id, change, proof, at) =>
      lookThenAct(
        () => tables.users.get(id)?.user.epoch,
        (epoch) => {
          const now = tables.users.get(id)?.user.epoch ?? proof.epoch
          const isLate = change.password !== undefined && proof.revocations === null && epoch === proof.epoch
          return users.changeWithProof(id, change, isLate ? { ...proof, epoch: now } : proof, at)
        }
      )
  })),

  brokenUsers(
    "STO-03 a new hash is never seen with the old epoch, nor the old hash with the new one",
    (tables, { users }) => ({
      changeWithProof: (id, change, proof, at) =>
        Effect.gen(function* () {
          const user = yield* users.changeWithProof(id, change, proof, at)
          const row = tables.users.get(id)
          if (user === null || change.password === undefined || row === undefined) return user
          patchUser(tables, id, () => ({ ...row, passwordHash: "old", user: { ...row.user } }))
          yield* Effect.yieldNow
          patchUser(tables, id, (now) => ({ ...now, passwordHash: row.passwordHash }))
          return user
        })
    })
  ),

  brokenUsers("PWD-12 a parallel rehash never undoes a new password", (tables, { users }) => ({
    rehash: (id, { from, to }) =>
      lookThenAct(
        () => tables.users.get(id)?.passwordHash === from,
        (wasFrom) => {
          const now = tables.users.get(id)
          return users.rehash(id, { from: wasFrom ? (now?.passwordHash ?? from) : from, to })
        }
      )
  })),

  brokenUsers("SES-20 of parallel countRevocation each adds one", (tables, { users }) => ({
    countRevocation: (id) =>
      lookThenAct(
        () => tables.users.get(id)?.revocations ?? 0,
        (revocations) => {
          // Only among its like: beside other changes it counts right.
          patchUser(tables, id, (row) => (row.user.updatedAt === row.user.createdAt ? { ...row, revocations } : row))
          return users.countRevocation(id)
        }
      )
  })),

  brokenUsers("SES-20 a parallel change never undoes the count of a revocation", (tables, { users }) => ({
    changeWithProof: (id, change, proof, at) =>
      lookThenAct(
        () => tables.users.get(id)?.revocations ?? 0,
        (revocations) =>
          Effect.suspend(() => {
            const now = tables.users.get(id)?.revocations ?? 0
            patchUser(tables, id, (row) => ({ ...row, revocations }))
            return Effect.tap(users.changeWithProof(id, change, proof, at), (user) =>
              Effect.sync(() => user === null && patchUser(tables, id, (row) => ({ ...row, revocations: now })))
            )
          })
      )
  })),

  brokenUsers("a refused changeWithProof keeps no name from another user", (tables, { users }) => ({
    changeWithProof: (id, change, proof, at) =>
      Effect.gen(function* () {
        const row = tables.users.get(id)
        const wanted = change.username?.canonical ?? null
        const isFree = ![...tables.users.values()].some(({ canonicalUsername }) => canonicalUsername === wanted)
        if (row === undefined || row.user.epoch === proof.epoch || wanted === null || !isFree) {
          return yield* users.changeWithProof(id, change, proof, at)
        }
        patchUser(tables, id, (now) => ({ ...now, canonicalUsername: wanted }))
        yield* Effect.yieldNow
        yield* Effect.yieldNow
        patchUser(tables, id, (now) => ({ ...now, canonicalUsername: row.canonicalUsername }))
        return null
      })
  })),

  saboteur("SES-21 a look-up never sees the kept session in an epoch after its user's", (tables, sound) => ({
    lookupSession: (owner, hash) =>
      lookThenAct(
        () => tables.users.get(owner)?.user,
        (user) =>
          Effect.map(sound.lookupSession(owner, hash), (found) => {
            const isKept = found !== null && user !== undefined && found.session.epoch > user.epoch
            return isKept ? { ...found, user } : found
          })
      )
  })),

  brokenUsers("SES-21 a refused changeWithProof moves no session", (tables, { users }) => ({
    changeWithProof: (id, change, proof, at) =>
      Effect.suspend(() => {
        const keep = change.password?.keep ?? null
        const row = tables.users.get(id)
        if (row !== undefined && keep !== null && proof.epoch === row.user.epoch - 1) {
          for (const [hash, each] of tables.sessions.get(id) ?? []) {
            const session = { ...each.session, epoch: each.session.epoch + 1 }
            if (session.id === keep) tables.sessions.get(id)?.set(hash, { ...each, session })
          }
        }
        return users.changeWithProof(id, change, proof, at)
      })
  })),

  brokenUsers("SES-20 changeWithProof at another count of revocations is null and changes nothing", (_, { users }) => ({
    changeWithProof: (id, change, proof, at) =>
      users.changeWithProof(
        id,
        change,
        { ...proof, revocations: proof.revocations === 2 ? null : proof.revocations },
        at
      )
  })),

  brokenUsers("PWD-23 changeWithProof at another epoch is null and changes nothing", (tables, { users }) => ({
    changeWithProof: (id, change, proof, at) => {
      const epoch = tables.users.get(id)?.user.epoch ?? proof.epoch
      return users.changeWithProof(id, change, proof.epoch === epoch + 1 ? { ...proof, epoch } : proof, at)
    }
  }))
]
