#!/usr/bin/env node
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { runCommand } from "./command/command.ts"
import { exitCodes } from "./command/exit-codes.ts"
import { askOnTerminal, askSecretOnTerminal } from "./command/terminal.ts"
import { storeFromText } from "./store/store-from-env.ts"

const { stdin, stdout, stderr, env } = process
const stopped = new AbortController()
// Whoever stops us wants no half of a file left. A second signal is the system's again, and ends the process at once.
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
const stop = () => {
  for (const signal of signals) process.off(signal, stop)
  stopped.abort()
}
for (const signal of signals) process.on(signal, stop)
// Whoever reads us may stop to, as `head` does. A disk that is full is another matter: what was asked for is not there.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.readerGone)
  stderr.write(`latchkey-admin: standard output cannot be written: ${error.message}\n`)
  process.exit(exitCodes.failed)
})
stderr.on("error", () => undefined)

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

process.exitCode = await runCommand(process.argv.slice(2), {
  env,
  version,
  signal: stopped.signal,
  input: stdin,
  storeOf: storeFromText,
  fetch: globalThis.fetch,
  screen: {
    out: async (text) => {
      if (!stdout.write(text)) await once(stdout, "drain")
    },
    err: (text) => void stderr.write(text),
    isTerminal: stdin.isTTY === true && stderr.isTTY === true,
    columns: stdout.isTTY === true ? stdout.columns : null,
    ask: askOnTerminal,
    askSecret: askSecretOnTerminal
  }
})
