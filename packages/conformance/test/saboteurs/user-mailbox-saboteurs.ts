import * as Effect from "effect/Effect"
import { brokenUsers, lookThenAct, patchUser, type Saboteur } from "./saboteur.ts"

/** One saboteur for each race of changes by a code from a mailbox. */
export const userMailboxSaboteurs: ReadonlyArray<Saboteur> = [
  // Compares the address before the write.
  brokenUsers("REC-02 of 16 parallel changes at one address exactly one is made", (tables, { users }) => ({
    changeWithProof: (id, change, { canonicalEmail, ...proof }, at) =>
      lookThenAct(
        () => canonicalEmail === undefined || tables.users.get(id)?.canonicalEmail === canonicalEmail,
        (didFit) => {
          const isLate = didFit && change.email !== undefined && canonicalEmail !== undefined
          if (isLate || canonicalEmail === undefined) return users.changeWithProof(id, change, proof, at)
          return users.changeWithProof(id, change, { ...proof, canonicalEmail }, at)
        }
      )
  })),

  brokenUsers(
    "REC-02 a parallel change of the address is never followed by a change at the former",
    (tables, { users }) => ({
      changeWithProof: (id, change, { canonicalEmail, ...proof }, at) =>
        lookThenAct(
          () => canonicalEmail === undefined || tables.users.get(id)?.canonicalEmail === canonicalEmail,
          (didFit) => {
            // Not where a proof of the address comes along, which is another law.
            const isReset = change.password !== undefined && change.isVerified === undefined
            const isLate = didFit && isReset && canonicalEmail !== undefined
            if (isLate || canonicalEmail === undefined) return users.changeWithProof(id, change, proof, at)
            return users.changeWithProof(id, change, { ...proof, canonicalEmail }, at)
          }
        )
    })
  )
]

/** Saboteurs of the plain laws of such changes. */
export const plainMailboxSaboteurs: ReadonlyArray<Saboteur> = [
  // Takes null, the proof that there is no address, for no proof.
  brokenUsers(
    [
      "REC-02 changeWithProof at another address is null, changes nothing, and leaves names free",
      "REC-02 changeWithProof compares the canonical address as it is now, and null with none"
    ],
    (_, { users }) => ({
      changeWithProof: (id, change, { canonicalEmail, ...proof }, at) =>
        users.changeWithProof(id, change, canonicalEmail == null ? proof : { ...proof, canonicalEmail }, at)
    })
  ),

  // Does not compare the address.
  brokenUsers(
    [
      "REC-02 changeWithProof at another address is null, changes nothing, and leaves names free",
      "REC-02 changeWithProof at an address is null for a user who has none",
      "REC-02 changeWithProof compares the canonical address as it is now, and null with none",
      "REC-02 of 16 parallel changes at one address exactly one is made",
      "REC-02 a parallel change of the address is never followed by a change at the former",
      "REC-13 an address that is proved at the same moment stays, or was gone before"
    ],
    (_, { users }) => ({
      changeWithProof: (id, change, { canonicalEmail: _, ...proof }, at) => users.changeWithProof(id, change, proof, at)
    })
  ),

  // Compares the address as it was typed.
  brokenUsers(
    [
      "REC-02 changeWithProof at another address is null, changes nothing, and leaves names free",
      "REC-02 changeWithProof compares the canonical address as it is now, and null with none",
      "REC-02 an address that fits helps no proof of another epoch or count",
      "REC-02 of 16 parallel changes at one address exactly one is made"
    ],
    (tables, { users }) => ({
      changeWithProof: (id, change, { canonicalEmail, ...proof }, at) =>
        Effect.suspend(() => {
          if (canonicalEmail === undefined) return users.changeWithProof(id, change, proof, at)
          const typed = tables.users.get(id)?.user.email ?? null
          return typed === canonicalEmail ? users.changeWithProof(id, change, proof, at) : Effect.succeed(null)
        })
    })
  ),

  // Verifies no address that the change brings.
  brokenUsers(
    [
      "changeWithProof verifies the address, also one that it brings",
      "REG-10 changeWithProof verifies nobody without an e-mail address",
      "REC-08 changeWithProof that takes the password away adds one to the epoch, and leaves none",
      "REC-02 of 16 parallel changes at one address exactly one is made",
      "REC-13 an address that was released is free, and its user can have another"
    ],
    (_, { users }) => ({
      changeWithProof: (id, { isVerified, ...change }, proof, at) =>
        users.changeWithProof(
          id,
          isVerified === undefined || change.email !== undefined ? change : { ...change, isVerified },
          proof,
          at
        )
    })
  ),

  // Verifies whoever has no address.
  brokenUsers("REG-10 changeWithProof verifies nobody without an e-mail address", (tables, { users }) => ({
    changeWithProof: (id, change, proof, at) =>
      Effect.map(users.changeWithProof(id, change, proof, at), (user) => {
        if (user === null || user.email !== null || change.isVerified === undefined) return user
        const believed = { ...user, isVerified: change.isVerified }
        patchUser(tables, id, (row) => ({ ...row, user: believed }))
        return believed
      })
  })),

  // Takes null for a password that stays, as a query that leaves out what is null does.
  brokenUsers(
    "REC-08 changeWithProof that takes the password away adds one to the epoch, and leaves none",
    (tables, { users }) => ({
      changeWithProof: (id, change, proof, at) => {
        const before = tables.users.get(id)?.passwordHash ?? null
        return Effect.tap(users.changeWithProof(id, change, proof, at), (user) =>
          Effect.sync(() => {
            if (user !== null && change.password?.hash === null)
              patchUser(tables, id, (row) => ({ ...row, passwordHash: before }))
          })
        )
      }
    })
  )
]
