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

test("ENU-05 ENU-09 requests for a mail take as long in the middle, whether an address has an account or not", async () => {
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
    // Twentieths of a hash are far below what anybody sees through a network, and far above what is left on a machine with other work.
    expect(Math.abs(a - b), path).toBeLessThan(Math.max(hash * 0.05, 2))
    // The work was done: else the times would say nothing.
    await vi.waitUntil(() => readdirSync(mails).length > (at + 1) * SAMPLES, { timeout: 30_000 })
  }
  await stop()
})
