import { isAsSeen } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { brokenUsers, lookThenAct, type Saboteur } from "./saboteur.ts"

/** Saboteurs of edits. */
export const userEditSaboteurs: ReadonlyArray<Saboteur> = [
  brokenUsers("ADM-15 of parallel edits that saw the same exactly one wins", (tables, { users }) => ({
    edit: (id, seen, change, at) =>
      lookThenAct(
        () => tables.users.get(id)?.user,
        (before) => {
          const now = tables.users.get(id)?.user
          const wasSeen = before !== undefined && isAsSeen(before, seen)
          return users.edit(id, wasSeen && now !== undefined ? now : seen, change, at)
        }
      )
  })),

  brokenUsers("ADM-15 an edit of a user whose fields are not as seen changes nothing", (tables, { users }) => ({
    edit: (id, seen, change, at) =>
      Effect.suspend(() =>
        users.edit(id, { ...seen, isActive: tables.users.get(id)?.user.isActive ?? true }, change, at)
      )
  })),

  brokenUsers("ADM-19 a change that ends codes ends all of the user's, and others' stay", (_, { users }) => ({
    change: (id, { codes: _, ...change }, at) => users.change(id, change, at)
  })),

  brokenUsers("ADM-19 a change that ends codes ends all of the user's, and others' stay", (tables, { users }) => ({
    edit: (id, seen, change, at) =>
      Effect.tap(users.edit(id, seen, change, at), () =>
        Effect.sync(() => {
          if (change.codes === "end") tables.codes.clear()
        })
      )
  })),

  brokenUsers("ADM-19 a change that is refused ends no code", (tables, { users }) => ({
    edit: (id, seen, change, at) =>
      Effect.suspend(() => {
        if (change.codes === "end") tables.codes.delete(id)
        return users.edit(id, seen, change, at)
      })
  })),

  brokenUsers("an edit does not mind log-ins, passwords and endings since the user was seen", (tables, { users }) => ({
    edit: (id, seen, change, at) =>
      Effect.suspend(() => {
        const isNewer = (tables.users.get(id)?.user.lastLoginAt ?? 0) > at - 1
        return users.edit(id, isNewer ? { ...seen, username: "another" } : seen, change, at)
      })
  }))
]
