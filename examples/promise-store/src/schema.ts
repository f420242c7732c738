import { DOMAIN } from "./list-users.ts"

/**
 * The tables. Two decisions show in every column:
 *
 * - Text that Latchkey calls opaque is `bytea`, its UTF-8. PostgreSQL's `text` refuses U+0000, and compares by the rules of a
 *   language; bytes are equal when they are equal. To read them in psql: `convert_from(username, 'UTF8')`.
 * - Instants are `double precision`: it holds integers up to 2^53 exactly, and every driver gives it as a number, which none
 *   does with `bigint`.
 *
 * A field that may be absent comes as one more statement at the end, `ALTER TABLE … ADD COLUMN IF NOT EXISTS …`, which may run at
 * each start. Programs that do not know the column can run beside those that do, because no statement here selects all
 * columns: it is null in rows that they add, and unchanged in rows that they change. A change that would break them, such as a
 * column with another meaning, needs a version number to check at start, as the SQLite store has.
 *
 * An index takes some 2 700 bytes of a value. What core keeps in these columns is far shorter.
 */
export const schemaOf = (schema: string): ReadonlyArray<string> => [
  `CREATE SCHEMA IF NOT EXISTS ${schema}`,
  `CREATE TABLE IF NOT EXISTS ${schema}.users (
    id bytea PRIMARY KEY,
    username bytea,
    canonical_username bytea CONSTRAINT users_username UNIQUE,
    email bytea,
    canonical_email bytea CONSTRAINT users_email UNIQUE,
    password_hash bytea,
    is_active boolean NOT NULL,
    is_superuser boolean NOT NULL,
    is_verified boolean NOT NULL,
    must_change_password boolean NOT NULL,
    epoch integer NOT NULL,
    created_at double precision NOT NULL,
    updated_at double precision NOT NULL,
    last_login_at double precision
  )`,
  // Has its one row from the first superuser on, forever. A change that takes a superuser away locks it.
  `CREATE TABLE IF NOT EXISTS ${schema}.setup (done boolean PRIMARY KEY CHECK (done))`,
  `CREATE TABLE IF NOT EXISTS ${schema}.sessions (
    user_id bytea NOT NULL REFERENCES ${schema}.users ON DELETE CASCADE,
    hash bytea NOT NULL,
    id bytea NOT NULL,
    kind text NOT NULL,
    epoch integer NOT NULL,
    created_at double precision NOT NULL,
    authenticated_at double precision NOT NULL,
    last_seen_at double precision NOT NULL,
    idle_expires_at double precision NOT NULL,
    expires_at double precision NOT NULL,
    ip bytea,
    user_agent bytea,
    data text NOT NULL, -- JSON, in which U+0000 is an escape; jsonb would read it, and refuse
    data_version integer NOT NULL,
    PRIMARY KEY (user_id, hash),
    UNIQUE (user_id, id)
  )`,
  `CREATE INDEX IF NOT EXISTS sessions_end ON ${schema}.sessions (least(idle_expires_at, expires_at))`,
  `CREATE INDEX IF NOT EXISTS sessions_made ON ${schema}.sessions (user_id, created_at, id)`,
  `CREATE TABLE IF NOT EXISTS ${schema}.tokens (
    user_id bytea NOT NULL REFERENCES ${schema}.users ON DELETE CASCADE,
    hash bytea NOT NULL,
    id bytea NOT NULL,
    name bytea NOT NULL,
    hint bytea NOT NULL,
    scopes text NOT NULL, -- JSON, as above
    epoch integer NOT NULL,
    created_at double precision NOT NULL,
    expires_at double precision,
    last_used_at double precision,
    replaced_by bytea,
    is_imported boolean NOT NULL,
    PRIMARY KEY (user_id, hash),
    UNIQUE (user_id, id)
  )`,
  `CREATE INDEX IF NOT EXISTS tokens_end ON ${schema}.tokens (expires_at) WHERE expires_at IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS tokens_made ON ${schema}.tokens (user_id, created_at, id)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS tokens_imported ON ${schema}.tokens (hash) WHERE is_imported`,
  `CREATE TABLE IF NOT EXISTS ${schema}.challenges (
    id bytea PRIMARY KEY,
    hash bytea NOT NULL,
    state text NOT NULL,
    user_id bytea REFERENCES ${schema}.users ON DELETE CASCADE, -- null until somebody enters the code
    code_hash bytea NOT NULL,
    has_code boolean NOT NULL DEFAULT true, -- false once a newer challenge has the same code
    program bytea NOT NULL,
    scopes text NOT NULL, -- JSON, as above
    result text NOT NULL,
    has_number boolean NOT NULL,
    ip bytea,
    user_agent bytea,
    created_at double precision NOT NULL,
    expires_at double precision NOT NULL,
    kept_until double precision NOT NULL,
    poll_interval double precision NOT NULL,
    poll_step double precision NOT NULL,
    next_poll_at double precision NOT NULL,
    claimed_at double precision,
    approved_at double precision,
    epoch integer,
    number_hash bytea,
    wrong_numbers integer,
    denied_at double precision,
    denied_by text,
    redeemed_at double precision
  )`,
  `CREATE UNIQUE INDEX IF NOT EXISTS challenges_code ON ${schema}.challenges (code_hash) WHERE has_code`,
  `CREATE INDEX IF NOT EXISTS challenges_open ON ${schema}.challenges (expires_at)`,
  `CREATE INDEX IF NOT EXISTS challenges_end ON ${schema}.challenges (kept_until)`,
  `CREATE INDEX IF NOT EXISTS challenges_made ON ${schema}.challenges (user_id, created_at, id)`,
  `CREATE TABLE IF NOT EXISTS ${schema}.codes (
    user_id bytea NOT NULL REFERENCES ${schema}.users ON DELETE CASCADE,
    purpose text NOT NULL,
    hash bytea NOT NULL,
    email bytea NOT NULL,
    canonical_email bytea NOT NULL,
    own_email bytea,
    epoch integer NOT NULL,
    created_at double precision NOT NULL,
    expires_at double precision NOT NULL,
    used_at double precision,
    PRIMARY KEY (user_id, purpose)
  )`,
  `CREATE INDEX IF NOT EXISTS codes_end ON ${schema}.codes (expires_at)`,
  `CREATE TABLE IF NOT EXISTS ${schema}.buckets (
    key bytea PRIMARY KEY,
    count integer NOT NULL,
    shut_until double precision NOT NULL,
    forget_at double precision NOT NULL
  )`,
  `CREATE INDEX IF NOT EXISTS buckets_end ON ${schema}.buckets (forget_at)`,
  // The group in which a bucket is counted. Null in rows of programs that do not know it.
  `ALTER TABLE ${schema}.buckets ADD COLUMN IF NOT EXISTS place integer`,
  `CREATE INDEX IF NOT EXISTS buckets_place ON ${schema}.buckets (place, forget_at)`,
  `CREATE TABLE IF NOT EXISTS ${schema}.shared_buckets (
    key bytea PRIMARY KEY,
    count integer NOT NULL,
    shut_until double precision NOT NULL,
    forget_at double precision NOT NULL
  )`,
  `CREATE INDEX IF NOT EXISTS shared_buckets_end ON ${schema}.shared_buckets (forget_at)`,
  // One row: decides in which group and shared bucket a key is counted, so that nobody can foresee it.
  `CREATE TABLE IF NOT EXISTS ${schema}.bucket_secret (one boolean PRIMARY KEY CHECK (one), secret text NOT NULL)`,
  `INSERT INTO ${schema}.bucket_secret VALUES (true, gen_random_uuid()::text) ON CONFLICT DO NOTHING`,
  `CREATE TABLE IF NOT EXISTS ${schema}.account_marks (
    account bytea NOT NULL,
    key bytea NOT NULL,
    until double precision NOT NULL,
    PRIMARY KEY (account, key)
  )`,
  `CREATE INDEX IF NOT EXISTS account_marks_end ON ${schema}.account_marks (until)`,
  `CREATE TABLE IF NOT EXISTS ${schema}.audit (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type text NOT NULL,
    event text NOT NULL, -- JSON, as above
    actor bytea,
    subject bytea,
    hash bytea
  )`,
  `CREATE INDEX IF NOT EXISTS audit_actor ON ${schema}.audit (actor)`,
  `CREATE INDEX IF NOT EXISTS audit_subject ON ${schema}.audit (subject)`,
  // One row: the hash of the last record that was ever linked. Each append locks it.
  `CREATE TABLE IF NOT EXISTS ${schema}.audit_end (one boolean PRIMARY KEY DEFAULT true CHECK (one), hash bytea)`,
  `INSERT INTO ${schema}.audit_end DEFAULT VALUES ON CONFLICT DO NOTHING`,
  `ALTER TABLE ${schema}.users ADD COLUMN IF NOT EXISTS revocations double precision`,
  `ALTER TABLE ${schema}.users ADD COLUMN IF NOT EXISTS roles text`,
  `ALTER TABLE ${schema}.sessions ADD COLUMN IF NOT EXISTS impersonation text`,
  // Where the log begins: the last record that was removed from its beginning, and the hash of the last linked one. Else null.
  `ALTER TABLE ${schema}.audit_end ADD COLUMN IF NOT EXISTS start_sequence double precision`,
  `ALTER TABLE ${schema}.audit_end ADD COLUMN IF NOT EXISTS start_hash bytea`,
  // The request of an event; null in older rows.
  `ALTER TABLE ${schema}.audit ADD COLUMN IF NOT EXISTS request bytea`,
  `CREATE INDEX IF NOT EXISTS audit_request ON ${schema}.audit (request)`,
  // For lists of users: the domains of addresses, and the few users whom administrators look for.
  `CREATE INDEX IF NOT EXISTS users_domain ON ${schema}.users ((${DOMAIN}), id)`,
  `CREATE INDEX IF NOT EXISTS users_superusers ON ${schema}.users (id) WHERE is_superuser`,
  `CREATE INDEX IF NOT EXISTS users_inactive ON ${schema}.users (id) WHERE NOT is_active`,
  // One row: the settings that administrators made.
  `CREATE TABLE IF NOT EXISTS ${schema}.settings (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version double precision NOT NULL,
    settings bytea NOT NULL
  )`,
  `INSERT INTO ${schema}.settings (version, settings) VALUES (0, '') ON CONFLICT DO NOTHING`
]
