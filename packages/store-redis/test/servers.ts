// Real servers for tests: each on a free port of the loopback, in a folder of its own, and gone with the tests' process.
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ask, type Contents, contents, type Reply, until } from "./commands.ts"
import { freePort, type Launched, launch } from "./launched.ts"

export interface RedisOptions {
  /** Whether it writes each change to its log before it answers, and so keeps all of them when it is killed. */
  readonly appendonly?: boolean
  readonly maxmemory?: string
  readonly policy?: string
  readonly port?: number
  /** Where it runs and keeps its data: give one again to start on what is there. */
  readonly folder?: string
  /** More of its command line. */
  readonly args?: ReadonlyArray<string>
}

export interface RedisServer {
  readonly url: string
  readonly port: number
  readonly folder: string
  readonly command: (...command: ReadonlyArray<string>) => Promise<Reply>
  /** Every key with its value and its end. */
  readonly contents: () => Promise<Contents>
  /** All it has said since it was started last. */
  readonly log: () => string
  /** Makes it hang: it keeps its connections, and answers nobody. */
  readonly pause: () => void
  readonly resume: () => void
  /** Ends it without a warning, as a crash would. */
  readonly kill: () => Promise<void>
  /** Ends it in order. */
  readonly stop: () => Promise<void>
  /** Starts it again after `kill` or `stop`, on the same port and in the same folder. */
  readonly restart: (changes?: Omit<RedisOptions, "port" | "folder">) => Promise<void>
  /** Kills it, if it still runs, and removes its folder. */
  readonly close: () => Promise<void>
}

/** Starts a server, and waits until it answers. */
export const startRedis = async (options: RedisOptions = {}): Promise<RedisServer> => {
  const folder = options.folder ?? newFolder()
  const port = options.port ?? (await freePort())
  let launched: Launched | null = null
  const start = async (changes: RedisOptions) => {
    launched = await launch(commandLine({ ...options, ...changes }, port), folder)
    await untilAnswers(url, launched)
  }
  const url = `redis://127.0.0.1:${port}`
  await start({})
  const end = async (signal: NodeJS.Signals) => launched?.end(signal)
  return {
    url,
    port,
    folder,
    command: async (...command) => (await ask(url, command))[0] ?? null,
    contents: () => contents(url),
    log: () => launched?.log() ?? "",
    pause: () => launched?.send("SIGSTOP"),
    resume: () => launched?.send("SIGCONT"),
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    restart: (changes = {}) => start(changes),
    close: async () => {
      await end("SIGKILL")
      if (options.folder === undefined) removeFolder(folder)
    }
  }
}

/** Starts a server that copies another, and waits until it has all of it. */
export const startReplica = async (of: { readonly port: number }, options: RedisOptions = {}): Promise<RedisServer> => {
  const args = [...(options.args ?? []), "--replicaof", "127.0.0.1", String(of.port)]
  const replica = await startRedis({ ...options, args })
  await until(async () => String(await replica.command("INFO", "replication")).includes("master_link_status:up"))
  return replica
}

/** In memory where Linux has a place for files there: what a disk would add to tests is time. */
export const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

/** Those that no test closed go with the process. */
const folders = new Set<string>()
process.once("exit", () => folders.forEach(removeFolder))

const newFolder = (): string => {
  const folder = mkdtempSync(join(PLACE, "latchkey-redis-"))
  folders.add(folder)
  return folder
}

const removeFolder = (folder: string): void => {
  folders.delete(folder)
  rmSync(folder, { recursive: true, force: true })
}

const commandLine = (options: RedisOptions, port: number): ReadonlyArray<string> => [
  ...["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"],
  ...["--appendonly", options.appendonly === true ? "yes" : "no", "--appendfsync", "always"],
  ...["--maxmemory", options.maxmemory ?? "0", "--maxmemory-policy", options.policy ?? "noeviction"],
  // A replica need not wait five seconds for others that may want the same copy.
  ...["--repl-diskless-sync-delay", "0"],
  ...(options.args ?? [])
]

const untilAnswers = (url: string, launched: Launched): Promise<void> =>
  until(async () => {
    if (launched.hasEnded()) return true
    const [answer] = await ask(url, ["PING"])
    return answer === "PONG"
  }).then(() => {
    if (launched.hasEnded()) throw new Error(`redis-server ended:\n${launched.log()}`)
  })
