import * as Effect from "effect/Effect"
import { StoreError } from "../store/store-error.ts"
import type { AccountNameKind, CanonicalName } from "../user/account-name.ts"
import type { User } from "../user/user.ts"
import { AccountNameTaken, LastSuperuser } from "../user/user-errors.ts"
import type { NewUser, UserChange, UserStore, UserWithPassword } from "../user/user-store.ts"
import type { Instant } from "../vocabulary/time.ts"
import type { Tables } from "./memory-tables.ts"

/** The users of a memory store. Removing one removes its credentials from the same tables. */
export const memoryUsers = (tables: Tables): UserStore => {
  const { users } = tables

  const write = (row: NewUser): User => {
    users.set(row.user.id, { ...row, user: { ...row.user } })
    if (isSuperuser(row)) tables.isSetUp = true
    return { ...row.user }
  }

  const takenLogin = (row: NewUser): AccountNameKind | null => {
    for (const other of users.values()) {
      if (other.user.id === row.user.id) continue
      if (row.canonicalUsername !== null && row.canonicalUsername === other.canonicalUsername) return "username"
      if (row.canonicalEmail !== null && row.canonicalEmail === other.canonicalEmail) return "email"
    }
    return null
  }

  const isLastSuperuser = (row: NewUser): boolean =>
    isSuperuser(row) && ![...users.values()].some((other) => other.user.id !== row.user.id && isSuperuser(other))

  const insert: UserStore["insert"] = (row) =>
    Effect.gen(function* () {
      if (users.has(row.user.id)) return yield* new StoreError({ operation: "users.insert", cause: "the id is in use" })
      const kind = takenLogin(row)
      if (kind !== null) return yield* new AccountNameTaken({ kind })
      write(row)
    })

  /** Writes what `next` makes of the user with this id; null when there is none, or `next` gives none. */
  const update = (id: User["id"], next: (row: NewUser) => NewUser | null): Effect.Effect<User | null> =>
    Effect.sync(() => {
      const row = users.get(id)
      const changed = row === undefined ? null : next(row)
      return changed === null ? null : write(changed)
    })

  return {
    insert,
    insertFirstAdmin: (row) =>
      Effect.suspend(() => (tables.isSetUp ? Effect.succeed(false) : Effect.as(insert(row), true))),
    isSetUp: Effect.sync(() => tables.isSetUp),
    find: (id) =>
      Effect.sync(() => {
        const row = users.get(id)
        return row === undefined ? null : { ...row.user }
      }),
    findByName: (login) => Effect.sync(() => withPassword([...users.values()].find((row) => hasLogin(row, login)))),
    findWithPassword: (id) => Effect.sync(() => withPassword(users.get(id))),
    list: ({ query, offset, limit }) =>
      Effect.sync(() => {
        const all = [...users.values()].filter((row) => query === null || isFoundBy(row, query))
        const inOrder = all.sort((a, b) => (a.user.id < b.user.id ? -1 : 1))
        return { items: inOrder.slice(offset, offset + limit).map(({ user }) => ({ ...user })), total: all.length }
      }),
    change: (id, change, at) =>
      Effect.gen(function* () {
        const row = users.get(id)
        if (row === undefined) return null
        const next = changed(row, change, at)
        const kind = takenLogin(next)
        if (kind !== null) return yield* new AccountNameTaken({ kind })
        if (isLastSuperuser(row) && !isSuperuser(next)) return yield* new LastSuperuser()
        return write(next)
      }),
    setPassword: (id, { from, to, mustChangePassword }, at) =>
      update(id, (row) =>
        row.passwordHash === from
          ? { ...row, passwordHash: to, user: { ...ended(row.user, at), mustChangePassword } }
          : null
      ),
    rehash: (id, { from, to }) =>
      Effect.map(
        update(id, (row) => (row.passwordHash === from ? { ...row, passwordHash: to } : null)),
        (user) => user !== null
      ),
    endCredentials: (id, at) => update(id, (row) => ({ ...row, user: ended(row.user, at) })),
    promote: (id, { passwordHash, mustChangePassword }, at) =>
      update(id, (row) => {
        if (row.user.isActive && row.user.isSuperuser) return null
        const user = { ...ended(row.user, at), isActive: true, isSuperuser: true, mustChangePassword }
        return { ...row, passwordHash, user }
      }),
    recordLogin: (id, at) =>
      Effect.asVoid(
        update(id, (row) => ({
          ...row,
          user: { ...row.user, lastLoginAt: Math.max(at, row.user.lastLoginAt ?? at) }
        }))
      ),
    remove: (id) =>
      Effect.gen(function* () {
        const row = users.get(id)
        if (row === undefined) return false
        if (isLastSuperuser(row)) return yield* new LastSuperuser()
        tables.sessions.delete(id)
        tables.tokens.delete(id)
        return users.delete(id)
      })
  }
}

const isSuperuser = ({ user }: NewUser): boolean => user.isActive && user.isSuperuser

const canonicalLogins = (row: NewUser): ReadonlyArray<string | null> => [row.canonicalUsername, row.canonicalEmail]

const isFoundBy = (row: NewUser, query: string): boolean =>
  canonicalLogins(row).some((login) => login?.includes(query) === true)

const hasLogin = (row: NewUser, { kind, canonical }: CanonicalName): boolean =>
  (kind === "username" ? row.canonicalUsername : row.canonicalEmail) === canonical

const withPassword = (row: NewUser | undefined): UserWithPassword | null =>
  row === undefined ? null : { user: { ...row.user }, passwordHash: row.passwordHash }

/** The user with every credential dead. */
const ended = (user: User, at: Instant): User => ({ ...user, epoch: user.epoch + 1, updatedAt: at })

const changed = (row: NewUser, change: UserChange, at: Instant): NewUser => {
  const { user } = row
  const isActive = change.isActive ?? user.isActive
  const isSuperuser = change.isSuperuser ?? user.isSuperuser
  const hasOtherState = isActive !== user.isActive || isSuperuser !== user.isSuperuser
  const hasOtherEmail = change.email !== undefined && change.email.canonical !== row.canonicalEmail
  return {
    ...row,
    canonicalUsername: change.username?.canonical ?? row.canonicalUsername,
    canonicalEmail: change.email?.canonical ?? row.canonicalEmail,
    user: {
      ...user,
      username: change.username?.typed ?? user.username,
      email: change.email?.typed ?? user.email,
      isActive,
      isSuperuser,
      isVerified: change.isVerified ?? (user.isVerified && !hasOtherEmail),
      epoch: hasOtherState ? user.epoch + 1 : user.epoch,
      updatedAt: at
    }
  }
}
