import * as Effect from "effect/Effect"
import { sessionInEpoch } from "../session/changed-session.ts"
import type { SessionId } from "../session/session.ts"
import { StoreError } from "../store/store-error.ts"
import { StoreProblem } from "../store/store-problem.ts"
import type { AccountNameKind, CanonicalName } from "../user/account-name.ts"
import {
  changedUser,
  fitsProof,
  isActiveSuperuser,
  loggedInUser,
  promotedUser,
  provedUser,
  rehashedUser,
  userWithoutCredentials,
  userWithoutEmail,
  userWithRevocation
} from "../user/changed-user.ts"
import { fitsFilter, foundBy, inListOrder } from "../user/listed-users.ts"
import { isAsSeen, type User } from "../user/user.ts"
import { AccountNameTaken, EditConflict, LastSuperuser } from "../user/user-errors.ts"
import type { UserSearch } from "../user/user-list.ts"
import type { NewUser, UserStore, UserWithPassword } from "../user/user-store.ts"
import type { Tables } from "./memory-tables.ts"

/** The users of a memory store. Removing one removes its credentials from the same tables. */
export const memoryUsers = (tables: Tables): UserStore => {
  const { users } = tables

  const write = (row: NewUser): User => {
    users.set(row.user.id, { ...row, user: { ...row.user } })
    if (isActiveSuperuser(row.user)) tables.isSetUp = true
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
    isActiveSuperuser(row.user) &&
    ![...users.values()].some(({ user }) => user.id !== row.user.id && isActiveSuperuser(user))

  const insert: UserStore["insert"] = (row) =>
    Effect.gen(function* () {
      if (users.has(row.user.id))
        return yield* new StoreError({
          operation: "users.insert",
          cause: new StoreProblem({ message: "the id is in use" })
        })
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

  const keepSession = (
    owner: User["id"],
    id: SessionId | null,
    change: { readonly from: number; readonly to: number }
  ) => {
    for (const [hash, row] of tables.sessions.get(owner) ?? []) {
      const kept = row.session.id === id ? sessionInEpoch(row.session, change) : null
      if (kept !== null) tables.sessions.get(owner)?.set(hash, { ...row, session: kept })
    }
  }

  /** Those that a search finds, in the order of a list. */
  const found = ({ query, filter }: UserSearch) =>
    [...users.values()]
      .flatMap((row) => {
        const name = query === null ? "" : foundBy(row, query)
        return name === null || !fitsFilter(row.user, filter)
          ? []
          : [{ user: row.user, place: { name, id: row.user.id } }]
      })
      .sort((a, b) => inListOrder(query)(a.place, b.place))

  const store: UserStore = {
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
    list: ({ after, limit, ...search }) =>
      Effect.sync(() => {
        const rest = found(search).filter(({ place }) => after === null || inListOrder(search.query)(after, place) < 0)
        const items = rest.slice(0, limit)
        return {
          items: items.map(({ user }) => ({ ...user })),
          next: rest.length > limit ? (items.at(-1)?.place ?? null) : null
        }
      }),
    count: (search) => Effect.sync(() => ({ total: found(search).length, isExact: true })),
    change: (id, change, at) =>
      Effect.gen(function* () {
        const row = users.get(id)
        if (row === undefined) return null
        const next = changedUser(row, change, at)
        const kind = takenLogin(next)
        if (kind !== null) return yield* new AccountNameTaken({ kind })
        if (isLastSuperuser(row) && !isActiveSuperuser(next.user)) return yield* new LastSuperuser()
        if (change.codes === "end") tables.codes.delete(id)
        return write(next)
      }),
    edit: (id, seen, change, at) =>
      Effect.gen(function* () {
        const row = users.get(id)
        if (row !== undefined && !isAsSeen(row.user, seen)) return yield* new EditConflict()
        return yield* store.change(id, change, at)
      }),
    changeWithProof: (id, change, proof, at) =>
      Effect.gen(function* () {
        const row = users.get(id)
        const next = row === undefined ? null : provedUser(row, change, proof, at)
        if (row === undefined || next === null) return null
        const kind = takenLogin(next)
        if (kind !== null) return yield* new AccountNameTaken({ kind })
        keepSession(id, change.password?.keep ?? null, { from: row.user.epoch, to: next.user.epoch })
        return write(next)
      }),
    releaseEmail: (id, canonicalEmail, at) => update(id, (row) => userWithoutEmail(row, canonicalEmail, at)),
    countRevocation: (id) => Effect.asVoid(update(id, userWithRevocation)),
    rehash: (id, change) =>
      Effect.map(
        update(id, (row) => rehashedUser(row, change)),
        (user) => user !== null
      ),
    endCredentials: (id, at) => update(id, (row) => userWithoutCredentials(row, at)),
    promote: (id, promotion, at) =>
      Effect.gen(function* () {
        const row = users.get(id)
        const next = row === undefined ? null : promotedUser(row, promotion, at)
        if (next === null) return null
        const kind = takenLogin(next)
        if (kind !== null) return yield* new AccountNameTaken({ kind })
        return write(next)
      }),
    recordLogin: (id, at) => Effect.asVoid(update(id, (row) => loggedInUser(row, at))),
    remove: (id, proof) =>
      Effect.gen(function* () {
        const row = users.get(id)
        if (row === undefined) return false
        if (isLastSuperuser(row)) return yield* new LastSuperuser()
        if (proof !== null && !fitsProof(row, proof)) return false
        tables.sessions.delete(id)
        tables.tokens.delete(id)
        tables.codes.delete(id)
        for (const { challenge } of tables.challenges.values()) {
          if (challenge.userId === id) tables.challenges.delete(challenge.id)
        }
        return users.delete(id)
      }),
    export: (after, limit) =>
      Effect.sync(() =>
        [...users.values()]
          .filter(({ user }) => after === null || user.id > after)
          .sort((a, b) => (a.user.id < b.user.id ? -1 : 1))
          .slice(0, limit)
          .map((row) => structuredClone(row))
      ),
    restore: (rows) =>
      Effect.sync(() =>
        rows.map((row) => {
          if (users.has(row.user.id)) return "there"
          if (takenLogin(row) !== null) return "name-taken"
          write(row)
          return "added"
        })
      )
  }
  return store
}

const hasLogin = (row: NewUser, { kind, canonical }: CanonicalName): boolean =>
  (kind === "username" ? row.canonicalUsername : row.canonicalEmail) === canonical

const withPassword = (row: NewUser | undefined): UserWithPassword | null =>
  row === undefined ? null : { user: { ...row.user }, passwordHash: row.passwordHash, revocations: row.revocations }
