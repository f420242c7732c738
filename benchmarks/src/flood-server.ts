import { join } from "node:path"
import { honoAuth } from "@latchkey/adapter-hono"
import { createAuth, signedIn } from "@latchkey/core"
import { sqliteStore } from "@latchkey/store-sqlite"
import { Hono } from "hono"
import { browserHeaders, onHono, password, publicUrl } from "./contenders/contender.ts"

/**
 * A child process with a guarded route and two users: one has a session, and the other may log in without end. Tells its parent
 * the memory that it uses.
 */
const [folder = "", concurrency = "1"] = process.argv.slice(2)

const auth = await createAuth({
  publicUrl,
  store: sqliteStore(join(folder, "latchkey.db")),
  admin: { username: "ada", password, mustChangePassword: false },
  passwords: { concurrency: Number(concurrency) },
  throttle: { perAccountAndNetwork: 10_000, perAccount: 100_000, perNetwork: 1_000_000 }
})
const { guard, routes } = honoAuth(auth)
const app = new Hono().get("/me", guard(signedIn), (c) => c.text("ok")).route("/", routes)
const headers = await browserHeaders(auth)
await auth.users.create({ username: "grace", password })
process.send?.({ port: await onHono(app)(), headers })

process.on("message", () => process.send?.({ bytes: process.memoryUsage.rss() }))
