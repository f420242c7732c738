import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { median } from "../median.ts"
import { cliLoginContenders } from "./contenders.ts"
import { type Exchange, encode, openExchange } from "./exchange.ts"
import { type Step, stepsOf, type Waiting } from "./flow.ts"

/** Programs that log in at the same time. */
const BATCH = 96

/** So many batches until the runtime has compiled everything: the peer needs thousands of requests of each kind. */
const WARM_UP = 12

/** The contender that the others are compared with. */
const PEER = "better-auth"

/** What one step took in one round: all its requests together. */
interface Spent {
  requests: number
  milliseconds: number
  microseconds: number
}

interface Running {
  readonly name: string
  readonly child: ChildProcess
  readonly port: number
  readonly people: ReadonlyArray<string>
  readonly steps: ReadonlyArray<Step>
  /** By step, a figure for each round. */
  readonly rates: Map<string, Array<number>>
  readonly costs: Map<string, Array<number>>
}

const start = async (name: string, folder: string): Promise<Running> => {
  mkdirSync(folder)
  const child = fork(join(import.meta.dirname, "server.ts"), [name, folder], {
    stdio: ["ignore", "ignore", "inherit", "ipc"]
  })
  const [{ port, people }] = await once(child, "message")
  return { name, child, port, people, steps: stepsOf(name), rates: new Map(), costs: new Map() }
}

const tell = async ({ child }: Running, wish: "processor time" | "forget"): Promise<number> => {
  const answer = once(child, "message")
  child.send(wish)
  return (await answer)[0].microseconds
}

/** A batch of programs, each step of all of them before the next. */
const logIn = async (running: Running, exchange: Exchange, spent: ReadonlyArray<Spent>): Promise<void> => {
  const { people, steps } = running
  let batch: ReadonlyArray<Waiting> = Array.from({ length: BATCH }, (_, at) => ({
    person: people[at % people.length] ?? "",
    deviceCode: "",
    userCode: "",
    claimed: ""
  }))
  for (const [at, { ask, read }] of steps.entries()) {
    const requests = batch.map((waiting) => encode(ask(waiting)))
    const used = await tell(running, "processor time")
    const begin = performance.now()
    const answers = await exchange.send(requests)
    const end = performance.now()
    const total = spent[at] as Spent
    total.microseconds += (await tell(running, "processor time")) - used
    total.milliseconds += end - begin
    total.requests += requests.length
    batch = answers.map((answer, index) => read(answer, batch[index] as Waiting))
  }
  await tell(running, "forget")
}

/**
 * So many batches, and more until the time is over. A server closes connections that were idle during the turns of the others, so
 * they are new.
 */
const measure = async (running: Running, batches: number, milliseconds: number): Promise<ReadonlyArray<Spent>> => {
  const spent = running.steps.map(() => ({ requests: 0, milliseconds: 0, microseconds: 0 }))
  const end = performance.now() + milliseconds
  const exchange = await openExchange(running.port)
  for (let done = 0; done < batches || performance.now() < end; done++) await logIn(running, exchange, spent)
  exchange.close()
  return spent
}

const note = (figures: Map<string, Array<number>>, step: string, figure: number): void =>
  void figures.set(step, [...(figures.get(step) ?? []), figure])

/**
 * Measures each request of a CLI login by turns (RFC 8628): the program begins and polls, a person enters the code and approves, and
 * the program collects its token.
 */
export const compareCliLogins = async (folder: string, rounds: number, milliseconds: number): Promise<void> => {
  const all: Array<Running> = []
  try {
    for (const [at, name] of Object.keys(cliLoginContenders).entries()) {
      all.push(await start(name, join(folder, `cli-login-${at}`)))
    }
    for (const running of all) await measure(running, WARM_UP, 0)
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`cli-login: round ${round} of ${rounds}\n`)
      for (const running of all) {
        for (const [at, spent] of (await measure(running, 1, milliseconds)).entries()) {
          const step = running.steps[at]?.name ?? ""
          note(running.rates, step, (spent.requests * 1_000) / spent.milliseconds)
          note(running.costs, step, spent.microseconds / spent.requests)
        }
      }
    }
  } finally {
    for (const { child } of all) child.kill()
  }
  report(all)
}

const report = (all: ReadonlyArray<Running>): void => {
  const [floor, peer] = ["floor", PEER].map((wanted) => all.find(({ name }) => name === wanted))
  console.log("cli-login")
  for (const { name: step } of peer?.steps ?? []) {
    const rateOf = (running?: Running) => median(running?.rates.get(step) ?? [])
    const costOf = (running?: Running) => median(running?.costs.get(step) ?? [])
    const rows = all.map((running) => [
      `${step}: ${running.name}`,
      {
        "requests/s": Math.round(rateOf(running)),
        "of the floor": Number((rateOf(running) / rateOf(floor)).toFixed(2)),
        "times the peer": Number((rateOf(running) / rateOf(peer)).toFixed(1)),
        "CPU µs/request": Number(costOf(running).toFixed(1)),
        "peer's CPU, times": Number((costOf(peer) / costOf(running)).toFixed(1))
      }
    ])
    console.table(Object.fromEntries(rows))
  }
}
