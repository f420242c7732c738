#!/usr/bin/env node
import { readFileSync } from "node:fs"
import { hostname } from "node:os"
import { systemClock } from "./clock.ts"
import { runCommand } from "./command/command.ts"
import { hasBrowser, openBrowser } from "./login/browser.ts"
import { askOnTerminal, isTerminal } from "./login/terminal.ts"
import { tokenFile } from "./tokens/token-file.ts"

const { stdout, stderr, env, platform } = process
const stopped = new AbortController()
// A second Ctrl-C is the system's again, and ends the process at once.
process.once("SIGINT", () => stopped.abort())
// Whoever reads us may stop to, as `head` does.
stdout.on("error", () => undefined)
stderr.on("error", () => undefined)

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

process.exitCode = await runCommand(process.argv.slice(2), {
  env,
  hostname: hostname(),
  version,
  // Not before a command needs it: help is there for users without a home folder too.
  get tokens() {
    return tokenFile({ app: "latchkey" })
  },
  clock: systemClock,
  fetch: globalThis.fetch,
  browser: hasBrowser({ platform, env }) ? openBrowser : null,
  signal: stopped.signal,
  screen: {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isTerminal: isTerminal(),
    ask: askOnTerminal
  }
})
