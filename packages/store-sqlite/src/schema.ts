/**
 * The schema, as a list of steps. Hosts may rely on `latchkey_users(id)` as a target of foreign keys. Everything else may change
 * with a migration. Hosts may read the tables, but only the store writes them.
 *
 * WITHOUT ROWID keeps a row in the tree of its key, so the look-up of each request walks two trees instead of four.
 */
const instant = (column: string): string => `CHECK (${column} BETWEEN 0 AND 8640000000000000)`

export const FIRST_SCHEMA = `
  CREATE TABLE latchkey_users (
    id TEXT NOT NULL PRIMARY KEY,
    username TEXT,
    canonical_username TEXT UNIQUE,
    email TEXT,
    canonical_email TEXT UNIQUE,
    password_hash TEXT,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    is_superuser INTEGER NOT NULL CHECK (is_superuser IN (0, 1)),
    is_verified INTEGER NOT NULL CHECK (is_verified IN (0, 1)),
    must_change_password INTEGER NOT NULL CHECK (must_change_password IN (0, 1)),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    created_at INTEGER NOT NULL ${instant("created_at")},
    updated_at INTEGER NOT NULL ${instant("updated_at")},
    last_login_at INTEGER ${instant("last_login_at")}
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX latchkey_users_superusers ON latchkey_users (id) WHERE is_active = 1 AND is_superuser = 1;

  CREATE TABLE latchkey_sessions (
    user_id TEXT NOT NULL REFERENCES latchkey_users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('browser', 'bearer')),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    created_at INTEGER NOT NULL ${instant("created_at")},
    authenticated_at INTEGER NOT NULL ${instant("authenticated_at")},
    last_seen_at INTEGER NOT NULL ${instant("last_seen_at")},
    idle_expires_at INTEGER NOT NULL ${instant("idle_expires_at")},
    expires_at INTEGER NOT NULL ${instant("expires_at")},
    ip TEXT,
    user_agent TEXT,
    data TEXT,
    data_version INTEGER NOT NULL CHECK (data_version >= 0),
    PRIMARY KEY (user_id, hash),
    UNIQUE (user_id, id)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX latchkey_sessions_end ON latchkey_sessions (min(idle_expires_at, expires_at));

  CREATE TABLE latchkey_buckets (
    key TEXT NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL CHECK (count >= 0),
    shut_until INTEGER NOT NULL ${instant("shut_until")},
    forget_at INTEGER NOT NULL ${instant("forget_at")}
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX latchkey_buckets_forget_at ON latchkey_buckets (forget_at);

  CREATE TABLE latchkey_trusted (
    key TEXT NOT NULL PRIMARY KEY,
    until INTEGER NOT NULL ${instant("until")}
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX latchkey_trusted_until ON latchkey_trusted (until);

  CREATE TABLE latchkey_audit (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    details TEXT NOT NULL,
    at INTEGER NOT NULL ${instant("at")},
    actor TEXT,
    subject TEXT,
    credential TEXT,
    ip TEXT,
    user_agent TEXT,
    hash TEXT
  ) STRICT;

  CREATE INDEX latchkey_audit_type ON latchkey_audit (type);
  CREATE INDEX latchkey_audit_actor ON latchkey_audit (actor) WHERE actor IS NOT NULL;
  CREATE INDEX latchkey_audit_subject ON latchkey_audit (subject) WHERE subject IS NOT NULL;
  CREATE INDEX latchkey_audit_linked ON latchkey_audit (sequence) WHERE hash IS NOT NULL;

  CREATE TABLE latchkey_settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/** Personal access tokens. An imported one is found by its hash alone, so their hashes are unique. */
export const SECOND_SCHEMA = `
  CREATE TABLE latchkey_tokens (
    user_id TEXT NOT NULL REFERENCES latchkey_users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    scopes TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    created_at INTEGER NOT NULL ${instant("created_at")},
    expires_at INTEGER ${instant("expires_at")},
    last_used_at INTEGER ${instant("last_used_at")},
    replaced_by TEXT,
    is_imported INTEGER NOT NULL CHECK (is_imported IN (0, 1)),
    PRIMARY KEY (user_id, hash),
    UNIQUE (user_id, id)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX latchkey_tokens_end ON latchkey_tokens (expires_at) WHERE expires_at IS NOT NULL;
  CREATE UNIQUE INDEX latchkey_tokens_imported ON latchkey_tokens (hash) WHERE is_imported = 1;
`

/** Lists of a user's sessions and tokens are read newest first, and the oldest session is the first to go. */
export const THIRD_SCHEMA = `
  CREATE INDEX latchkey_sessions_made ON latchkey_sessions (user_id, created_at, id);
  CREATE INDEX latchkey_tokens_made ON latchkey_tokens (user_id, created_at, id);
`

/**
 * Room for attempts. The triggers count the buckets, because to count a quarter of a million for each new one would stop the
 * process. They also see what hosts and older programs add and remove. The secret decides which keys share a bucket.
 *
 * `latchkey_marks` takes the place of `latchkey_trusted`, which only programs of the first three steps still use.
 */
export const FOURTH_SCHEMA = `
  CREATE TABLE latchkey_bucket_room (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    buckets INTEGER NOT NULL,
    secret TEXT NOT NULL
  ) STRICT;

  INSERT INTO latchkey_bucket_room SELECT 1, count(*), hex(randomblob(32)) FROM latchkey_buckets;

  CREATE TRIGGER latchkey_buckets_added AFTER INSERT ON latchkey_buckets BEGIN
    UPDATE latchkey_bucket_room SET buckets = buckets + 1 WHERE one = 1;
  END;

  CREATE TRIGGER latchkey_buckets_removed AFTER DELETE ON latchkey_buckets BEGIN
    UPDATE latchkey_bucket_room SET buckets = buckets - 1 WHERE one = 1;
  END;

  CREATE TABLE latchkey_shared_buckets (
    key TEXT NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL CHECK (count >= 0),
    shut_until INTEGER NOT NULL ${instant("shut_until")},
    forget_at INTEGER NOT NULL ${instant("forget_at")}
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX latchkey_shared_buckets_forget_at ON latchkey_shared_buckets (forget_at);

  CREATE TABLE latchkey_marks (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    until INTEGER NOT NULL ${instant("until")},
    PRIMARY KEY (account, key)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX latchkey_marks_until ON latchkey_marks (until);

  DELETE FROM latchkey_trusted;
`

/**
 * Challenges of CLI logins. A code that comes again leads to the newer one, and the older has it no more. Nobody owns a challenge
 * before its code is entered, so no foreign key leads to users, who may also live in another store. The trigger removes those of a
 * removed user, also when a host or a program of an older version removes the user.
 */
export const FIFTH_SCHEMA = `
  CREATE TABLE latchkey_challenges (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'claimed', 'approved', 'denied', 'redeemed')),
    user_id TEXT,
    code_hash TEXT NOT NULL,
    has_code INTEGER NOT NULL DEFAULT 1 CHECK (has_code IN (0, 1)),
    program TEXT NOT NULL,
    scopes TEXT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('token', 'session')),
    has_number INTEGER NOT NULL CHECK (has_number IN (0, 1)),
    ip TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL ${instant("created_at")},
    expires_at INTEGER NOT NULL ${instant("expires_at")},
    kept_until INTEGER NOT NULL ${instant("kept_until")},
    poll_interval INTEGER NOT NULL CHECK (poll_interval >= 0),
    poll_step INTEGER NOT NULL CHECK (poll_step >= 0),
    next_poll_at INTEGER NOT NULL ${instant("next_poll_at")},
    claimed_at INTEGER ${instant("claimed_at")},
    approved_at INTEGER ${instant("approved_at")},
    epoch INTEGER CHECK (epoch >= 0),
    number_hash TEXT,
    wrong_numbers INTEGER CHECK (wrong_numbers >= 0),
    denied_at INTEGER ${instant("denied_at")},
    denied_by TEXT CHECK (denied_by IN ('user', 'number', 'change')),
    redeemed_at INTEGER ${instant("redeemed_at")},
    CHECK ((state = 'pending') = (user_id IS NULL))
  ) STRICT, WITHOUT ROWID;

  CREATE UNIQUE INDEX latchkey_challenges_code ON latchkey_challenges (code_hash) WHERE has_code = 1;
  CREATE INDEX latchkey_challenges_open ON latchkey_challenges (expires_at);
  CREATE INDEX latchkey_challenges_end ON latchkey_challenges (kept_until);
  CREATE INDEX latchkey_challenges_made ON latchkey_challenges (user_id, created_at, id) WHERE user_id IS NOT NULL;

  CREATE TRIGGER latchkey_users_removed AFTER DELETE ON latchkey_users BEGIN
    DELETE FROM latchkey_challenges WHERE user_id = OLD.id;
  END;
