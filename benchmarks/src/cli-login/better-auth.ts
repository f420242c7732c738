import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { betterAuth } from "better-auth"
import { getMigrations } from "better-auth/db/migration"
import { deviceAuthorization } from "better-auth/plugins"
import Database from "better-sqlite3"
import { Hono } from "hono"
import { onHono, password, publicUrl } from "../contenders/contender.ts"
import { type MakeCliLoginContender, nameOf, PEOPLE } from "./contender.ts"

/** Its plugin for RFC 8628, without a pace: it tells `slow_down` to a poll that would collect, too. */
export const better: MakeCliLoginContender = async (folder) => {
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
    plugins: [deviceAuthorization({ interval: "0s", userCodeLength: 8 })]
  }
  await (await getMigrations(options)).runMigrations()
  // Its plugin looks codes up, and its migration makes no index for them.
  database.exec(`CREATE INDEX IF NOT EXISTS by_device_code ON deviceCode (deviceCode);
    CREATE INDEX IF NOT EXISTS by_user_code ON deviceCode (userCode)`)
  const auth = betterAuth(options)
  const cookies: Array<string> = []
  for (let person = 0; person < PEOPLE; person++) {
    const name = nameOf(person)
    const body = { name, email: `${name}@example.org`, password }
    const { headers } = await auth.api.signUpEmail({ body, asResponse: true })
    cookies.push(
      headers
        .getSetCookie()
        .map((line) => line.split(";", 1)[0])
        .join("; ")
    )
  }
  const last = database.prepare("SELECT max(rowid) AS row FROM session").get() as { readonly row: number }
  const forget = database.prepare("DELETE FROM session WHERE rowid > ?")
  return {
    listen: onHono(new Hono().all("/api/auth/*", (c) => auth.handler(c.req.raw))),
    people: cookies,
    forget: async () => {
      database.exec("DELETE FROM deviceCode")
      forget.run(last.row)
    }
  }
}
