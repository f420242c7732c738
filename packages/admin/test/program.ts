import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { inject } from "vitest"

/** The command while it runs. */
export interface Running {
  readonly out: () => string
  readonly err: () => string
  /** Resolves when a text has been written; fails if the program ends without. */
  readonly waitFor: (text: string) => Promise<void>
  readonly type: (text: string) => void
  /** Ends its standard input. */
  readonly endInput: () => void
  readonly signal: (name: NodeJS.Signals) => void
  /** The largest that it was in memory, in bytes; 0 where the system does not tell. */
  readonly pid: number
  readonly ended: Promise<number | null>
}

/** A folder of a test, with the environment of whoever runs a server there. */
export const workplace = (more: Readonly<Record<string, string>> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-admin-"))
  const { PATH = "" } = process.env
  const env = {
    PATH,
    HOME: folder,
    TERM: "xterm",
    NODE_NO_WARNINGS: "1",
    LATCHKEY_PUBLIC_URL: "http://localhost:3000",
    LATCHKEY_STORE: `sqlite:${join(folder, "app.db")}`,
    ...more
  }
  return {
    folder,
    path: (name: string) => join(folder, name),
    /** Starts the command; with `input` its standard input is that and ends. */
    start: (args: ReadonlyArray<string>, input?: string): Running =>
      follow(spawn(process.execPath, [inject("adminProgram"), ...args], { env, cwd: folder }), input),
    /** The same on a terminal of its own. */
    startOnTerminal: (args: ReadonlyArray<string>): Running => {
      const command = [process.execPath, inject("adminProgram"), ...args].map(quoted).join(" ")
      return follow(
        spawn(terminals, ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], { env, cwd: folder })
      )
    },
    /** A line of a shell, in which `latchkey-admin` is the command. */
    shell: (line: string): Running => {
      const command = `latchkey-admin() { ${quoted(process.execPath)} ${quoted(inject("adminProgram"))} "$@"; }\n${line}`
      return follow(spawn("bash", ["-c", command], { env, cwd: folder }))
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true })
  }
}

export type Workplace = ReturnType<typeof workplace>

/** A program that makes a terminal, and passes on what is typed. */
const terminals = "script"

/** Runs the command to its end. */
export const ran = async (running: Running) => {
  const code = await running.ended
  return { code, out: running.out(), err: running.err() }
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** Whether tests can have a terminal: other systems have a `script` that takes other options. */
export const hasTerminals = process.platform === "linux" && isOnPath(terminals)

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const follow = (child: ChildProcess, input?: string): Running => {
  let [out, err] = ["", ""]
  const readers = new Set<() => void>()
  const told = () => {
    for (const look of readers) look()
  }
  child.stdout?.on("data", (chunk) => {
    out += chunk
    told()
  })
  child.stderr?.on("data", (chunk) => {
    err += chunk
    told()
  })
  child.stdin?.on("error", () => undefined)
  if (input !== undefined) child.stdin?.end(input)
  const ended = once(child, "close").then(([code]) => code as number | null)
  return {
    out: () => out,
    err: () => err,
    waitFor: (wanted) =>
      new Promise<void>((done, fail) => {
        const look = () => {
          if (!(out + err).includes(wanted)) return
          readers.delete(look)
          done()
        }
        readers.add(look)
        look()
        void ended.then(() => fail(new Error(`It ended without "${wanted}":\n${out}\n${err}`)))
      }),
    type: (text) => void child.stdin?.write(text),
    endInput: () => void child.stdin?.end(),
    signal: (name) => void child.kill(name),
    pid: child.pid ?? 0,
    ended
  }
}
