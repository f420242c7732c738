import { AccountNameTaken, LastSuperuser, type NewUser, type PromisePart, type UserStore } from "@latchkey/core/store"
import type { Postgres, Queries } from "./postgres.ts"
import { first, readUser } from "./rows.ts"
import { bytes, flag } from "./values.ts"

type Guarded = "insert" | "insertFirstAdmin" | "change" | "promote" | "remove"

/**
 * The verbs that guard what no row knows of itself.
 *
 * - Unique logins: by unique constraints, never by a look before the write.
 * - Setup: the marker is written in the statement or transaction that makes the superuser, so nobody sees one without the other.
 * - The last superuser: whoever takes one away locks the marker's row first. So they come one after the other, and each sees
 *   what the one before left.
 */
export const guardedUsers = (db: Postgres, schema: string): Pick<PromisePart<UserStore>, Guarded> => {
  const users = `${schema}.users`

  /** A statement that gives users, with the marker of setup written by the same statement when one of them is superuser. */
  const withMarker = (statement: string): string => `
    WITH written AS (${statement} RETURNING *), marked AS (
      INSERT INTO ${schema}.setup SELECT true FROM written WHERE is_active AND is_superuser LIMIT 1 ON CONFLICT DO NOTHING
    ) SELECT * FROM written`

  const insert = async (queries: Queries, { user, canonicalUsername, canonicalEmail, passwordHash }: NewUser) => {
    await queries.query(
      withMarker(`INSERT INTO ${users} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`),
      [
        bytes(user.id),
        bytes(user.username),
        bytes(canonicalUsername),
        bytes(user.email),
        bytes(canonicalEmail),
        bytes(passwordHash),
        user.isActive,
        user.isSuperuser,
        user.isVerified,
        user.mustChangePassword,
        user.epoch,
        user.createdAt,
        user.updatedAt,
        user.lastLoginAt
      ]
    )
  }

  /** Fails when this user is the last superuser. Until the transaction ends, nobody else takes a superuser away. */
  const keepOthers = async (queries: Queries, id: string): Promise<void> => {
    await queries.query(`SELECT 1 FROM ${schema}.setup FOR UPDATE`)
    const { rows } = await queries.query(`SELECT id = $1 AS is_this FROM ${users} WHERE is_active AND is_superuser`, [
      bytes(id)
    ])
    if (rows.length === 1 && rows.every((row) => flag(row, "is_this"))) throw new LastSuperuser()
  }

  return {
    insert: (row) => tellingTakenLogins(() => insert(db, row)),

    // The marker's primary key decides who is first: the others wait for that transaction, and find it there, or gone again.
    insertFirstAdmin: (row) =>
      tellingTakenLogins(() =>
        db.transaction(async (queries) => {
          const { rows } = await queries.query(
            `INSERT INTO ${schema}.setup VALUES (true) ON CONFLICT DO NOTHING RETURNING 1`
          )
          if (rows.length > 0) await insert(queries, row)
          return rows.length > 0
        })
      ),

    change: (id, change, at) =>
      tellingTakenLogins(() =>
        db.transaction(async (queries) => {
          if (change.isActive === false || change.isSuperuser === false) await keepOthers(queries, id)
          return first(
            await queries.query(
              withMarker(`UPDATE ${users} SET
                username = coalesce($2, username),
                canonical_username = coalesce($3, canonical_username),
                email = coalesce($4, email),
                canonical_email = coalesce($5, canonical_email),
                is_active = coalesce($6, is_active),
                is_superuser = coalesce($7, is_superuser),
                is_verified = coalesce($8, is_verified AND ($5 IS NULL OR $5 IS NOT DISTINCT FROM canonical_email)),
                epoch = epoch + CASE WHEN (is_active, is_superuser) =
                  (coalesce($6, is_active), coalesce($7, is_superuser)) THEN 0 ELSE 1 END,
                updated_at = $9
              WHERE id = $1`),
              [
                bytes(id),
                bytes(change.username?.typed ?? null),
                bytes(change.username?.canonical ?? null),
                bytes(change.email?.typed ?? null),
                bytes(change.email?.canonical ?? null),
                change.isActive ?? null,
                change.isSuperuser ?? null,
                change.isVerified ?? null,
                at
              ]
            ),
            readUser
          )
        })
      ),

    // Of two at the same moment the second waits for the first's row, and then finds a superuser.
    promote: async (id, { passwordHash, mustChangePassword }, at) =>
      first(
        await db.query(
          withMarker(`UPDATE ${users} SET is_active = true, is_superuser = true, password_hash = $2,
            must_change_password = $3, epoch = epoch + 1, updated_at = $4
            WHERE id = $1 AND NOT (is_active AND is_superuser)`),
          [bytes(id), bytes(passwordHash), mustChangePassword, at]
        ),
        readUser
      ),

    // The foreign keys of sessions and tokens take them along.
    remove: (id) =>
      db.transaction(async (queries) => {
        await keepOthers(queries, id)
        const { rows } = await queries.query(`DELETE FROM ${users} WHERE id = $1 RETURNING 1`, [bytes(id)])
        return rows.length > 0
      })
  }
}

const UNIQUE_VIOLATION = "23505"

/** The one error of PostgreSQL that means something to the contract; all others go on, and become a `StoreError`. */
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
