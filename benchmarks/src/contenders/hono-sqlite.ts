import { hash, randomBytes } from "node:crypto"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { honoAuth } from "@latchkey/adapter-hono"
import { createAuth, reveal, signedIn } from "@latchkey/core"
import { sqliteStore } from "@latchkey/store-sqlite"
import { betterAuth } from "better-auth"
import { getMigrations } from "better-auth/db/migration"
import Database from "better-sqlite3"
import { Hono } from "hono"

/** A server to measure: an application whose `/me` answers `ok`, and the headers that a logged-in client sends. */
export interface Contender {
  readonly fetch: (request: Request, env?: unknown) => Response | Promise<Response>
  readonly headers: Readonly<Record<string, string>>
}

const password = "a quiet lantern over grey water"
const publicUrl = "http://127.0.0.1:3000"

/** What a browser sends beside the session: two cookies of others. */
const withOthers = (cookie: string): string => `theme=dark; ${cookie}; consent=yes`

/** Hono with no check at all. */
const bare = async (): Promise<Contender> => ({
  fetch: new Hono().get("/me", (c) => c.text("ok")).fetch,
  headers: { cookie: withOthers("session=none") }
})

/** The least code that checks a session in SQLite: find the cookie, hash it, one joined read, compare the end. */
const floor = async (folder: string): Promise<Contender> => {
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
    const at = cookies.indexOf("session=")
    const end = cookies.indexOf(";", at)
    const row = find.get(hash("sha256", cookies.slice(at + 8, end === -1 ? undefined : end), "hex"))
    return (
      row !== undefined && row.is_active === 1 && row.epoch === row.user_epoch && Number(row.expires_at) > Date.now()
    )
  }
  const app = new Hono().get(
    "/me",
    async (c, next) => {
      if (!check(c.req.header("cookie") ?? "")) return c.text("no", 401)
      await next()
    },
    (c) => c.text("ok")
  )
  return { fetch: app.fetch, headers: { cookie: withOthers(`session=${secret}`) } }
}

const latchkeyApp = async (folder: string) => {
  const admin = { username: "ada", password }
  const auth = await createAuth({ publicUrl, admin, store: sqliteStore(join(folder, "latchkey.db")) })
  const { guard } = honoAuth(auth)
  return { auth, fetch: new Hono().get("/me", guard(signedIn), (c) => c.text("ok")).fetch }
}

const latchkeyCookie = async (folder: string): Promise<Contender> => {
  const { auth, fetch } = await latchkeyApp(folder)
  const { secret } = await auth.sessions.logIn({ username: "ada", password }, { kind: "browser" })
  return { fetch, headers: { cookie: withOthers(`latchkey_session=${reveal(secret)}`) } }
}

const latchkeyBearer = async (folder: string): Promise<Contender> => {
  const { auth, fetch } = await latchkeyApp(folder)
  const { secret } = await auth.sessions.logIn({ username: "ada", password })
  return { fetch, headers: { authorization: `Bearer ${reveal(secret)}` } }
}

/** A credential that nobody has: refused, without a store call. */
const latchkeyJunk = async (folder: string): Promise<Contender> => {
  const { fetch } = await latchkeyApp(folder)
  return { fetch, headers: { authorization: `Bearer lk_ses_${"0".repeat(71)}` } }
}

const better = async (folder: string, hasCache: boolean): Promise<Contender> => {
  const database = new Database(join(folder, "better-auth.db"))
  database.pragma("journal_mode = WAL")
  database.pragma("synchronous = NORMAL")
  const options = {
    database,
    baseURL: publicUrl,
    secret: randomBytes(32).toString("hex"),
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    logger: { disabled: true },
    telemetry: { enabled: false },
    session: { cookieCache: { enabled: hasCache, maxAge: 300 } }
  }
  await (await getMigrations(options)).runMigrations()
  const auth = betterAuth(options)
  const signedUp = await auth.api.signUpEmail({
    body: { name: "Ada", email: "ada@example.org", password },
    asResponse: true
  })
  const cookie = signedUp.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ")
  const app = new Hono().get("/me", async (c) => {
    const found = await auth.api.getSession({ headers: c.req.raw.headers })
    return found === null ? c.text("no", 401) : c.text("ok")
  })
  return { fetch: app.fetch, headers: { cookie: withOthers(cookie) } }
}

/** By name, in the order of the report. */
export const contenders: Readonly<Record<string, (folder: string) => Promise<Contender>>> = {
  bare,
  floor,
  "latchkey, cookie": latchkeyCookie,
  "latchkey, bearer": latchkeyBearer,
  "latchkey, refused": latchkeyJunk,
  "better-auth": (folder) => better(folder, false),
  "better-auth, cookie cache": (folder) => better(folder, true)
}
