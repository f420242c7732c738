// A weekend with FastPluggy's auth_user 0.2: a database with its tables, the guide's SQL and commands, and the clients that go on.
import { createHash, randomBytes } from "node:crypto"
import { DatabaseSync } from "node:sqlite"
import { parseUserId } from "@latchkey/core"
import { hash } from "@node-rs/bcrypt"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { basic, bearer, logIn, me, startApplication } from "./application.ts"
import { insert, type Kind, kinds } from "./database.ts"
import { readGuide } from "./guide.ts"
import { type Done, type Rehearsal, startRehearsal } from "./rehearsal.ts"

/** As SQLAlchemy makes them of the plugin's models. The table of tokens is ours: the columns that the guide names. */
const tables: Readonly<Record<Kind, string>> = {
  SQLite: `
    CREATE TABLE users (id INTEGER NOT NULL, username VARCHAR(255) NOT NULL, hashed_password VARCHAR(255) NOT NULL, is_admin BOOLEAN, PRIMARY KEY (id));
    CREATE UNIQUE INDEX ix_users_username ON users (username);
    CREATE TABLE sessions (session_id VARCHAR(255) NOT NULL, session_data JSON NOT NULL, session_lifetime TIMESTAMP NOT NULL, session_time TIMESTAMP NOT NULL, PRIMARY KEY (session_id));
    CREATE TABLE user_tokens (id INTEGER NOT NULL, user_id INTEGER NOT NULL REFERENCES users (id), name VARCHAR(255) NOT NULL, token_hash VARCHAR(64) NOT NULL, created_at DATETIME, expires_at DATETIME, last_used_at DATETIME, PRIMARY KEY (id));`,
  PostgreSQL: `
    CREATE TABLE users (id SERIAL NOT NULL, username VARCHAR(255) NOT NULL, hashed_password VARCHAR(255) NOT NULL, is_admin BOOLEAN, PRIMARY KEY (id));
    CREATE UNIQUE INDEX ix_users_username ON users (username);
    CREATE TABLE sessions (session_id VARCHAR(255) NOT NULL, session_data JSON NOT NULL, session_lifetime TIMESTAMP WITHOUT TIME ZONE NOT NULL, session_time TIMESTAMP WITHOUT TIME ZONE NOT NULL, PRIMARY KEY (session_id));
    CREATE TABLE user_tokens (id SERIAL NOT NULL, user_id INTEGER NOT NULL REFERENCES users (id), name VARCHAR(255) NOT NULL, token_hash VARCHAR(64) NOT NULL, created_at TIMESTAMP WITHOUT TIME ZONE, expires_at TIMESTAMP WITHOUT TIME ZONE, last_used_at TIMESTAMP WITHOUT TIME ZONE, PRIMARY KEY (id));`
}

const DAY = 86_400_000
const passwords = { ada: "correct horse", bob: "Müller's böse Katze", carol: "tr0ub4dor&3", dora: "never came back" }
const newToken = () => randomBytes(32).toString("base64url")
const tokens = { endless: newToken(), ending: newToken(), ended: newToken(), carols: newToken() }

/** A time as SQLAlchemy writes it, without a zone. */
const time = (at: number) => new Date(at).toISOString().replace("T", " ").replace("Z", "123")

const rows = async (now: number): Promise<string> => {
  // bcrypt for Python writes $2b$. PHP writes $2y$ for the same, and older libraries $2a$.
  const hashOf = async (password: string, mark = "$2b$") =>
    (await hash(password, { cost: 12 })).replace(/^\$2.\$/, mark)
  const token = (id: number, user: number, secret: string, ends: number | null) =>
    insert("user_tokens", {
      id,
      user_id: user,
      name: `token ${id}`,
      token_hash: createHash("sha256").update(secret).digest("hex"),
      created_at: time(now - 30 * DAY),
      expires_at: ends === null ? null : time(ends),
      last_used_at: null
    })
  return [
    insert("users", { id: 1, username: "ada", hashed_password: await hashOf(passwords.ada), is_admin: true }),
    insert("users", { id: 2, username: "Bob", hashed_password: await hashOf(passwords.bob, "$2a$"), is_admin: null }),
    insert("users", {
      id: 3,
      username: "Carol@Example.org",
      hashed_password: await hashOf(passwords.carol, "$2y$"),
      is_admin: false
    }),
    insert("users", { id: 4, username: "no such name", hashed_password: await hashOf("x"), is_admin: false }),
    insert("users", { id: 5, username: "bob", hashed_password: await hashOf("x"), is_admin: false }),
    insert("users", { id: 6, username: "dora", hashed_password: await hashOf(passwords.dora), is_admin: false }),
    token(1, 1, tokens.endless, null),
    token(2, 2, tokens.ending, now + 7 * DAY),
    token(3, 2, tokens.ended, now - DAY),
    token(4, 3, tokens.carols, null),
    token(5, 4, newToken(), null)
  ].join("")
}

