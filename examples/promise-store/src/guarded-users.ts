import {
  AccountNameTaken,
  type ChangeByOthers,
  changedUser,
  EditConflict,
  fitsProof,
  isActiveSuperuser,
  isAsSeen,
  LastSuperuser,
  type NewUser,
  type PromisePart,
  promotedUser,
  provedUser,
  type User,
  type UserId,
  type UserRestoration,
  type UserStore
} from "@latchkey/core/store"
import type { Postgres, Queries } from "./postgres.ts"
import { parameters } from "./row-kind.ts"
import { first, storedUser } from "./rows.ts"
import { bytes, flag } from "./values.ts"

type Guarded = "insert" | "insertFirstAdmin" | "change" | "edit" | "changeWithProof" | "promote" | "remove" | "restore"

/** Applies a rule to a user, whose row is locked meanwhile; null if there is no such user, or the rule returns null. */
export type FollowUser = (queries: Queries, id: UserId, rule: (row: NewUser) => NewUser | null) => Promise<User | null>

/** Core's rules say how a row changes. If two change it at the same moment, the second waits and then gets the newer row. */
export const followingUsers = (schema: string): FollowUser => {
  const users = `${schema}.users`
  const [, ...changing] = storedUser.names
  return async (queries, id, rule) => {
    const found = await queries.query(
      `SELECT ${storedUser.selected("u")} FROM ${users} AS u WHERE u.id = $1 FOR UPDATE`,
      [bytes(id)]
    )
    const before = first(found, (row) => storedUser.read(row, "u"))
    const after = before === null ? null : rule(before)
    if (before === null || after === null) return null
    await queries.query(
      `UPDATE ${users} SET (${changing.join(", ")}) = ROW(${parameters(changing, 2)}) WHERE id = $1`,
      storedUser.valuesOf(after)
    )
    if (isActiveSuperuser(after.user) && !isActiveSuperuser(before.user)) await completeSetup(queries, schema)
    return after.user
  }
}

const completeSetup = (queries: Queries, schema: string) =>
  queries.query(`INSERT INTO ${schema}.setup VALUES (true) ON CONFLICT DO NOTHING RETURNING 1`)

/**
 * The verbs that guard rules across several rows.
 *
 * - Unique logins: by unique constraints, never by a look before the write.
 * - Setup: the marker is written in the transaction that makes the superuser, so nobody sees one without the other.
 * - The last superuser: a change that takes one away locks the marker's row first. So such changes run one after the other,
 *   and each sees what the one before left.
 */
