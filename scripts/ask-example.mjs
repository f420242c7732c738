// Runs inside of a host's project, beside a module of the documents: serves what the module exports, asks it for some
// paths as a browser would, and prints the answers as JSON.
import { once } from "node:events"
import { createServer } from "node:http"
import { resolve } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { createTestAuth } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"

const [file, ...paths] = process.argv.slice(2)
const made = await import(pathToFileURL(resolve(file)).href)
const makers = ["application", "site", "mount", "live"]
const maker = makers.find((name) => name in made)

/** Some examples have tables of their own beside Latchkey's. */
const db = new DatabaseSync(":memory:")
const openAuth = async () => (await createTestAuth({ store: sqliteStore(db) })).auth

/** An application, the routes for one, or a function from a request and an address. */
const found = maker ? made[maker](await openAuth(), db) : (made.app ?? made.fetch ?? made.handle)
if (!found) throw new Error(`${file} exports nothing to serve: ${makers.join(", ")}, app, fetch or handle`)

const listener = async () => {
  const mounted = "guard" in found ? found.routes : found
  const webHandler = mounted.fetch ?? (mounted.length === 2 ? (request) => mounted(request, null) : null)
  if (webHandler) return (await import("@hono/node-server")).getRequestListener(webHandler)
  return (await import("express")).default().use(mounted)
}

const server = createServer(await listener()).listen(0, "127.0.0.1")
await once(server, "listening")
const origin = `http://127.0.0.1:${server.address().port}`

const ask = async (path) => {
  const response = await fetch(`${origin}${path}`, { redirect: "manual", headers: { accept: "text/html" } })
  const to = response.headers.get("location")
  if (to !== null) return ask(to.replace(/^https?:\/\/[^/]+/, ""))
  return {
    path,
    status: response.status,
    challenge: response.headers.get("www-authenticate"),
    html: await response.text()
  }
}
const answers = []
for (const path of paths) answers.push(await ask(path))
console.log(JSON.stringify(answers))
process.exit()
