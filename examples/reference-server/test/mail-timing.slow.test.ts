import { readdirSync } from "node:fs"
import { expect, test, vi } from "vitest"
import { goodPassword } from "./client.ts"
import { newFolder } from "./folders.ts"
import { startServer } from "./server.ts"

const SAMPLES = 400

const post = (url: string, body: object) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })

const timed = async (work: () => Promise<Response>): Promise<number> => {
  const start = performance.now()
  const response = await work()
  await response.arrayBuffer()
  const took = performance.now() - start
  expect([202, 400]).toContain(response.status)
  return took
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** The two-sided p of the Mann-Whitney test, by the normal approximation. Times are hardly ever equal, so ties do not count. */
const mannWhitney = (first: ReadonlyArray<number>, second: ReadonlyArray<number>): number => {
  const ranked = [
    ...first.map((time) => ({ time, isFirst: true })),
    ...second.map((time) => ({ time, isFirst: false }))
  ]
    .toSorted((a, b) => a.time - b.time)
    .map((each, rank) => ({ ...each, rank: rank + 1 }))
  const ranks = ranked.filter(({ isFirst }) => isFirst).reduce((sum, { rank }) => sum + rank, 0)
  const [n, m] = [first.length, second.length]
  const z = (ranks - (n * (n + m + 1)) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12)
  return 2 * (1 - normal(Math.abs(z)))
}

/** The normal distribution function, by Abramowitz and Stegun 26.2.17, to seven digits. */
const normal = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * z)
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly
}

test("ENU-05 ENU-09 the time of a request for a mail does not tell whether an address has an account", async () => {
  const mails = newFolder()
  const { url, stop } = await startServer({
    env: {
      LATCHKEY_ADMIN_USERNAME: "root",
      LATCHKEY_ADMIN_PASSWORD: goodPassword,
      LATCHKEY_MAIL_DIR: mails,
      LATCHKEY_THROTTLE_MAILS: "1000"
    }
  })
  const known = "ada@example.org"
  expect((await post(`${url}/auth/register`, { email: known, password: goodPassword })).status).toBe(201)
  for (const [at, path] of ["/auth/forgot-password", "/auth/request-verify-token"].entries()) {
    const ask = (email: string) => timed(() => post(`${url}${path}`, { email }))
    for (let count = 0; count < 20; count++) await ask(known)
    const someone: Array<number> = []
    const nobody: Array<number> = []
    for (let count = 0; count < SAMPLES; count++) {
      // Alternately first, so that what one leaves behind meets both.
      const order = count % 2 === 0 ? [someone, nobody] : [nobody, someone]
      for (const times of order) times.push(await ask(times === someone ? known : "none@example.org"))
    }
    const hashes: Array<number> = []
    for (let count = 0; count < 5; count++) {
      const form = new URLSearchParams({ username: "root", password: `wrong ${goodPassword}` })
      hashes.push(await timed(() => fetch(`${url}/auth/jwt/login`, { method: "POST", body: form })))
    }
    const [a, b, hash] = [median(someone), median(nobody), median(hashes)]
    const p = mannWhitney(someone, nobody)
    console.log(`${path}: ${a.toFixed(2)} ms, ${b.toFixed(2)} ms, a hash ${hash.toFixed(0)} ms, p = ${p.toFixed(3)}`)
    expect(Math.abs(a - b)).toBeLessThan(Math.max(hash * 0.05, 2))
    // The work was done: else the times would say nothing.
    await vi.waitUntil(() => readdirSync(mails).length > (at + 1) * SAMPLES, { timeout: 30_000 })
  }
  await stop()
})
