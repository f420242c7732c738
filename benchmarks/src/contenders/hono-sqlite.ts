import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { honoAuth } from "@latchkey/adapter-hono"
import { type AuthOptions, createAuth, signedIn } from "@latchkey/core"
import { jwt } from "@latchkey/jwt"
import { sqliteStore } from "@latchkey/store-sqlite"
import { betterAuth } from "better-auth"
import { getMigrations } from "better-auth/db/migration"
import Database from "better-sqlite3"
import { Hono } from "hono"
import {
  bareHono,
  basicHeaders,
  browserHeaders,
  forgedHeaders,
  junkHeaders,
  type MakeContender,
  onHono,
  password,
  programHeaders,
  publicUrl,
  tokenHeaders,
  withOthers
} from "./contender.ts"
import { sqliteFloor } from "./sqlite-floor.ts"

const floor: MakeContender = async ({ folder }) => {
  const { check, headers } = sqliteFloor(folder)
  const app = new Hono().get(
    "/me",
    async (c, next) => {
      if (!check(c.req.header("cookie") ?? "")) return c.text("no", 401)
      await next()
    },
    (c) => c.text("ok")
  )
  return { listen: onHono(app), headers }
}

const latchkey =
  (headersOf: typeof browserHeaders, accessTokens?: AuthOptions["accessTokens"]): MakeContender =>
  async ({ folder }) => {
    const store = sqliteStore(join(folder, "latchkey.db"))
    const admin = { username: "ada", password, mustChangePassword: false }
    const auth = await createAuth({ publicUrl, store, admin, accessTokens })
    const { guard } = honoAuth(auth)
    const app = new Hono().get("/me", guard(signedIn), (c) => c.text("ok"))
    return { listen: onHono(app), headers: await headersOf(auth) }
  }

const signed = (options: { readonly stateless?: boolean } = {}) =>
  jwt({ keys: [{ algorithm: "HS256", key: randomBytes(48).toString("base64") }], ...options })

const better =
  (hasCache: boolean): MakeContender =>
  async ({ folder }) => {
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
    return { listen: onHono(app), headers: { cookie: withOthers(cookie) } }
  }

/** Hono, and everything in one SQLite file. */
export const honoSqlite: Readonly<Record<string, MakeContender>> = {
  bare: bareHono,
  floor,
  "latchkey, cookie": latchkey(browserHeaders),
  "latchkey, bearer": latchkey(programHeaders),
  "latchkey, signed bearer": latchkey(programHeaders, signed()),
  "latchkey, stateless bearer": latchkey(programHeaders, signed({ stateless: true })),
  "latchkey, token": latchkey(tokenHeaders),
  "latchkey, Basic __token__": latchkey(basicHeaders),
  "latchkey, refused": latchkey(async () => junkHeaders),
  "latchkey, refused signature": latchkey(forgedHeaders, signed()),
  "better-auth": better(false),
  "better-auth, cookie cache": better(true)
}
