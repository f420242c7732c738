import { mkdirSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { authSettingsFromEnv, createAuth } from "@latchkey/core"
import { sqliteStore } from "@latchkey/store-sqlite"
import { indexScopes } from "./index-route.ts"
import { listeners, packageIndex } from "./package-index.ts"

// The program behind `npm run package-index`: PORT, PACKAGE_INDEX_FOLDER, and every LATCHKEY_ option of the environment.
const port = Number(process.env.PORT || 4873)
const folder = process.env.PACKAGE_INDEX_FOLDER || "package-index-data"
const publicUrl = `http://127.0.0.1:${port}`

mkdirSync(folder, { recursive: true })
const settings = authSettingsFromEnv(process.env)
const auth = await createAuth({
  publicUrl,
  name: "Package index",
  ...settings,
  tokens: { ...settings.tokens, scopes: indexScopes },
  store: sqliteStore(join(folder, "latchkey.db"))
})
const listener = listeners[process.argv.includes("--express") ? "express" : "hono"]
const server = createServer(listener(auth, packageIndex(folder, auth.settings.publicUrl ?? publicUrl)))
server.on("error", (error: NodeJS.ErrnoException) => {
  const mend = error.code === "EADDRINUSE" ? ". Choose another port: PORT=4874 npm run package-index" : ""
  console.error(`${error.message}${mend}`)
  process.exit(1)
})
server.listen(port, "127.0.0.1", () =>
  console.log(`The package index is running. Create a token at ${publicUrl}/tokens/`)
)

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close(() => void auth.close())
    server.closeAllConnections()
  })
}
