import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { Agent, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { password } from "./contenders/contender.ts"

/**
 * Measures how long session checks take while many people log in: alone, and beside 64 log-ins that are always in flight. The
 * ratios are what counts. `npm run flood -w benchmarks [-- seconds [hashes at once…]]`.
 */
const [seconds = 10, ...given] = process.argv.slice(2).map(Number)
const concurrencies = given.length === 0 ? [1, 2, 3] : given

const LOG_INS = 64
const CHECKS = 32

interface Answer {
  readonly status: number
  readonly milliseconds: number
}

interface Ready {
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
}

type Send = () => Promise<Answer>

const agent = new Agent({ keepAlive: true })

const ask = (port: number, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const begin = performance.now()
    const method = body === undefined ? "GET" : "POST"
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent }, (response) => {
      response.resume()
      response.on("end", () => resolve({ status: response.statusCode ?? 0, milliseconds: performance.now() - begin }))
    })
    sent.on("error", reject)
    sent.end(body)
  })

/** Sends one after the other until the time is over. */
const keepSending = async (send: Send, isOver: () => boolean): Promise<ReadonlyArray<Answer>> => {
  const answers: Array<Answer> = []
  while (!isOver()) answers.push(await send())
  return answers
}

/** So many at the same time, each sending again as soon as it has its answer. */
const drive = async (count: number, send: Send, isOver: () => boolean): Promise<ReadonlyArray<Answer>> =>
  (await Promise.all(Array.from({ length: count }, () => keepSending(send, isOver)))).flat()

const within = (answers: ReadonlyArray<Answer>, share: number): number => {
  const sorted = answers.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

const timer = (): (() => boolean) => {
  const end = performance.now() + seconds * 1_000
  return () => performance.now() > end
}

const residentMegabytes = async (child: ChildProcess): Promise<number> => {
  const answer = once(child, "message")
  child.send("memory")
  return (await answer)[0].bytes / 2 ** 20
}

const measure = async (concurrency: number, folder: string) => {
  const child = fork(join(import.meta.dirname, "flood-server.ts"), [folder, String(concurrency)])
  try {
    const [{ port, headers }] = (await once(child, "message")) as [Ready]
    const check: Send = () => ask(port, "/me", headers)
    const form = new URLSearchParams({ username: "grace", password }).toString()
    const type = { "content-type": "application/x-www-form-urlencoded" }
    const logIn: Send = () => ask(port, "/auth/jwt/login", type, form)

    await drive(CHECKS, check, timer()) // until the runtime has compiled it
    const memoryBefore = await residentMegabytes(child)
    const idle = await drive(CHECKS, check, timer())
    const isOver = timer()
    const [beside, logIns] = await Promise.all([drive(CHECKS, check, isOver), drive(LOG_INS, logIn, isOver)])
    const memory = (await residentMegabytes(child)) - memoryBefore
    const round = (value: number) => Number(value.toFixed(2))
    return {
      "idle p50 ms": round(within(idle, 0.5)),
      "idle p99 ms": round(within(idle, 0.99)),
      "beside p50 ms": round(within(beside, 0.5)),
      "beside p99 ms": round(within(beside, 0.99)),
      "p99 ratio": round(within(beside, 0.99) / within(idle, 0.99)),
      "log-ins/s": round(logIns.filter(({ status }) => status === 200).length / seconds),
      "log-ins refused": logIns.filter(({ status }) => status !== 200).length,
      "checks refused": [...idle, ...beside].filter(({ status }) => status !== 200).length,
      "memory MB more": round(memory)
    }
  } finally {
    child.kill()
  }
}

const report: Record<string, Awaited<ReturnType<typeof measure>>> = {}
for (const concurrency of concurrencies) {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-flood-"))
  try {
    report[`${concurrency} at once`] = await measure(concurrency, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
console.table(report)
agent.destroy()