describe.each(kinds)("FastPluggy on %s", (kind) => {
  const now = Date.now()
  let rehearsal: Rehearsal
  let done: ReadonlyArray<Done>

  beforeAll(async () => {
    rehearsal = await startRehearsal({ guide: "from-fastpluggy", kind })
    rehearsal.old.run(tables[kind] + (await rows(now)))
    done = await rehearsal.changeOver()
  })
  afterAll(() => rehearsal?.[Symbol.asyncDispose]())

  const start = () => startApplication(rehearsal.folder, undefined, now)

  test("CHG-01 the guide's commands take over what can be, and tell the rest", () => {
    // Some lines were skipped, which the exit code of the import tells.
    expect(done.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ""],
      [6, expect.stringContaining("10 lines: 7 would be added (4 users, 3 tokens), 0 there already, 3 skipped")],
      [6, expect.stringContaining("7 added (4 users, 3 tokens)")]
    ])
    expect(rehearsal.report().filter(({ outcome }) => outcome === "skipped")).toMatchObject([
      { of: "user", old: "4", why: "the username cannot be used: malformed" },
      { of: "user", old: "5", why: "another user has a name of this one" },
      { of: "token", old: "4", why: "its user is not there" }
    ])
  })

  test("CHG-01 the commands can be run again, and change nothing", async () => {
    const again = await rehearsal.run(
      "npx latchkey-admin import users.jsonl --config options.ts --source fastpluggy --yes"
    )
    expect(again.stderr).toContain("10 lines: 0 added, 7 there already, 3 skipped")
  })

  test("CHG-02 every user logs in with the old password and under the old name, and is who they were", async () => {
    await using server = await start()
    expect((await logIn(server, "ada", passwords.ada)).status).toBe(200)
    expect((await logIn(server, "bob", passwords.bob)).status).toBe(200)
    expect((await logIn(server, "carol@example.org", passwords.carol)).status).toBe(200)
    expect((await logIn(server, "bob", passwords.ada)).status).toBe(400)
    const { items } = await server.auth.users.list()
    expect(items.map(({ id, username, email, isSuperuser }) => ({ id, username, email, isSuperuser }))).toEqual(
      expect.arrayContaining([
        { id: rehearsal.newIdOf(1), username: "ada", email: null, isSuperuser: true },
        { id: rehearsal.newIdOf(2), username: "Bob", email: null, isSuperuser: false },
        { id: rehearsal.newIdOf(3), username: null, email: "Carol@example.org", isSuperuser: false }
      ])
    )
    expect(await server.auth.setup.needed()).toBe(false)
  })

  test("CHG-03 old tokens go on as pip, twine, npm and curl send them, with the scopes of the export", async () => {
    await using server = await start()
    const sent = [
      bearer(tokens.endless),
      basic("__token__", tokens.endless),
      basic(tokens.endless, ""),
      basic("ada", tokens.endless)
    ]
    for (const authorization of sent)
      expect(await me(server, authorization)).toMatchObject({ status: 200, body: { username: "ada" } })
    expect((await me(server, basic("bob", tokens.endless))).status).toBe(401)
    expect(await me(server, bearer(tokens.carols))).toMatchObject({ body: { email: "Carol@example.org" } })
    const identity = await server.auth.identify({ authorization: bearer(tokens.endless), sessionCookie: null })
    expect(identity).toMatchObject({ via: "token", scopes: ["packages:read", "packages:write"] })
  })

  test("CHG-03 an old token ends when it did there, and one that had ended is not taken over", async () => {
    await using server = await start()
    expect((await me(server, bearer(tokens.ended))).status).toBe(401)
    await server.clock.advance(7 * DAY - 1_000)
    expect((await me(server, bearer(tokens.ending))).status).toBe(200)
    await server.clock.advance("1 second")
    expect((await me(server, bearer(tokens.ending))).status).toBe(401)
  })

  test("CHG-04 a new password ends the old tokens of its user, and of nobody else", async () => {
    await using server = await start()
    const ada = parseUserId(rehearsal.newIdOf(1))
    if (ada === null) throw new Error("the report has no new id of ada")
    await server.auth.passwords.change({ user: ada, current: passwords.ada, next: "four unrelated words here" })
    expect((await me(server, bearer(tokens.endless))).status).toBe(401)
    expect((await me(server, bearer(tokens.carols))).status).toBe(200)
  })

  test("CHG-04 after the grace period old tokens open nothing, and only those who never came need a new password", async () => {
    await using server = await start()
    expect((await logIn(server, "bob", passwords.bob)).status).toBe(200)
    await using later = await server.restart(({ tokens }) => ({
      tokens: { ...tokens, acceptImported: false },
      legacyPasswords: []
    }))
    expect((await me(later, bearer(tokens.carols))).status).toBe(401)
    expect((await logIn(later, "bob", passwords.bob)).status).toBe(200)
    expect((await logIn(later, "dora", passwords.dora)).status).toBe(400)
  })

  test("CHG-04 the guides count who has an old hash, and which old tokens are used", async () => {
    await using server = await start()
    await logIn(server, "ada", passwords.ada)
    await me(server, bearer(tokens.carols))
    await server.clock.advance("1 second") // uses are noted beside the request
    const database = new DatabaseSync(server.file, { readOnly: true })
    const asked = ["changing-over", "legacy-passwords"].flatMap((page) => readGuide(page).questions)
    const counts = asked.map((sql) => Object.values(database.prepare(sql).get() ?? {}))
    database.close()
    expect(counts).toEqual([[3], [1], [3]])
    const [command = ""] = readGuide("changing-over").countingCommands
    expect((await rehearsal.run(command)).stdout).toBe("4\n")
  })
})
