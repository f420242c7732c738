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

  brokenUsers("an edit does not mind log-ins, passwords and endings since the user was seen", (tables, { users }) => ({
    edit: (id, seen, change, at) =>
      Effect.suspend(() => {
        const isNewer = (tables.users.get(id)?.user.lastLoginAt ?? 0) > at - 1
        return users.edit(id, isNewer ? { ...seen, username: "another" } : seen, change, at)
      })
  }))
]
