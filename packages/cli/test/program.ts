import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"

/** A program that runs, with what it has written so far. */
export interface Running {
  readonly written: () => string
  /** Resolves when a text has been written; fails if the program ends without. */
  readonly waitFor: (text: string) => Promise<void>
  /** Types into its standard input. */
  readonly type: (text: string) => void
  /** What Ctrl-C does. */
  readonly interrupt: () => void
  /** Ends it at once, as a crash would. */
  readonly kill: () => void
  /** Its exit code, when it has ended and everything is read. */
  readonly ended: Promise<number | null>
}

/** The command, run from its sources. Give another folder to test what `npm run build` makes. */
export const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

/** The environment of a person who has nothing: no display, no CI, and tokens in a folder of the test. */
export const personAt = (folder: string, more: Readonly<Record<string, string>> = {}) => {
  const { PATH = "" } = process.env
  // Older lines of Node warn that they run TypeScript.
  return {
    PATH,
    NODE_NO_WARNINGS: "1",
    HOME: folder,
    USERPROFILE: folder,
    LOCALAPPDATA: folder,
    TERM: "xterm",
    ...more
  }
}

export const run = (program: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): Running => {
  const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] })
  child.stdin.on("error", () => undefined)
  return follow(child, (text) => void child.stdin.write(text))
}

/** The same on a terminal of its own: `script` makes one, and passes on what is typed. */
export const runOnTerminal = (program: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): Running =>
  run(
    "script",
    ["--quiet", "--return", "--flush", "--command", [program, ...args].map(quoted).join(" "), "/dev/null"],
    env
  )

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** Whether tests can have a terminal: other systems have a `script` that takes other options. */
export const hasTerminals = process.platform === "linux" && isOnPath("script")

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

const follow = (child: ChildProcess, type: (text: string) => void): Running => {
  let text = ""
  const readers = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      text += chunk
      for (const look of readers) look()
    })
  const ended = once(child, "close").then(([code]) => code as number | null)
  const waitFor = (wanted: string) =>
    new Promise<void>((done, fail) => {
      const look = () => {
        if (!text.includes(wanted)) return
        readers.delete(look)
        done()
      }
      readers.add(look)
      look()
      void ended.then(() => fail(new Error(`It ended without "${wanted}":\n${text}`)))
    })
  return {
    written: () => text,
    waitFor,
    type,
    interrupt: () => void child.kill("SIGINT"),
    kill: () => void child.kill("SIGKILL"),
    ended
  }
}
