import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import { dirname, join } from "node:path"
import { afterAll, inject } from "vitest"
import { adapter, newPlace } from "./combinations.ts"
import type { Place } from "./place.ts"

export interface ServerOptions {
  /** Variables for the server. It inherits none of ours, apart from what finds programs. An administrator in them may act at once. */
  readonly env?: Readonly<Record<string, string>>
  /** Where the server runs and keeps its data: give one again to restart on what is there. */
  readonly place?: Place
  readonly port?: number
  /** A module's text that runs in the server before its own: to bend the clock, or to break something. */
  readonly before?: string
}

/** How a process ended, and all that it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly log: string
}

/** The reference server in a process of its own, listening. */
export interface Server {
  readonly url: string
  readonly port: number
  readonly place: Place
  /** The link printed at start while there is no administrator. */
  readonly setupLink: string | null
  /** Standard output so far. */
  readonly output: () => string
  /** Standard error so far. */
  readonly log: () => string
  /** Resolves once the log holds the text. */
  readonly logged: (text: string) => Promise<void>
  readonly send: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
  /** Asks it to stop, and waits for that. */
  readonly stop: () => Promise<Ended>
  /** Ends it without a warning, as a crash would. */
  readonly kill: () => Promise<Ended>
}

const processes = new Set<ChildProcess>()

const killAll = () => {
  for (const child of processes) child.kill("SIGKILL")
}
process.once("exit", killAll)
afterAll(async () => {
  const ends = Array.from(processes, (child) => once(child, "close"))
  killAll()
  await Promise.all(ends)
})

/** A port that nothing listens on at this moment. */
export const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1")
  await once(probe, "listening")
  const address = probe.address()
  if (address === null || typeof address === "string") throw new Error("no address")
  probe.close()
  await once(probe, "close")
  return address.port
}

/** Starts the server, and waits until it says that it listens. */
export const startServer = async (options: ServerOptions = {}): Promise<Server> => {
  for (let tries = 0; ; tries++) {
    const port = options.port ?? (await freePort())
    const launched = launch(options, port)
    const first = await Promise.race([launched.said("output", "is listening on"), launched.ended])
    if (first === undefined) return serverOf(launched)
    // Another process took the port between the look and the start.
    if (options.port !== undefined || tries === 3 || !first.log.includes("EADDRINUSE"))
      throw new Error(`the server ended with ${first.code ?? first.signal}:\n${first.output}${first.log}`)
  }
}

/** Starts a server that will refuse to start, and tells how. */
export const startInVain = async (options: ServerOptions = {}): Promise<Ended> => {
  const { said, ended, child } = launch(options, options.port ?? (await freePort()))
  const isUp = await Promise.race([said("output", "is listening on").then(() => true), ended.then(() => false)])
  if (isUp) child.kill("SIGKILL")
  return ended
}

interface Launched {
  readonly child: ChildProcess
  readonly port: number
  readonly place: Place
  readonly text: Record<"output" | "log", string>
  readonly said: (where: "output" | "log", text: string) => Promise<void>
  readonly ended: Promise<Ended>
}

/** Runs in every server: it ends with us, also when we are killed and can end nothing. */
const endWithUs = `process.stdin.on("end", () => process.kill(process.pid, "SIGKILL")).resume().unref()`

const launch = ({ env, place = newPlace(), before }: ServerOptions, port: number): Launched => {
  const program = inject("serverProgram")
  const preload = `data:text/javascript,${encodeURIComponent(`${endWithUs}\n${before ?? ""}`)}`
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", preload, program], {
    cwd: place.folder,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: join(dirname(program), "compiled"),
      PORT: String(port),
      LATCHKEY_ADAPTER: adapter,
      LATCHKEY_STORE: place.store,
      LATCHKEY_ADMIN_MUST_CHANGE_PASSWORD: "false",
      ...env
    },
    stdio: "pipe"
  })
  processes.add(child)
  const text = { output: "", log: "" }
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text.output += chunk
  })
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text.log += chunk
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code, signal) => {
      processes.delete(child)
      resolve({ code, signal, ...text })
    })
  })
  const said = (where: "output" | "log", wanted: string) =>
    new Promise<void>((resolve) => {
      const stream = where === "output" ? child.stdout : child.stderr
      const look = () => {
        if (!text[where].includes(wanted) || !text[where].endsWith("\n")) return
        stream.off("data", look)
        resolve()
      }
      stream.on("data", look)
      look()
    })
  return { child, port, place, text, said, ended }
}

const serverOf = ({ child, port, place, text, said, ended }: Launched): Server => {
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    place,
    setupLink: /^ {2}(http\S+)$/m.exec(text.output)?.[1] ?? null,
    output: () => text.output,
    log: () => text.log,
    logged: (wanted) => said("log", wanted),
    send: (signal) => void child.kill(signal),
    ended,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL")
  }
}
