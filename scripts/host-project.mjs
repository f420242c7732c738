// A project of a host, made in an empty folder by the commands of a quick start: for the test that follows the documents.
// Packages come from the npm registry and from what `npm pack` makes of this checkout. Nothing is mocked, and without a
// registry `npm install` fails.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, resolve } from "node:path"
import { readMarkdown } from "./markdown.mjs"

/** A page of the documents, read. */
export const pageAt = (path) => readMarkdown(readFileSync(path, "utf8"))

/** The shell commands of the one fence of a page that contains a text. */
export const commandsWith = (page, text) => {
  const [fence, ...others] = page.fences.filter(({ lang, code }) => lang === "sh" && code.join("\n").includes(text))
  if (!fence || others.length > 0) throw new Error(`not one but ${others.length + (fence ? 1 : 0)} fences have ${text}`)
  return fence.code
}

/**
 * Follows the chapter "Install" of a quick start in a new folder. The page says where its commands differ from what we
 * run: the line that names packages of the registry which are not released yet, and the build of the checkout, which
 * `npm pack` does too.
 */
export const makeProject = async (page) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "latchkey-quick-start-")))
  const folder = join(root, "my-app")
  const released = commandsWith(page, "mkdir my-app").filter((line) => !line.includes(" @latchkey/"))
  const packing = commandsWith(page, "npm pack").map((line) =>
    line
      .replace("cd ../latchkey && npm ci && npm run build &&", `cd '${resolve(".")}' &&`)
      .replaceAll("../packed", join(root, "packed"))
      .replace("cd ../my-app", `cd '${folder}'`)
  )
  const remove = () => rmSync(root, { recursive: true, force: true })
  await run(root, [...released, ...packing].join("\n")).catch((error) => {
    remove()
    throw new Error(`The quick start cannot be installed. Is there an npm registry?\n${error.message}`)
  })
  return {
    folder,
    /** Writes files, by their paths. */
    write: (files) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), text)
      }
    },
    /** Runs commands; resolves with what they print, and rejects if one fails. */
    run: (script) => run(folder, script),
    /** Starts a server by a command. */
    start: (command, port) => startServer(folder, command, port),
    remove
  }
}

/** A port that nothing listens on at this moment. */
export const freePort = async () => {
  const probe = createServer().listen(0, "127.0.0.1")
  await once(probe, "listening")
  const { port } = probe.address()
  probe.close()
  await once(probe, "close")
  return port
}

/** Without what npm and the test runner have put there, which would make the project believe that it is this one. */
const environment = () => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:npm_|LATCHKEY_|VITEST|NODE_ENV|NODE_OPTIONS|INIT_CWD)/.test(name)
    )
  ),
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /^npm_config_(?:registry|cache)$/.test(name))),
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  npm_config_prefer_offline: "true",
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_fetch_retries: "1", // without a registry we say so, instead of waiting for minutes
  npm_config_update_notifier: "false"
})

const launch = (cwd, script) => {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    cwd,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true // a group of its own, which ends as one
  })
  const said = { text: "", output: "" }
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said.text += text))
  child.stdout.on("data", (text) => (said.output += text))
  const end = () => process.kill(-child.pid, "SIGKILL")
  process.once("exit", end)
  child.once("exit", () => process.off("exit", end))
  return { child, said, closed: once(child, "close") }
}

const run = async (cwd, script) => {
  const { said, closed } = launch(cwd, script)
  const [code] = await closed
  if (code !== 0) throw new Error(`in ${cwd} this ended with ${code}:\n${script}\n\n${said.text}`)
  return said.output
}

const startServer = async (cwd, command, port) => {
  const { child, said, closed } = launch(cwd, command)
  const url = `http://localhost:${port}`
  /** Asks again and again until there is something. */
  const wait = async (look) => {
    for (;;) {
      const found = await look()
      if (found) return found
      if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${said.text}`)
      await new Promise((again) => setTimeout(again, 50))
    }
  }
  await wait(() => fetch(url, { redirect: "manual" }).catch(() => null))
  return {
    url,
    /** What the server printed, once it matches. */
    said: (pattern) => wait(() => pattern.exec(said.text)),
    stop: async () => {
      if (child.exitCode === null) process.kill(-child.pid, "SIGTERM")
      await closed
    }
  }
}
