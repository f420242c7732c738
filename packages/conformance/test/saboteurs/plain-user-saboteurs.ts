import type { NewUser, User } from "@latchkey/core/store"
import { AccountNameTaken } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { brokenUsers, patchUser, type Saboteur, saboteur } from "./saboteur.ts"

/** What SQL's LIKE finds: `%` stands for any text and `_` for any letter. */
const like = (pattern: string): RegExp => {
  const literal = pattern.replace(/[\\^$.*+?()[\]{}|]/gu, "\\$&")
  return new RegExp(literal.replaceAll("%", "[^]*").replaceAll("_", "[^]"), "u")
}

const logins = (row: NewUser): ReadonlyArray<string> =>
  [row.canonicalUsername, row.canonicalEmail].filter((login) => login !== null)

/** Saboteurs of the laws of users that no race is about. */
export const plainUserSaboteurs: ReadonlyArray<Saboteur> = [
  brokenUsers(
    [
      "STO-03 an insert that fails with AccountNameTaken writes nothing",
      "of parallel inserts of one e-mail address exactly one wins, and the others' usernames stay free"
    ],
    (_, { users }) => {
      const reserved = new Set<string>()
      return {
        insert: (row) =>
          Effect.suspend(() =>
            row.canonicalUsername !== null && reserved.has(row.canonicalUsername)
              ? new AccountNameTaken({ kind: "username" })
              : users.insert(row)
          ).pipe(
            Effect.tapError((error) =>
              Effect.sync(() => {
                const isEmail = error._tag === "AccountNameTaken" && error.kind === "email"
                if (isEmail && row.canonicalUsername !== null) reserved.add(row.canonicalUsername)
              })
            )
          )
      }
    }
  ),

  brokenUsers("SET-03 setup stays complete when the first admin is removed", (tables, { users }) => {
    let first: User["id"] | null = null
    return {
      insertFirstAdmin: (row) =>
        Effect.tap(users.insertFirstAdmin(row), (isFirst) =>
          Effect.sync(() => {
            if (isFirst) first = row.user.id
          })
        ),
      remove: (id, proof) =>
        Effect.tap(users.remove(id, proof), () =>
          Effect.sync(() => {
            if (id === first) tables.isSetUp = false
          })
        )
    }
  }),

  brokenUsers(
    [
      "SES-09 a deactivation and an activation each add one to the epoch",
      "parallel changes of one user do not undo each other",
      "a parallel recordLogin does not undo a deactivation"
    ],
    (tables, { users }) => ({
      change: (id, change, at) =>
        Effect.suspend(() => {
          const wasActive = tables.users.get(id)?.user.isActive
          return Effect.map(users.change(id, change, at), (user) => {
            const row = tables.users.get(id)
            if (row === undefined || user === null) return null
            const isForgotten = user.isActive !== wasActive && change.isSuperuser === undefined
            const changed = isForgotten ? { ...user, epoch: user.epoch - 1 } : user
            tables.users.set(id, { ...row, user: changed })
            return changed
          })
        })
    })
  ),

  brokenUsers(
    "PWD-27 the demand for another password, and its end, each add one to the epoch",
    (tables, { users }) => ({
      change: (id, change, at) =>
        Effect.suspend(() => {
          const { mustChangePassword, ...others } = change
          return Effect.map(users.change(id, others, at), (user) => {
            if (user === null || mustChangePassword === undefined) return user
            const demanded = { ...user, mustChangePassword }
            patchUser(tables, id, (row) => ({ ...row, user: demanded }))
            return demanded
          })
        })
    })
  ),

  brokenUsers("an e-mail address with another canonical form becomes unverified", (tables, { users }) => ({
    change: (id, change, at) =>
      Effect.suspend(() => {
        const isVerified = change.isVerified ?? tables.users.get(id)?.user.isVerified ?? false
        return users.change(id, change.email === undefined ? change : { ...change, isVerified }, at)
      })
  })),

  brokenUsers(
    [
      "ADM-02 an inactive superuser is not one who is left",
      "ADM-02 of two superusers who deactivate each other exactly one stays",
      "ADM-02 of a superuser who demotes and one who deactivates exactly one stays",
      "BAK-01 a restored superuser completes setup, if active, and is the last one"
    ],
    (tables, { users }) => {
      const counted = <A, E>(id: User["id"], verb: Effect.Effect<A, E>): Effect.Effect<A, E> =>
        Effect.suspend(() => {
          const left = [...tables.users.values()].find(
            ({ user }) => user.isSuperuser && !user.isActive && user.id !== id
          )
          if (left === undefined) return verb
          const { user } = left
          tables.users.set(user.id, { ...left, user: { ...user, isActive: true } })
          return Effect.ensuring(
            verb,
            Effect.sync(() => tables.users.set(user.id, left))
          )
        })
      return {
        change: (id, change, at) => counted(id, users.change(id, change, at)),
        remove: (id, proof) => counted(id, users.remove(id, proof))
      }
    }
  ),

  brokenUsers("REG-10 nobody without an e-mail address is verified, whatever a change says", (tables, { users }) => ({
    change: (id, change, at) =>
      Effect.map(users.change(id, change, at), (user) => {
        if (user === null || user.email !== null || change.isVerified === undefined) return user
        const believed = { ...user, isVerified: change.isVerified }
        patchUser(tables, id, (row) => ({ ...row, user: believed }))
        return believed
      })
  })),

  brokenUsers(
    "SET-12 promote with an e-mail address gives it, verified, and frees the old one",
    (tables, { users }) => ({
      promote: (id, promotion, at) =>
        Effect.map(users.promote(id, promotion, at), (user) => {
          if (user === null || promotion.email === undefined) return user
          patchUser(tables, id, (row) => ({ ...row, user: { ...user, isVerified: false } }))
          return { ...user, isVerified: false }
        })
    })
  ),

  brokenUsers("promote makes an inactive user active", (tables, { users }) => ({
    promote: (id, change, at) =>
      Effect.suspend(() => {
        const isActive = tables.users.get(id)?.user.isActive ?? true
        return Effect.map(users.promote(id, change, at), (user) => {
          const row = tables.users.get(id)
          if (row === undefined || user === null) return null
          tables.users.set(id, { ...row, user: { ...user, isActive } })
          return { ...user, isActive }
        })
      })
  })),

  brokenUsers(
    ["recordLogin never moves the time backwards", "of parallel recordLogin the latest time stays"],
    (tables, { users }) => ({
      recordLogin: (id, lastLoginAt) =>
        Effect.andThen(
          users.recordLogin(id, lastLoginAt),
          Effect.sync(() => {
            const row = tables.users.get(id)
            if (row !== undefined) tables.users.set(id, { ...row, user: { ...row.user, lastLoginAt } })
          })
        )
    })
  ),

  brokenUsers(
    [
      "ADM-07 a query looks at canonical names alone, letter for letter",
      "STO-05 a query is taken literally: it has no wildcards"
    ],
    (_, { users }) => ({
      list: (listing) => users.list({ ...listing, query: listing.query?.toLowerCase() ?? null })
    })
  ),

  brokenUsers("STO-05 a query is taken literally: it has no wildcards", (tables, { users }) => ({
    count: ({ query, filter }) =>
      query === null || !/[%_]/.test(query)
        ? users.count({ query, filter })
        : Effect.sync(() => ({
            total: [...tables.users.values()].filter((row) => logins(row).some((login) => like(query).test(login)))
              .length,
            isExact: true
          }))
  })),

  brokenUsers(
    [
      "a refused changeWithProof leaves the names that it wanted free, and its own in use",
      "ADM-13 who is found by several names is listed and counted once"
    ],
    (tables, { users }) => ({
      count: ({ query, filter }) =>
        query === null || Object.keys(filter).length > 0
          ? users.count({ query, filter })
          : Effect.sync(() => {
              const names = [...tables.users.values()].flatMap((row) => [
                ...logins(row),
                ...logins(row).flatMap((login) => /@.*/.exec(login) ?? []),
                ...(row.user.id === query ? [query] : [])
              ])
              return { total: names.filter((name) => name.startsWith(query)).length, isExact: true }
            })
    })
  ),

  brokenUsers(
    [
      "ADM-11 a filter follows every change of roles and states",
      "BAK-01 restored users are there just as given, found by every name, and listed"
    ],
    (_, { users }) => {
      const inactive = new Set<string>()
      return {
        insert: (row) =>
          Effect.tap(users.insert(row), () => Effect.sync(() => row.user.isActive || inactive.add(row.user.id))),
        list: (listing) =>
          Effect.map(users.list(listing), (page) => ({
            ...page,
            items: listing.filter.isActive === false ? page.items.filter(({ id }) => inactive.has(id)) : page.items
          }))
      }
    }
  ),

  saboteur(
    [
      "ADM-06 removing a user removes their sessions, and nobody else's",
      "SES-05 a parallel touch never brings a removed user's session back",
      "BAK-01 a user who was removed is restored, without what was theirs"
    ],
    (tables, { users }) => ({
      users: {
        ...users,
        remove: (id, proof) =>
          Effect.suspend(() => {
            const owned = tables.sessions.get(id)
            return Effect.tap(users.remove(id, proof), () =>
              Effect.sync(() => {
                if (owned !== undefined && proof === null) tables.sessions.set(id, owned)
              })
            )
          })
      }
    })
  )
]
