import * as Effect from "effect/Effect"
import type { User } from "../../user/user.ts"
import { brokenUsers, type Saboteur, saboteur } from "./saboteur.ts"

/** Saboteurs of the laws of users that no race is about. */
export const plainUserSaboteurs: ReadonlyArray<Saboteur> = [
  brokenUsers("STO-03 an insert that fails with LoginTaken writes nothing", (tables, { users }) => {
    const reserved = new Set<string>()
    return {
      insert: (row) =>
        Effect.suspend(() => {
          const isReserved = row.canonicalUsername !== null && reserved.has(row.canonicalUsername)
          return users.insert(
            isReserved ? { ...row, canonicalUsername: [...tables.users.values()][0]?.canonicalUsername ?? null } : row
          )
        }).pipe(
          Effect.tapError((error) =>
            Effect.sync(() => {
              const isEmail = error._tag === "LoginTaken" && error.login === "email"
              if (isEmail && row.canonicalUsername !== null) reserved.add(row.canonicalUsername)
            })
          )
        )
    }
  }),

  brokenUsers("SET-03 setup stays complete when the first admin is removed", (tables, { users }) => {
    let first: User["id"] | null = null
    return {
      insertFirstAdmin: (row) =>
        Effect.tap(users.insertFirstAdmin(row), (isFirst) =>
          Effect.sync(() => {
            if (isFirst) first = row.user.id
          })
        ),
      remove: (id) =>
        Effect.tap(users.remove(id), () =>
          Effect.sync(() => {
            if (id === first) tables.isSetUp = false
          })
        )
    }
  }),

  brokenUsers("SES-09 a deactivation and an activation each add one to the epoch", (tables, { users }) => ({
    change: (id, change, at) =>
      Effect.suspend(() => {
        const row = tables.users.get(id)
        const isActivation = row !== undefined && !row.user.isActive && change.isActive === true
        if (isActivation) tables.users.set(id, { ...row, user: { ...row.user, epoch: row.user.epoch - 1 } })
        return users.change(id, change, at)
      })
  })),

  brokenUsers("an e-mail address with another canonical form becomes unverified", (tables, { users }) => ({
    change: (id, change, at) =>
      Effect.suspend(() => {
        const isVerified = change.isVerified ?? tables.users.get(id)?.user.isVerified ?? false
        return users.change(id, change.email === undefined ? change : { ...change, isVerified }, at)
      })
  })),

  brokenUsers("ADM-02 an inactive superuser is not one who is left", (tables, { users }) => {
    const counted = <A, E>(id: User["id"], verb: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.suspend(() => {
        const left = [...tables.users.values()].find(({ user }) => user.isSuperuser && !user.isActive && user.id !== id)
        if (left === undefined) return verb
        const { user } = left
        tables.users.set(user.id, { ...left, user: { ...user, isActive: true } })
        return Effect.ensuring(
          verb,
          Effect.sync(() => tables.users.set(user.id, left))
        )
      })
    return { change: (id, change, at) => counted(id, users.change(id, change, at)) }
  }),

  brokenUsers("setPassword from another hash is null and changes nothing", (tables, { users }) => ({
    setPassword: (id, change, at) =>
      Effect.suspend(() => {
        const stored = tables.users.get(id)?.passwordHash
        const isAlike = stored?.toLowerCase() === change.from?.toLowerCase()
        return users.setPassword(id, { ...change, from: isAlike ? (stored ?? null) : change.from }, at)
      })
  })),

  brokenUsers("promote makes an inactive user active", (tables, { users }) => ({
    promote: (id, change, at) =>
      Effect.suspend(() => {
        const isActive = tables.users.get(id)?.user.isActive ?? true
        return Effect.map(users.promote(id, change, at), (user) => (user === null ? null : { ...user, isActive }))
      })
  })),

  brokenUsers("recordLogin never moves the time backwards", (tables, { users }) => ({
    recordLogin: (id, at) =>
      Effect.suspend(() => {
        const row = tables.users.get(id)
        const isBefore = row !== undefined && at < (row.user.lastLoginAt ?? 0)
        // Only for times well apart: the race of log-ins has its own saboteur.
        if (isBefore && row.user.lastLoginAt === at + 1 && row.user.epoch === 3) {
          tables.users.set(id, { ...row, user: { ...row.user, lastLoginAt: null } })
        }
        return users.recordLogin(id, at)
      })
  })),

  brokenUsers("a query looks at canonical logins, letter for letter", (_, { users }) => ({
    list: ({ query, offset, limit }) => users.list({ query: query?.toLowerCase() ?? null, offset, limit })
  })),

  brokenUsers("STO-05 a query is taken literally: it has no wildcards", (_, { users }) => ({
    list: ({ query, offset, limit }) => users.list({ query: query === "%" ? "" : query, offset, limit })
  })),

  saboteur("ADM-06 removing a user removes their sessions, and nobody else's", (tables, { users, ...sound }) => ({
    ...sound,
    users: {
      ...users,
      remove: (id) =>
        Effect.suspend(() => {
          const owned = tables.sessions.get(id)
          return Effect.tap(users.remove(id), () =>
            Effect.sync(() => {
              if (owned !== undefined && owned.size > 1) tables.sessions.set(id, owned)
            })
          )
        })
    }
  }))
]
