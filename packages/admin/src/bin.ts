#!/usr/bin/env node
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { runCommand } from "./command/command.ts"
import { askOnTerminal, askSecretOnTerminal } from "./command/terminal.ts"

const { stdin, stdout, stderr, env } = process
const stopped = new AbortController()
// A second Ctrl-C is the system's again, and ends the process at once.
process.once("SIGINT", () => stopped.abort())
// Whoever reads us may stop to, as `head` does.
stdout.on("error", () => process.exit(0))
stderr.on("error", () => undefined)

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

process.exitCode = await runCommand(process.argv.slice(2), {
  env,
  version,
  signal: stopped.signal,
  input: stdin,
  screen: {
    out: async (text) => {
      if (!stdout.write(text)) await once(stdout, "drain")
    },
    err: (text) => void stderr.write(text),
    isTerminal: stdin.isTTY === true && stderr.isTTY === true,
    isOutTerminal: stdout.isTTY === true,
    ask: askOnTerminal,
    askSecret: askSecretOnTerminal
  }
})