`

/** One-time codes that are mailed. A user has at most one for each purpose, so the two are the key. */
export const SIXTH_SCHEMA = `
  CREATE TABLE latchkey_codes (
    user_id TEXT NOT NULL REFERENCES latchkey_users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CHECK (purpose IN ('verify', 'reset', 'change-email', 'undo-email', 'invite')),
    hash TEXT NOT NULL,
    email TEXT NOT NULL,
    canonical_email TEXT NOT NULL,
    own_email TEXT,
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    created_at INTEGER NOT NULL ${instant("created_at")},
    expires_at INTEGER NOT NULL ${instant("expires_at")},
    used_at INTEGER ${instant("used_at")},
    PRIMARY KEY (user_id, purpose)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX latchkey_codes_end ON latchkey_codes (expires_at);
`

/**
 * Where the audit log begins, once records were removed from its beginning: one row, or none before. A program that does not know it
 * reads the log as before. Only when every linked record was removed does it take the log for one without links.
 */
export const SEVENTH_SCHEMA = `
  CREATE TABLE latchkey_audit_start (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    hash TEXT
  ) STRICT;
`

/**
 * What lists of users are read from: the domains of addresses, and the few users whom administrators look for. The triggers
 * count the users, because to count a million would stop the process. They also see what hosts and older programs add and remove.
 */
export const EIGHTH_SCHEMA = `
  CREATE INDEX latchkey_users_domain ON latchkey_users (substr(canonical_email, instr(canonical_email, '@')), id)
    WHERE instr(canonical_email, '@') > 0;
  CREATE INDEX latchkey_users_all_superusers ON latchkey_users (id) WHERE is_superuser = 1;
  CREATE INDEX latchkey_users_inactive ON latchkey_users (id) WHERE is_active = 0;

  CREATE TABLE latchkey_user_count (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    users INTEGER NOT NULL
  ) STRICT;

  INSERT INTO latchkey_user_count SELECT 1, count(*) FROM latchkey_users;

  CREATE TRIGGER latchkey_users_counted AFTER INSERT ON latchkey_users BEGIN
    UPDATE latchkey_user_count SET users = users + 1 WHERE one = 1;
  END;

  CREATE TRIGGER latchkey_users_discounted AFTER DELETE ON latchkey_users BEGIN
    UPDATE latchkey_user_count SET users = users - 1 WHERE one = 1;
  END;
`

/** The settings that administrators made: one row, or none before the first time. */
export const NINTH_SCHEMA = `
  CREATE TABLE latchkey_runtime_settings (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL CHECK (version > 0),
    settings TEXT NOT NULL
  ) STRICT;
`

/**
 * What the trail learned to record of an event: the credential that acted, and its request, whose events are found by it. Null in older
 * rows, and in those that an older program writes beside this one.
 */
export const TENTH_SCHEMA = `
  ALTER TABLE latchkey_audit ADD COLUMN acted_with TEXT;
  ALTER TABLE latchkey_audit ADD COLUMN request TEXT;
  CREATE INDEX latchkey_audit_request ON latchkey_audit (request) WHERE request IS NOT NULL;
`
