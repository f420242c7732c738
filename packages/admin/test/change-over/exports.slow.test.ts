// What old databases may have and the rehearsals of the guides have not: other encodings, other ids.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { objectsOf } from "../test-world.ts"
import { insert, kinds } from "./database.ts"
import { readGuide } from "./guide.ts"
import { type RehearsalOptions, startRehearsal } from "./rehearsal.ts"

/** The rows that a guide's command exports from a database of these statements. */
const exported = async (options: RehearsalOptions, statements: string) => {
  await using rehearsal = await startRehearsal(options)
  rehearsal.old.run(statements)
  const { exitCode, stderr } = await rehearsal.run(readGuide(options.guide).exportCommand(options.kind))
  expect([exitCode, stderr]).toEqual([0, ""])
  return objectsOf(readFileSync(join(rehearsal.folder, "users.jsonl"), "utf8"))
}

test.runIf(kinds.includes("PostgreSQL"))(
  "CHG-01 names come out as they are, whatever the encoding of the database",
  async () => {
    const rows = await exported(
      { guide: "from-fastpluggy", kind: "PostgreSQL" },
      `CREATE TABLE users (id SERIAL, username VARCHAR(255), hashed_password VARCHAR(255), is_admin BOOLEAN);
    CREATE TABLE user_tokens (id SERIAL, user_id INTEGER, name VARCHAR(255), token_hash VARCHAR(64), created_at TIMESTAMP, expires_at TIMESTAMP, last_used_at TIMESTAMP);
    DO $$ BEGIN ASSERT (SELECT encoding = pg_char_to_encoding('LATIN1') FROM pg_database WHERE datname = current_database()); END $$;
    ${insert("users", { id: 1, username: "Büro", hashed_password: "x", is_admin: false })}`
    )
    expect(rows).toMatchObject([{ username: "Büro" }])
  }
)

test.runIf(kinds.includes("SQLite"))("CHG-01 ids that are numbers or have dashes come out as they are", async () => {
  const user = (id: string | number) =>
    insert("user", { id, email: "x", hashed_password: "x", is_active: true, is_superuser: false, is_verified: true })
  const [plain, dashed] = ["4b6bf9d2c0de4f0ba1d5d3a0c4f7e812", "4b6bf9d2-c0de-4f0b-a1d5-d3a0c4f7e812"]
  const columns = "email TEXT, hashed_password TEXT, is_active BOOLEAN, is_superuser BOOLEAN, is_verified BOOLEAN"
  const idsOf = async (type: string, ids: ReadonlyArray<string | number>) => {
    const statements = [`CREATE TABLE user (id ${type}, ${columns});`, ...ids.map(user)]
    const rows = await exported({ guide: "from-fastapi-users", kind: "SQLite" }, statements.join("\n"))
    return rows.map(({ id }) => id)
  }
  expect(await idsOf("INTEGER PRIMARY KEY", [7, 123_456])).toEqual([7, 123_456])
  expect(await idsOf("CHAR(36)", [plain, dashed])).toEqual([dashed, dashed])
})
