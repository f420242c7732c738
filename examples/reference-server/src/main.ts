import { createServer } from "node:http"
import { type Auth, createAuth, reveal } from "@latchkey/core"
import type { Application } from "./application.ts"
import { type Adapter, type Configuration, readConfiguration } from "./configuration.ts"
import { expressApp } from "./express-app.ts"
import { honoApp } from "./hono-app.ts"
import { jsonLog, type Log, latchkeyLogger } from "./log.ts"
import { startAdvice, startFailure } from "./start-failure.ts"
import { stopGracefully } from "./stop.ts"

const applications: Readonly<Record<Adapter, (auth: Auth, log: Log) => Application>> = {
  hono: honoApp,
  express: expressApp
}

/** Starts the reference server: the program behind `npm start`. */
const start = async (): Promise<void> => {
  // A server that refuses to start says why, and nothing else: warnings wait.
  const started = Promise.withResolvers<void>()
  const warn = (line: string) => void started.promise.then(() => jsonLog("warning", line))
  const configuration = await readConfiguration(process.env, warn)
  const { host, port, store, adapter, mailer, accessTokens, legacyPasswords, settings } = configuration
  const parts = { store: store.layer, mailer, accessTokens, legacyPasswords }
  const auth = await createAuth({ ...settings, ...parts }, latchkeyLogger)
  const { listener, setupUrl } = applications[adapter](auth, jsonLog)
  started.resolve()
  const server = createServer(listener)
  server.on("error", (error) => fail(error, auth))
  server.listen(port, host, () => greet(configuration, auth, setupUrl).catch((error) => fail(error, auth)))
  stopGracefully(server, auth, mailer, jsonLog)
}

/** Prints where to go first. */
const greet = async (
  { settings, adapter, store }: Configuration,
  auth: Auth,
  setupUrl: Application["setupUrl"]
): Promise<void> => {
  const lines = [`${auth.settings.name} is listening on ${settings.publicUrl} (${adapter}, ${store.name})`]
  const token = await auth.setup.issueToken()
  if (token !== null) {
    lines.push("There is no administrator yet. Create the first one with this link. It works once, within 24 hours:")
    lines.push(`  ${setupUrl(reveal(token))}`)
  } else if (await auth.setup.needed()) {
    lines.push(`There is no administrator yet. Create the first one at ${setupUrl()}`)
  }
  process.stdout.write(`${lines.join("\n")}\n`)
}

const fail = async (error: unknown, auth?: Auth): Promise<never> => {
  const told = startFailure(error)
  process.stderr.write(`${told ?? "The server could not start. See the log line below."}\n`)
  const advice = startAdvice(error)
  if (advice !== null) process.stdout.write(`${advice}\n`)
  if (told === null) jsonLog("error", "start failed", { error: String(error) })
  await auth?.close()
  process.exit(1)
}

start().catch((error) => fail(error))
