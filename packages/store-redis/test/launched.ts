import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import { createInterface } from "node:readline"

/** The program the tests start; vitest.config.ts looks for it, and elsewhere the one on PATH is meant. */
const PROGRAM = process.env.LATCHKEY_REDIS_SERVER ?? "redis-server"

/** A redis-server that runs. */
export interface Launched {
  readonly send: (signal: NodeJS.Signals) => void
  readonly hasEnded: () => boolean
  /** All it has said. */
  readonly log: () => string
  /** Ends it with a signal, and waits until it is gone. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>
}

/**
 * A shell that tells the number of the server's process, and kills the server once its own input ends: with the process of
 * the tests, also when that is killed and can end nothing. A stopped server dies of it too. (A shell gives what runs in
 * its background no input, hence the copy.)
 */
const tied = `
exec 3<&0
"$@" 3<&- & server=$!
echo "server $server"
{ read -r _ <&3; kill -9 "$server"; } & watcher=$!
wait "$server"
kill "$watcher"`

export const launch = async (args: ReadonlyArray<string>, folder: string): Promise<Launched> => {
  const shell = spawn("sh", ["-c", tied, "sh", PROGRAM, ...args], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] })
  const ended = once(shell, "close")
  const lines: Array<string> = []
  const output = createInterface({ input: shell.stdout }).on("line", (line) => lines.push(line))
  createInterface({ input: shell.stderr }).on("line", (line) => lines.push(line))
  // The server writes to the same pipe, and may be faster than the shell.
  const told = Promise.withResolvers<number>()
  output.on("line", (line) => {
    const number = /^server (\d+)$/.exec(line)?.[1]
    if (number !== undefined) told.resolve(Number(number))
  })
  const pid = await told.promise
  const hasEnded = () => shell.exitCode !== null || shell.signalCode !== null
  const send = (signal: NodeJS.Signals) => {
    if (hasEnded()) return
    try {
      process.kill(pid, signal)
    } catch (error) {
      // It is gone, and the shell has not told us yet.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
    }
  }
  return {
    send,
    hasEnded,
    log: () => lines.join("\n"),
    end: async (signal) => {
      send(signal)
      await ended
    }
  }
}

/** Below the ports that systems give to outgoing connections: one that tries again and again could otherwise meet itself. */
const [FIRST_PORT, PORTS] = [11_000, 10_000]

/** What a node of a cluster adds to its port for the bus between nodes. */
const BUS = 10_000

/** A port that nothing listens on at this moment, and nothing on the one that would be its bus. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    if ((await isFree(port)) && (await isFree(port + BUS))) return port
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
      .once("error", () => resolve(false))
      .listen(port, "127.0.0.1", () => probe.close(() => resolve(true)))
  })
