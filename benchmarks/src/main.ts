import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startRedis } from "../../packages/store-redis/test/servers.ts"
import { compareCliLogins } from "./cli-login/compare-cli-logins.ts"
import { drive } from "./load.ts"
import { median } from "./median.ts"
import { settings } from "./settings.ts"

/**
 * Measures the check of a session over HTTP: ours, the floor beneath it, and the peers, interleaved in one run; and the
 * requests of a CLI login, as the setting `cli-login`. Absolute figures drift with the machine; the ratios are what counts.
 * `npm run bench [-- rounds milliseconds [setting…]]`.
 */
const [rounds = 5, milliseconds = 2_000] = process.argv.slice(2, 4).map(Number)
const chosen = process.argv.length > 4 ? process.argv.slice(4) : [...Object.keys(settings), "cli-login"]

interface Running {
  readonly name: string
  readonly child: ChildProcess
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
  readonly rates: Array<number>
  readonly costs: Array<number>
}

const start = async (...[setting, name, ...surroundings]: ReadonlyArray<string>): Promise<Running> => {
  const child = fork(join(import.meta.dirname, "server.ts"), [setting, name, ...surroundings].map(String), {
    stdio: ["ignore", "ignore", "inherit", "ipc"]
  })
  const [ready] = await once(child, "message")
  return { name: String(name), child, port: ready.port, headers: ready.headers, rates: [], costs: [] }
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

/** Measures the contenders of one setting by turns, and prints what came out. */
const compare = async (setting: string, folder: string): Promise<void> => {
  const all: Array<Running> = []
  const redis = setting.endsWith("redis") ? await startRedis() : null
  try {
    for (const [at, name] of Object.keys(settings[setting] ?? {}).entries()) {
      const own = join(folder, `${setting}-${at}`)
      mkdirSync(own)
      all.push(await start(setting, name, own, redis?.url ?? ""))
    }
    for (const running of all) await drive(running.port, running.headers, milliseconds) // until the runtime has compiled it
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`${setting}: round ${round} of ${rounds}\n`)
      for (const running of all) await measure(running)
    }
  } finally {
    for (const { child } of all) child.kill()
    await redis?.close()
  }
  report(setting, all)
}

const report = (setting: string, all: ReadonlyArray<Running>): void => {
  const floorRate = median(all.find(({ name }) => name === "floor")?.rates ?? [])
  console.log(setting)
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
}

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"))
try {
  for (const setting of chosen) {
    if (setting === "cli-login") await compareCliLogins(folder, rounds, milliseconds)
    else await compare(setting, folder)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
