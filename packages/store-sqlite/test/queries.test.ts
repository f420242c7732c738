import { type SqliteHandle, sqliteStore } from "@latchkey/store-sqlite"
import { expect, test } from "vitest"
import { build, hostHandles } from "./stores.ts"

/** How SQLite runs each statement that the store prepares. */
const plans = async (): Promise<ReadonlyMap<string, string>> => {
  const { handle } = hostHandles["node:sqlite"]()
  const statements: Array<string> = []
  const listening: SqliteHandle = {
    exec: (sql) => handle.exec(sql),
    prepare: (sql) => {
      statements.push(sql)
      return handle.prepare(sql)
    },
    isTransaction: false
  }
  await build(sqliteStore(listening))
  const explained = statements.filter((sql) => /^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/.test(sql))
  return new Map(explained.map((sql) => [sql, planOf(handle, sql)]))
}

const planOf = (handle: SqliteHandle, sql: string): string => {
  const steps = handle.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
  return steps.map((step) => String((step as { readonly detail: unknown }).detail)).join("\n")
}

const planFor = (all: ReadonlyMap<string, string>, ...words: ReadonlyArray<string>): string => {
  const found = [...all].filter(([sql]) => words.every((word) => sql.includes(word)))
  expect(found).toHaveLength(1)
  return found[0]?.[1] ?? ""
}

test("the look-up of each request walks two primary keys and nothing else", async () => {
  const all = await plans()
  for (const table of ["latchkey_sessions", "latchkey_tokens"]) {
    const plan = planFor(all, table, "CROSS JOIN latchkey_users")
    expect(plan.split("\n")).toEqual([
      `SEARCH ${table} USING PRIMARY KEY (user_id=? AND hash=?)`,
      "SEARCH latchkey_users USING PRIMARY KEY (id=?)"
    ])
  }
})

test("the look-up of each request compares casts, which no driver plans again at each bind", async () => {
  const lookUps = [...(await plans()).keys()].filter((sql) => /FROM latchkey_(?:sessions|tokens) CROSS JOIN/.test(sql))
  expect(lookUps).toHaveLength(2)
  // better-sqlite3 is built with STAT4, which looks at the values of bare parameters: `npm run -w benchmarks look-up` shows the time.
  for (const sql of lookUps) expect(sql).toMatch(/CAST\(\?\d? AS TEXT\)/)
})

test("a user's sessions and tokens are found by their owner, newest first", async () => {
  const all = await plans()
  for (const table of ["latchkey_sessions", "latchkey_tokens"]) {
    expect(planFor(all, `FROM ${table}`, "ORDER BY created_at DESC")).toBe(
      `SEARCH ${table} USING INDEX ${table}_made (user_id=? AND (created_at,id)<(?,?))`
    )
  }
})

test("tokens are counted by their owner, and an imported one is found by its hash", async () => {
  const all = await plans()
  expect(planFor(all, "AS others")).toBe("SEARCH latchkey_tokens USING PRIMARY KEY (user_id=?)")
  const byHash = [...all].filter(([sql]) => sql.includes("is_imported = 1"))
  expect(byHash).toHaveLength(2)
  for (const [, plan] of byHash) {
    expect(plan).toContain("SEARCH latchkey_tokens USING COVERING INDEX latchkey_tokens_imported (hash=?)")
  }
})

test("a CLI login is found by its id, its code or its owner", async () => {
  const all = await plans()
  for (const words of ["WHERE id = ? AND hash = ?", "WHERE id = ? AND user_id = ?", "SET poll_interval = ?"]) {
    expect(planFor(all, "latchkey_challenges", words), words).toBe(
      "SEARCH latchkey_challenges USING PRIMARY KEY (id=?)"
    )
  }
  expect(planFor(all, "FROM latchkey_challenges WHERE code_hash = ?")).toBe(
    "SEARCH latchkey_challenges USING INDEX latchkey_challenges_code (code_hash=?)"
  )
  const made = "INDEX latchkey_challenges_made (user_id=?"
  expect(planFor(all, "FROM latchkey_challenges", "created_at DESC")).toBe(
    `SEARCH latchkey_challenges USING ${made} AND (created_at,id)<(?,?))`
  )
  for (const words of ["ORDER BY created_at, id LIMIT ?)", "user_id = ? LIMIT ?)"]) {
    for (const [, plan] of [...all].filter(([sql]) => sql.includes("latchkey_challenges") && sql.includes(words))) {
      expect(plan, words).toContain(made)
    }
  }
})

test("a one-time code is found by its user and purpose, and a user's by the user", async () => {
  const ours = [...(await plans())].filter(([sql]) => /latchkey_codes\s+(?:SET \w+ = \? )?WHERE user_id = \?/.test(sql))
  expect(ours).toHaveLength(8)
  for (const [sql, plan] of ours) {
    const key = sql.includes("purpose = ?") ? "user_id=? AND purpose=?" : "user_id=?"
    expect(plan, sql).toBe(`SEARCH latchkey_codes USING PRIMARY KEY (${key})`)
  }
})

