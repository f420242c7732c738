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

/** How often two processes meet in one test. */
export const ROUNDS = 500

/** Rounds for which both processes start together, so that neither gets far ahead of the other. */
const TOGETHER = 10

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

  const race = async (
    ...sides: ReadonlyArray<readonly [ActionName, ReadonlyArray<number>]>
  ): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
    const at = Date.now() + HEADSTART
    const asked = sides.map(([action, calls], index) => ask(index, { do: "race", action, calls, at }))
    // A racer answers a race with a name for each call.
    return (await Promise.all(asked)) as ReadonlyArray<ReadonlyArray<string>>
  }

  return {
    ask,
    /** Opens one file in both processes at the same moment. */
    open: (path: string) => {
      const at = Date.now() + HEADSTART
      return Promise.all([0, 1].map((index) => ask(index, { do: "open", path, at })))
    },
    /** Runs calls in both processes from the same moment, and gives what each came to. */
    race,
    /** What the calls of both processes came to in each round: so many calls on each side, for one round after the other. */
    rounds: async (
      sides: readonly [ActionName, ActionName],
      calls: number
    ): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
      const outcomes: Array<ReadonlyArray<string>> = []
      for (let first = 0; first < ROUNDS; first += TOGETHER) {
        const each = range(first, TOGETHER).flatMap((n) => range(0, calls).map(() => n))
        const found = await race([sides[0], each], [sides[1], each])
        for (const n of range(0, TOGETHER)) {
          outcomes.push(found.flatMap((side) => side.slice(n * calls, (n + 1) * calls)))
        }
      }
      return outcomes
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