export const guardedUsers = (
  db: Postgres,
  schema: string,
  follow: FollowUser
): Pick<PromisePart<UserStore>, Guarded> => {
  const users = `${schema}.users`

  const { names, valuesOf } = storedUser
  const insertion = `INSERT INTO ${users} (${names.join(", ")}) VALUES (${parameters(names)})`

  const insert = async (queries: Queries, row: NewUser): Promise<void> => {
    await queries.query(insertion, valuesOf(row))
    if (isActiveSuperuser(row.user)) await completeSetup(queries, schema)
  }

  /** If the id or a name is in use, whoever has it is waited for, and stays. */
  const restore = async (row: NewUser): Promise<UserRestoration> => {
    const isAdded = await db.transaction(async (queries) => {
      const { rows } = await queries.query(`${insertion} ON CONFLICT DO NOTHING RETURNING 1`, valuesOf(row))
      if (rows.length > 0 && isActiveSuperuser(row.user)) await completeSetup(queries, schema)
      return rows.length > 0
    })
    if (isAdded) return "added"
    const { rows } = await db.query(`SELECT 1 FROM ${users} WHERE id = $1`, [bytes(row.user.id)])
    return rows.length > 0 ? "there" : "name-taken"
  }

  /** Fails when this user is the last superuser. Until the transaction ends, nobody else takes a superuser away. */
  const keepOthers = async (queries: Queries, id: string): Promise<void> => {
    await queries.query(`SELECT 1 FROM ${schema}.setup FOR UPDATE`)
    const { rows } = await queries.query(`SELECT id = $1 AS is_this FROM ${users} WHERE is_active AND is_superuser`, [
      bytes(id)
    ])
    if (rows.length === 1 && rows.every((row) => flag(row, "is_this"))) throw new LastSuperuser()
  }

  /** Ends the codes of a changed user, where the change says so. */
  const endCodes = async (queries: Queries, change: ChangeByOthers, user: User | null): Promise<User | null> => {
    if (user !== null && change.codes === "end")
      await queries.query(`DELETE FROM ${schema}.codes WHERE user_id = $1`, [bytes(user.id)])
    return user
  }

  return {
    insert: (row) => tellingTakenLogins(() => db.transaction((queries) => insert(queries, row))),

    // The marker's primary key decides who is first. The others wait for that transaction, and then find the marker, or not if it was rolled back.
    insertFirstAdmin: (row) =>
      tellingTakenLogins(() =>
        db.transaction(async (queries) => {
          const { rows } = await completeSetup(queries, schema)
          if (rows.length > 0) await insert(queries, row)
          return rows.length > 0
        })
      ),

    change: (id, change, at) =>
      tellingTakenLogins(() =>
        db.transaction(async (queries) => {
          if (change.isActive === false || change.isSuperuser === false) await keepOthers(queries, id)
          return endCodes(queries, change, await follow(queries, id, (row) => changedUser(row, change, at)))
        })
      ),

    edit: (id, seen, change, at) =>
      tellingTakenLogins(() =>
        db.transaction(async (queries) => {
          if (change.isActive === false || change.isSuperuser === false) await keepOthers(queries, id)
          const edited = await follow(queries, id, (row) => {
            if (!isAsSeen(row.user, seen)) throw new EditConflict()
            return changedUser(row, change, at)
          })
          return endCodes(queries, change, edited)
        })
      ),

    changeWithProof: (id, change, proof, at) =>
      tellingTakenLogins(() =>
        db.transaction(async (queries) => {
          const user = await follow(queries, id, (row) => provedUser(row, change, proof, at))
          const keep = change.password?.keep ?? null
          // A copy of core's sessionInEpoch in SQL.
          if (user !== null && keep !== null) {
            await queries.query(
              `UPDATE ${schema}.sessions SET epoch = $1 WHERE user_id = $2 AND id = $3 AND epoch = $4`,
              [user.epoch, bytes(id), bytes(keep), proof.epoch]
            )
          }
          return user
        })
      ),

    promote: (id, promotion, at) =>
      tellingTakenLogins(() =>
        db.transaction((queries) => follow(queries, id, (row) => promotedUser(row, promotion, at)))
      ),

    // A transaction for each, so that two who restore in other orders never wait for one another.
    restore: async (rows) => {
      const outcomes: Array<UserRestoration> = []
      for (const row of rows) outcomes.push(await restore(row))
      return outcomes
    },

    // The foreign keys of sessions, tokens, challenges and codes take them along.
    remove: (id, proof) =>
      db.transaction(async (queries) => {
        await keepOthers(queries, id)
        if (proof !== null && (await follow(queries, id, (row) => (fitsProof(row, proof) ? row : null))) === null) {
          return false
        }
        const { rows } = await queries.query(`DELETE FROM ${users} WHERE id = $1 RETURNING 1`, [bytes(id)])
        return rows.length > 0
      })
  }
}

const UNIQUE_VIOLATION = "23505"

/** The only error of PostgreSQL that has a meaning in the contract. All others become a `StoreError`. */
const tellingTakenLogins = async <A>(work: () => Promise<A>): Promise<A> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === UNIQUE_VIOLATION && "constraint" in error) {
      if (error.constraint === "users_username") throw new AccountNameTaken({ kind: "username" })
      if (error.constraint === "users_email") throw new AccountNameTaken({ kind: "email" })
    }
    throw error
  }
}
