import type { User } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { brokenUsers, lookThenAct, type Saboteur } from "./saboteur.ts"

/** One saboteur for each race of lists, and one for an order that no random names show. */
export const userListSaboteurs: ReadonlyArray<Saboteur> = [
  brokenUsers("ADM-12 of parallel inserts each is listed and counted once", (tables, { users }) => {
    let known = 0
    const recount = Effect.sync(() => {
      known = tables.users.size
    })
    return {
      insert: (row) =>
        lookThenAct(
          () => tables.users.size,
          (before) =>
            Effect.tap(users.insert(row), () =>
              Effect.sync(() => {
                known = before + 1
              })
            )
        ),
      insertFirstAdmin: (row) => Effect.tap(users.insertFirstAdmin(row), () => recount),
      remove: (...args) => Effect.tap(users.remove(...args), () => recount),
      count: (search) =>
        search.query === null && Object.keys(search.filter).length === 0
          ? Effect.sync(() => ({ total: known, isExact: true }))
          : users.count(search)
    }
  }),

  brokenUsers(
    "ADM-12 after parallel changes of a user's name they are found by the one that stays alone",
    (tables, { users }) => {
      const missed = new Set<string>()
      return {
        change: (id, change, at) =>
          lookThenAct(
            () => tables.users.get(id),
            (seen) => {
              if (seen !== tables.users.get(id)) missed.add(id)
              return users.change(id, change, at)
            }
          ),
        list: (listing) =>
          Effect.map(users.list(listing), (page) => ({
            ...page,
            items: listing.query === null ? page.items : page.items.filter(({ id }) => !missed.has(id))
          }))
      }
    }
  ),

  brokenUsers("ADM-12 who is renamed while others list is on each list of all users once", (tables, { users }) => {
    const renamed = new Set<string>()
    return {
      change: (id, change, at) =>
        Effect.suspend(() => {
          if (change.username !== undefined) renamed.add(id)
          return Effect.ensuring(
            Effect.andThen(Effect.yieldNow, users.change(id, change, at)),
            Effect.sync(() => renamed.delete(id))
          )
        }),
      list: (listing) =>
        Effect.map(users.list(listing), (page) => ({
          ...page,
          items: page.items.filter(({ id }) => !renamed.has(id) || tables.users.size < 2)
        }))
    }
  }),

  brokenUsers("ADM-12 who is removed while they are renamed is in no list, by neither name", (tables, { users }) => {
    const ghosts = new Map<string, User>()
    return {
      change: (id, change, at) =>
        Effect.tap(users.change(id, change, at), (user) =>
          Effect.andThen(
            Effect.yieldNow,
            Effect.sync(() => user !== null && !tables.users.has(id) && ghosts.set(id, user))
          )
        ),
      list: (listing) =>
        Effect.map(users.list(listing), (page) =>
          listing.query === null ? { ...page, items: [...page.items, ...ghosts.values()] } : page
        )
    }
  }),

  brokenUsers("ADM-13 names are in the order of their UTF-8", (_, { users }) => ({
    list: (listing) =>
      listing.query === "<"
        ? Effect.map(users.list({ ...listing, after: null, limit: 500 }), ({ items }) => ({
            items: items.toSorted((a, b) => ((a.username ?? "") < (b.username ?? "") ? -1 : 1)),
            next: null
          }))
        : users.list(listing)
  }))
]
