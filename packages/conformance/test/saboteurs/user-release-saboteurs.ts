import * as Effect from "effect/Effect"
import { brokenUsers, lookThenAct, patchUser, type Saboteur } from "./saboteur.ts"

/** One saboteur for each race of `releaseEmail`, and some for its plain laws. */
export const userReleaseSaboteurs: ReadonlyArray<Saboteur> = [
  // Says that it took what it saw.
  brokenUsers("REC-13 of 16 parallel calls to releaseEmail exactly one takes the address", (tables, { users }) => ({
    releaseEmail: (id, canonicalEmail, at) =>
      lookThenAct(
        () => tables.users.get(id)?.canonicalEmail === canonicalEmail,
        (hadIt) =>
          Effect.map(users.releaseEmail(id, canonicalEmail, at), (released) => {
            const now = tables.users.get(id)
            return released ?? (hadIt && now?.canonicalEmail === null ? now.user : null)
          })
      )
  })),

  // Looks whether the address was proved, and then takes it.
  brokenUsers("REC-13 an address that is proved at the same moment stays, or was gone before", (tables, { users }) => ({
    releaseEmail: (id, canonicalEmail, at) =>
      lookThenAct(
        () => tables.users.get(id)?.user.isVerified === false,
        (wasUnproved) => {
          if (wasUnproved) patchUser(tables, id, (row) => ({ ...row, user: { ...row.user, isVerified: false } }))
          return users.releaseEmail(id, canonicalEmail, at)
        }
      )
  })),

  // Frees the address once more than it should, whoever has it by then.
  brokenUsers("REC-13 who gets a released address at the same moment keeps it", (tables, { users }) => ({
    releaseEmail: (id, canonicalEmail, at) =>
      Effect.tap(users.releaseEmail(id, canonicalEmail, at), () =>
        lookThenAct(
          () => tables.users.get(id)?.canonicalEmail === null,
          (wasFreed) =>
            Effect.sync(() => {
              if (!wasFreed) return
              for (const [other, row] of tables.users)
                if (row.canonicalEmail === canonicalEmail)
                  patchUser(tables, other, () => ({ ...row, canonicalEmail: null, user: { ...row.user, email: null } }))
            })
        )
      )
  })),

  // Takes an address that was proved as well.
  brokenUsers(
    [
      "REC-13 releaseEmail is null and changes nothing when the address was proved, or is another",
      "REC-13 an address that is proved at the same moment stays, or was gone before"
    ],
    (tables, { users }) => ({
      releaseEmail: (id, canonicalEmail, at) =>
        Effect.suspend(() => {
          patchUser(tables, id, (row) => ({ ...row, user: { ...row.user, isVerified: false } }))
          return users.releaseEmail(id, canonicalEmail, at)
        })
    })
  ),

  // Takes whichever address the user has.
  brokenUsers(
    [
      "REC-13 releaseEmail is null and changes nothing when the address was proved, or is another",
      "STO-05 releaseEmail takes an address of any text, and no other"
    ],
    (tables, { users }) => ({
      releaseEmail: (id, _, at) =>
        Effect.suspend(() => users.releaseEmail(id, tables.users.get(id)?.canonicalEmail ?? "", at))
    })
  ),

  // Leaves no user without a name.
  brokenUsers("REC-13 releaseEmail leaves a user whose only name it was", (tables, { users }) => ({
    releaseEmail: (id, canonicalEmail, at) =>
      Effect.tap(users.releaseEmail(id, canonicalEmail, at), (released) =>
        Effect.sync(() => {
          if (released?.username === null) tables.users.delete(id)
        })
      )
  }))
]
