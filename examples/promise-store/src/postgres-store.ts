import {
  type AttemptRoom,
  type PromiseStore,
  type PromiseStoreOptions,
  type StoreLayer,
  storeFromPromises
} from "@latchkey/core/store"
import { postgresAttempts } from "./attempts.ts"
import { postgresAudit } from "./audit.ts"
import { postgresChallenges } from "./challenges.ts"
import { postgresCodes } from "./codes.ts"
import type { Postgres } from "./postgres.ts"
import { first, sessions, tokens, users } from "./rows.ts"
import { schemaOf } from "./schema.ts"
import { postgresSessions } from "./sessions.ts"
import { postgresSettings } from "./settings.ts"
import { postgresTokens } from "./tokens.ts"
import { postgresUsers } from "./users.ts"
import { bytes, wrong } from "./values.ts"

/** Any number that no other program uses. */
const STARTING = 4_719_204

export interface PostgresStoreOptions extends PromiseStoreOptions {
  /** Where the tables go. Default `latchkey`. */
  readonly schema?: string
}

/**
 * A Latchkey store in PostgreSQL, written with promises and plain SQL. It opens its connections when it is built and closes
 * them with the application.
 *
 * ```ts
 * postgresStore(async () => pooled(new Pool({ connectionString: "postgres://…", query_timeout: 1_500 }))) // pg
 * postgresStore(() => PGlite.create("./data")) // PostgreSQL within the process
 * ```
 */
export const postgresStore = (
  connect: () => Promise<Postgres>,
  { schema = "latchkey", ...options }: PostgresStoreOptions = {}
): StoreLayer => {
  if (!/^[a-z_][a-z0-9_]*$/.test(schema)) throw new Error(`the schema "${schema}" must be a plain name in lower case`)
  return storeFromPromises(async (usedParts, room) => {
    // Their tables have a foreign key to users. Fail now rather than at the first log-in.
    for (const part of ["sessions", "tokens", "challenges", "codes"] as const) {
      if (usedParts.has(part) && !usedParts.has("users"))
        throw new Error(`${part} can be here only together with their users: keep both here, or move both`)
    }
    const db = await connect()
    try {
      await makeTables(db, schema)
      return storeOn(db, schema, { room, secret: await readSecret(db, schema) })
    } catch (error) {
      await db.close()
      throw error
    }
  }, options)
}

const storeOn = (
  db: Postgres,
  schema: string,
  attempts: { readonly room: AttemptRoom; readonly secret: string }
): PromiseStore => ({
  users: postgresUsers(db, schema),
  sessions: postgresSessions(db, schema),
  tokens: postgresTokens(db, schema),
  challenges: postgresChallenges(db, schema),
  codes: postgresCodes(db, schema),
  attempts: postgresAttempts(db, schema, attempts),
  audit: postgresAudit(db, schema),
  settings: postgresSettings(db, schema),
  lookupSession: async (owner, hash) => {
    const found = await db.query(
      `SELECT ${users.selected("u")}, ${sessions.selected("s")} FROM ${schema}.users AS u JOIN ${schema}.sessions AS s ON s.user_id = u.id
       WHERE u.id = $1 AND s.hash = $2`,
      [bytes(owner), bytes(hash)]
    )
    return first(found, (row) => ({ user: users.read(row, "u"), session: sessions.read(row, "s") }))
  },
  lookupToken: async (owner, hash) => {
    const found = await db.query(
      `SELECT ${users.selected("u")}, ${tokens.selected("t")} FROM ${schema}.users AS u JOIN ${schema}.tokens AS t ON t.user_id = u.id
       WHERE u.id = $1 AND t.hash = $2`,
      [bytes(owner), bytes(hash)]
    )
    return first(found, (row) => ({ user: users.read(row, "u"), token: tokens.read(row, "t") }))
  },
  close: () => db.close()
})

/** Two processes may start at once, and `IF NOT EXISTS` alone does not keep them apart: one waits for the other. */
const makeTables = (db: Postgres, schema: string): Promise<void> =>
  db.transaction(async (queries) => {
    await queries.query(`SELECT pg_advisory_xact_lock(${STARTING})`)
    for (const statement of schemaOf(schema)) await queries.query(statement)
  })

const readSecret = async (db: Postgres, schema: string): Promise<string> => {
  const { rows } = await db.query(`SELECT secret FROM ${schema}.bucket_secret`)
  const secret = rows[0]?.secret
  return typeof secret === "string" ? secret : wrong("secret", secret)
}