test("DEV-13 the limit of waiting CLI logins is read from one index, no further than the limit", async () => {
  expect(planFor(await plans(), "latchkey_challenges", "OFFSET ?")).toBe(
    "SEARCH latchkey_challenges USING COVERING INDEX latchkey_challenges_open (expires_at>?)"
  )
})

test("what expired is found by its end", async () => {
  const all = await plans()
  expect(planFor(all, "DELETE FROM latchkey_sessions", "min(idle_expires_at, expires_at) <= ?")).toContain(
    "INDEX latchkey_sessions_end"
  )
  expect(planFor(all, "DELETE FROM latchkey_tokens", "expires_at <= ?")).toContain("INDEX latchkey_tokens_end")
  expect(planFor(all, "DELETE FROM latchkey_challenges", "kept_until <= ?")).toContain("INDEX latchkey_challenges_end")
  expect(planFor(all, "DELETE FROM latchkey_codes", "expires_at <= ?")).toContain("INDEX latchkey_codes_end")
  expect(planFor(all, "DELETE FROM latchkey_buckets", "LIMIT ?")).toContain("INDEX latchkey_buckets_forget_at")
  expect(planFor(all, "DELETE FROM latchkey_buckets", "LIMIT 1")).toContain("INDEX latchkey_buckets_forget_at")
  expect(planFor(all, "DELETE FROM latchkey_shared_buckets", "LIMIT")).toContain(
    "INDEX latchkey_shared_buckets_forget_at"
  )
  expect(planFor(all, "DELETE FROM latchkey_marks", "LIMIT")).toContain("INDEX latchkey_marks_until")
})

test("SQL-05 no statement walks a whole table, or sorts more than its limit lets it read", async () => {
  const all = [...(await plans())]
  const walking = all.filter(([, plan]) => /SCAN latchkey_\w+($| (?!USING))/m.test(plan))
  expect(walking.map(([sql]) => sql)).toEqual([])
  const sorting = all.filter(([, plan]) => plan.includes("TEMP B-TREE"))
  expect(sorting.filter(([sql]) => !/LIMIT[^)]*\)/.test(sql))).toEqual([])
})

test("SQL-05 a user's audit records are read from both ends of an index, no more than a page of each", async () => {
  const plan = planFor(await plans(), "latchkey_audit", "actor = ?", "DESC")
  expect(plan).toContain("INDEX latchkey_audit_actor (actor=? AND rowid<?)")
  expect(plan).toContain("INDEX latchkey_audit_subject (subject=? AND rowid<?)")
})

test("SQL-05 a request's audit records are read from one index", async () => {
  const plan = planFor(await plans(), "latchkey_audit", "AND request = ?", "DESC")
  expect(plan).toContain("INDEX latchkey_audit_request (request=? AND rowid<?)")
})

test("ADM-11 SQL-05 a list of users reads a range of an index, and sorts no more than its limit lets it read", async () => {
  const all = await plans()
  const newest = [...all].filter(([sql]) => sql.includes("ORDER BY id DESC"))
  expect(newest.map(([, plan]) => plan)).toEqual([
    "SEARCH latchkey_users USING PRIMARY KEY (id<?)",
    "SEARCH latchkey_users USING INDEX latchkey_users_all_superusers (id<?)",
    "SEARCH latchkey_users USING INDEX latchkey_users_inactive (id<?)"
  ])
  const ranges = [
    "sqlite_autoindex_latchkey_users_2 ((canonical_username,id)>(?,?) AND canonical_username<?)",
    "sqlite_autoindex_latchkey_users_3 ((canonical_email,id)>(?,?) AND canonical_email<?)",
    "latchkey_users_domain (<expr>=? AND id>?)",
    "latchkey_users_domain (<expr>>? AND <expr><?)"
  ]
  const named = [...all].filter(([sql]) => sql.includes("canonical_username < coalesce"))
  expect(named).toHaveLength(3)
  for (const [sql, plan] of named) {
    const read = plan
      .split("\n")
      .filter((line) => /(?:SEARCH|SCAN) latchkey_users USING (?:COVERING )?INDEX/.test(line))
    expect(
      read.map((line) => line.replace(/.* INDEX /, "")),
      sql
    ).toEqual(ranges)
    expect(plan, sql).not.toMatch(/SCAN latchkey/)
  }
})

test("SQL-05 a backup reads the users from their primary key, each call its part", async () => {
  const inOrder = [...(await plans())].filter(([sql]) => sql.endsWith("? ORDER BY id LIMIT ?"))
  expect(inOrder.map(([, plan]) => plan)).toEqual([
    "SEARCH latchkey_users USING PRIMARY KEY (id>?)",
    "SEARCH latchkey_users USING PRIMARY KEY (id>?)"
  ])
})

test("ADM-11 users are counted without a look at any of them", async () => {
  const all = await plans()
  expect(planFor(all, "FROM latchkey_user_count")).toBe(
    "SEARCH latchkey_user_count USING INTEGER PRIMARY KEY (rowid=?)"
  )
  for (const index of ["latchkey_users_all_superusers", "latchkey_users_inactive"]) {
    expect(planFor(all, "SELECT count(*)", `INDEXED BY ${index}`)).toContain(
      `SCAN latchkey_users USING COVERING INDEX ${index}`
    )
  }
})
