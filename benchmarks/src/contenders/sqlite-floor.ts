import { hash, randomBytes } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { withOthers } from "./contender.ts"

/** The least code that checks a session in SQLite: find the cookie, hash it, one joined read, compare the end. */
export const sqliteFloor = (folder: string) => {
  const db = new DatabaseSync(join(folder, "floor.db"))
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT, is_active INTEGER, epoch INTEGER) WITHOUT ROWID;
    CREATE TABLE sessions (hash TEXT PRIMARY KEY, user_id TEXT, epoch INTEGER, expires_at INTEGER) WITHOUT ROWID;`)
  const secret = randomBytes(32).toString("base64url")
  db.prepare("INSERT INTO users VALUES ('u', 'ada', 1, 0)").run()
  db.prepare("INSERT INTO sessions VALUES (?, 'u', 0, ?)").run(hash("sha256", secret, "hex"), Date.now() + 3_600_000)
  const find = db.prepare(`SELECT expires_at, is_active, s.epoch AS epoch, u.epoch AS user_epoch, name
    FROM sessions s JOIN users u ON u.id = s.user_id WHERE hash = ?`)
  const check = (cookies: string): boolean => {
    const row = find.get(hash("sha256", sessionIn(cookies), "hex"))
    return (
      row !== undefined && row.is_active === 1 && row.epoch === row.user_epoch && Number(row.expires_at) > Date.now()
    )
  }
  return { check, headers: { cookie: withOthers(`session=${secret}`) } }
}

/** The value of the floor's cookie. */
export const sessionIn = (cookies: string): string => {
  const at = cookies.indexOf("session=")
  const end = cookies.indexOf(";", at)
  return cookies.slice(at + 8, end === -1 ? undefined : end)
}
