// A weekend with Auth.js: a database with the tables of its adapters, and the guide's SQL and commands.
import { mailbox } from "@latchkey/core/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { bearer, logIn, me, startApplication } from "./application.ts"
import { insert, type Kind, kinds } from "./database.ts"
import { type Done, type Rehearsal, startRehearsal } from "./rehearsal.ts"

/** As the documents of @auth/pg-adapter and @auth/drizzle-adapter have them. */
const tables: Readonly<Record<Kind, string>> = {
  PostgreSQL: `
    CREATE TABLE verification_token (identifier TEXT NOT NULL, expires TIMESTAMPTZ NOT NULL, token TEXT NOT NULL, PRIMARY KEY (identifier, token));
    CREATE TABLE accounts (id SERIAL, "userId" INTEGER NOT NULL, type VARCHAR(255) NOT NULL, provider VARCHAR(255) NOT NULL, "providerAccountId" VARCHAR(255) NOT NULL, refresh_token TEXT, access_token TEXT, expires_at BIGINT, id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT, PRIMARY KEY (id));
    CREATE TABLE sessions (id SERIAL, "userId" INTEGER NOT NULL, expires TIMESTAMPTZ NOT NULL, "sessionToken" VARCHAR(255) NOT NULL, PRIMARY KEY (id));
    CREATE TABLE users (id SERIAL, name VARCHAR(255), email VARCHAR(255), "emailVerified" TIMESTAMPTZ, image TEXT, PRIMARY KEY (id));`,
  SQLite: `
    CREATE TABLE user (id text PRIMARY KEY NOT NULL, name text, email text, emailVerified integer, image text);
    CREATE UNIQUE INDEX user_email_unique ON user (email);
    CREATE TABLE account (userId text NOT NULL, type text NOT NULL, provider text NOT NULL, providerAccountId text NOT NULL, refresh_token text, access_token text, expires_at integer, token_type text, scope text, id_token text, session_state text, PRIMARY KEY (provider, providerAccountId), FOREIGN KEY (userId) REFERENCES user (id) ON DELETE cascade);
    CREATE TABLE session (sessionToken text PRIMARY KEY NOT NULL, userId text NOT NULL, expires integer NOT NULL, FOREIGN KEY (userId) REFERENCES user (id) ON DELETE cascade);
    CREATE TABLE verificationToken (identifier text NOT NULL, token text NOT NULL, expires integer NOT NULL, PRIMARY KEY (identifier, token));`
}

const rows = (kind: Kind): string => {
  const verified = kind === "SQLite" ? 1_717_156_800_000 : "2024-05-31T12:00:00Z"
  const add = (id: number, email: string | null, emailVerified: string | number | null) =>
    insert(kind === "SQLite" ? "user" : "users", {
      id: kind === "SQLite" ? `user-${id}` : id,
      name: "x",
      email,
      emailVerified
    })
  return [add(1, "ada@example.org", verified), add(2, "bob@example.org", null), add(3, null, null)].join("")
}

describe.each(kinds)("Auth.js on %s", (kind) => {
  let rehearsal: Rehearsal
  let done: ReadonlyArray<Done>

  beforeAll(async () => {
    rehearsal = await startRehearsal({
      guide: "from-auth-js",
      kind,
      env: { LATCHKEY_SMTP_URL: "smtp://localhost:1", LATCHKEY_MAIL_FROM: "no-reply@example.org" }
    })
    rehearsal.old.run(tables[kind] + rows(kind))
    done = await rehearsal.changeOver()
  })
  afterAll(() => rehearsal?.[Symbol.asyncDispose]())

  test("CHG-01 the guide's commands take over everybody with an address", async () => {
    expect(done.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ""],
      [0, expect.stringMatching(/^2 lines: 2 would be added/)],
      [0, expect.stringContaining("2 lines: 2 added (2 users)")]
    ])
    await using server = await startApplication(rehearsal.folder, () => ({ mailer: null }))
    const { items } = await server.auth.users.list()
    expect(items.map(({ email, isVerified }) => [email, isVerified]).sort()).toEqual([
      ["ada@example.org", true],
      ["bob@example.org", false]
    ])
  })

  test("CHG-02 a user without a password gets the first one by mail, which proves the address", async () => {
    const mails = mailbox()
    await using server = await startApplication(rehearsal.folder, () => ({ mailer: mails.mailer }))
    const [email, password] = ["bob@example.org", "four unrelated words here"]
    expect((await server.ask("POST", "/auth/forgot-password", { json: { email } })).status).toBe(202)
    await server.clock.advance("1 second")
    const { token } = mails.newest("reset")
    expect((await server.ask("POST", "/auth/reset-password", { json: { token, password } })).status).toBe(200)
    const { body } = await logIn(server, email, password)
    expect((await me(server, bearer(String(body?.access_token)))).body).toMatchObject({ email, is_verified: true })
  })
})
