import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { contenders } from "./contenders.ts"
import { drive } from "./load.ts"

/**
 * Measures the check of a session over HTTP: ours, the floor beneath it, and the peers, interleaved in one run. Absolute
 * figures drift with the machine; the ratios are what counts. `npm run bench [-- rounds milliseconds]`.
 */
const [rounds = 5, milliseconds = 2_000] = process.argv.slice(2).map(Number)

interface Running {
  readonly name: string
  readonly child: ChildProcess
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
  readonly rates: Array<number>
  readonly costs: Array<number>
}

const start = async (name: string, folder: string): Promise<Running> => {
  const child = fork(join(import.meta.dirname, "server.ts"), [name, folder], {
    stdio: ["ignore", "ignore", "inherit", "ipc"]
  })
  const [ready] = await once(child, "message")
  return { name, child, port: ready.port, headers: ready.headers, rates: [], costs: [] }
}

const processorTime = async ({ child }: Running): Promise<number> => {
  const answer = once(child, "message")
  child.send("processor time")
  return (await answer)[0].microseconds
}

const measure = async (running: Running): Promise<void> => {
  const before = await processorTime(running)
  const answers = await drive(running.port, running.headers, milliseconds)
  const used = (await processorTime(running)) - before
  running.rates.push((answers * 1_000) / milliseconds)
  running.costs.push(used / answers)
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"))
const all: Array<Running> = []
try {
  for (const [at, name] of Object.keys(contenders).entries()) {
    const own = join(folder, String(at))
    mkdirSync(own)
    all.push(await start(name, own))
  }
  for (const running of all) await drive(running.port, running.headers, milliseconds) // until the runtime has compiled it
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round} of ${rounds}\n`)
    for (const running of all) await measure(running)
  }
} finally {
  for (const { child } of all) child.kill()
  rmSync(folder, { recursive: true, force: true })
}

const floor = all.find(({ name }) => name === "floor")
const floorRate = median(floor?.rates ?? [])
console.table(
  Object.fromEntries(
    all.map(({ name, rates, costs }) => [
      name,
      {
        "requests/s": Math.round(median(rates)),
        "of the floor": Number((median(rates) / floorRate).toFixed(2)),
        "CPU µs/request": Number(median(costs).toFixed(1))
      }
    ])
  )
)
