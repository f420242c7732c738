import { createServer, type RequestListener } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { type Auth, createAuth, reveal, setupUrl } from "@latchkey/core"
import { type Adapter, type Configuration, readConfiguration } from "./configuration.ts"
import { expressApp } from "./express-app.ts"
import { honoApp } from "./hono-app.ts"
import { jsonLog, type Log, latchkeyLogger } from "./log.ts"
import { startFailure } from "./start-failure.ts"
import { stopGracefully } from "./stop.ts"

const apps: Readonly<Record<Adapter, (auth: Auth, log: Log) => RequestListener>> = {
  hono: (auth, log) => getRequestListener(honoApp(auth, log).fetch),
  express: expressApp
}

/** Starts the reference server: the program behind `npm start`. */
const start = async (): Promise<void> => {
  const configuration = readConfiguration(process.env)
  const { host, port, store, adapter, settings } = configuration
  const auth = await createAuth({ ...settings, store: store.layer }, latchkeyLogger)
  const server = createServer(apps[adapter](auth, jsonLog))
  server.on("error", (error) => fail(error, auth))
  server.listen(port, host, () => greet(configuration, auth).catch((error) => fail(error, auth)))
  stopGracefully(server, auth, jsonLog)
}

/** Says where to go first. */
const greet = async ({ settings, adapter, store }: Configuration, auth: Auth): Promise<void> => {
  const lines = [`${auth.settings.name} is listening on ${settings.publicUrl} (${adapter}, ${store.name})`]
  const token = await auth.setup.issueToken()
  if (token !== null) {
    lines.push("There is no administrator yet. Make the first one here; the link works once, for 24 hours:")
    lines.push(`  ${setupUrl(settings.publicUrl, reveal(token))}`)
  } else if (await auth.setup.needed()) {
    lines.push(`There is no administrator yet. Make the first one at ${settings.publicUrl}/setup/`)
  }
  process.stdout.write(`${lines.join("\n")}\n`)
}

const fail = async (error: unknown, auth?: Auth): Promise<never> => {
  const told = startFailure(error)
  process.stderr.write(`${told ?? "The server could not start."}\n`)
  if (told === null) jsonLog("error", "start failed", { error: String(error) })
  await auth?.close()
  process.exit(1)
}

start().catch((error) => fail(error))
