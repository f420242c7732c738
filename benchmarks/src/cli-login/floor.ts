import { hash, randomBytes } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { type Context, Hono } from "hono"
import { onHono } from "../contenders/contender.ts"
import { sessionIn } from "../contenders/sqlite-floor.ts"
import { type MakeCliLoginContender, PEOPLE } from "./contender.ts"

const SCHEMA = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE sessions (hash TEXT PRIMARY KEY, person TEXT, ends INTEGER) WITHOUT ROWID;
  CREATE TABLE tokens (hash TEXT PRIMARY KEY, person TEXT, ends INTEGER) WITHOUT ROWID;
  CREATE TABLE waiting (hash TEXT PRIMARY KEY, code TEXT UNIQUE, state TEXT, person TEXT, ends INTEGER, next INTEGER)
    WITHOUT ROWID;`

const secretOf = (bytes: number): string => randomBytes(bytes).toString("hex")
const hashOf = (secret: unknown): string => hash("sha256", String(secret), "hex")

/** The least code that logs a program in by SQLite: one statement for each step, no limit of any kind, and no trail. */
export const floor: MakeCliLoginContender = async (folder) => {
  const db = new DatabaseSync(join(folder, "floor.db"))
  db.exec(SCHEMA)
  const people = Array.from({ length: PEOPLE }, (_, person) => {
    const secret = secretOf(32)
    db.prepare("INSERT INTO sessions VALUES (?, ?, ?)").run(hashOf(secret), String(person), Date.now() + 3_600_000)
    return `session=${secret}`
  })
  const begin = db.prepare("INSERT INTO waiting VALUES (?, ?, 'pending', NULL, ?, 0)")
  const poll = db.prepare("UPDATE waiting SET next = ? WHERE hash = ? AND ends > ? RETURNING state, person")
  const claim = db.prepare("UPDATE waiting SET state = 'claimed', person = ? WHERE code = ? AND state = 'pending'")
  const approve = db.prepare(
    "UPDATE waiting SET state = 'approved' WHERE code = ? AND person = ? AND state = 'claimed'"
  )
  const redeem = db.prepare("UPDATE waiting SET state = 'redeemed' WHERE hash = ? AND state = 'approved'")
  const give = db.prepare("INSERT INTO tokens VALUES (?, ?, ?)")
  const session = db.prepare("SELECT person FROM sessions WHERE hash = ? AND ends > ?")

  const personOf = (c: Context) =>
    session.get(hashOf(sessionIn(c.req.header("cookie") ?? "")), Date.now())?.person ?? null
  const refuse = (c: Context, error: string) => c.json({ error }, 400)

  const app = new Hono()
    .post("/oauth/device_authorization", (c) => {
      const [device_code, user_code] = [secretOf(32), secretOf(4)]
      begin.run(hashOf(device_code), user_code, Date.now() + 300_000)
      return c.json({ device_code, user_code, expires_in: 300, interval: 5 })
    })
    .post("/oauth/token", async (c) => {
      const key = hashOf((await c.req.parseBody()).device_code)
      const found = poll.get(Date.now() + 5_000, key, Date.now())
      if (found?.state !== "approved") return refuse(c, "authorization_pending")
      if (redeem.run(key).changes === 0) return refuse(c, "invalid_grant")
      const access_token = secretOf(32)
      give.run(hashOf(access_token), found.person ?? null, Date.now() + 3_600_000)
      return c.json({ access_token, token_type: "Bearer" })
    })
    .post("/auth/cli", async (c) => {
      const { code } = await c.req.parseBody()
      claim.run(personOf(c), String(code))
      return c.json({ id: code, state: "undecided" })
    })
    .post("/auth/cli/:id/approve", async (c) => {
      await c.req.parseBody()
      const { changes } = approve.run(c.req.param("id"), personOf(c))
      return changes === 0 ? refuse(c, "decided") : c.json({ status: "approved" })
    })

  return {
    listen: onHono(app),
    people,
    forget: async () => db.exec("DELETE FROM waiting; DELETE FROM tokens")
  }
}
