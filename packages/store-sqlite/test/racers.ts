import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll } from "vitest"
import type { ActionName } from "./race-actions.ts"
import type { Command } from "./race-worker.ts"

/** Long enough for both processes to have read their command. */
const HEADSTART = 15

interface Racer {
  readonly process: ChildProcess
  readonly life: AbortSignal
}

const start = (): Racer => {
  const worker = fileURLToPath(new URL("./race-worker.ts", import.meta.url))
  const process = fork(worker, { execArgv: ["--conditions=latchkey-source"] })
  const death = new AbortController()
  process.once("exit", () => death.abort(new Error("the racer died")))
  return { process, life: death.signal }
}

/** Two processes of their own for the tests of a file. */
export const racers = () => {
  const started: Array<Racer> = []
  beforeAll(() => void started.push(start(), start()))
  afterAll(() => {
    for (const { process } of started) process.kill()
  })

  const ask = async (index: number, command: Command): Promise<unknown> => {
    const racer = started[index]
    if (racer === undefined) throw new Error("there are two racers")
    const answered = once(racer.process, "message", { signal: racer.life })
    racer.process.send(command)
    const [answer] = await answered
    return answer
  }

  return {
    ask,
    /** Opens one file in both processes at the same moment. */
    open: (path: string) => {
      const at = Date.now() + HEADSTART
      return Promise.all([0, 1].map((index) => ask(index, { do: "open", path, at })))
    },
    /** Runs calls in both processes from the same moment, and gives what each came to. */
    race: async (...sides: ReadonlyArray<readonly [ActionName, ReadonlyArray<number>]>) => {
      const at = Date.now() + HEADSTART
      const asked = sides.map(([action, calls], index) => ask(index, { do: "race", action, calls, at }))
      // A racer answers a race with a name for each call.
      return (await Promise.all(asked)) as ReadonlyArray<ReadonlyArray<string>>
    }
  }
}

/** How many came to what. */
export const tally = (outcomes: ReadonlyArray<string>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const name of outcomes) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

export const range = (from: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, index) => from + index)
