import { DatabaseSync } from "node:sqlite"
import { expect, onTestFinished, test } from "vitest"
import { bearer, goodPassword, requestToken, statusOfMe, tokenFor } from "../client.ts"
import { newPlace } from "../combinations.ts"
import { startServer } from "../server.ts"
import { databaseIn } from "../sqlite-place.ts"

/** A server whose administrator has a session, and the means to lock its file from this process. */
const lockable = async () => {
  const place = newPlace()
  const server = await startServer({
    place,
    env: { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }
  })
  const headers = bearer(await tokenFor(server, "root"))
  const other = new DatabaseSync(databaseIn(place.folder))
  onTestFinished(() => other.close())
  return {
    place,
    lock: () => other.exec("BEGIN IMMEDIATE"),
    unlock: () => other.exec("COMMIT"),
    check: () => statusOfMe(server, headers),
    logIn: async () => (await requestToken(server, "root", goodPassword)).status
  }
}

test("SQL-06 sessions are checked while another process holds the lock, and a log-in ends when it lets go", async () => {
  const { lock, unlock, check, logIn } = await lockable()
  const order: Array<string> = []
  lock()
  const loggingIn = logIn().then((status) => order.push(`log-in ${status}`))
  for (let n = 0; n < 10; n++) order.push(`check ${await check()}`)
  unlock()
  await loggingIn
  expect(order).toEqual([...Array.from({ length: 10 }, () => "check 200"), "log-in 200"])
})

test("SQL-06 a log-in is 503 while another process keeps the lock, and nothing of it is written then or later", async () => {
  const { place, lock, unlock, check, logIn } = await lockable()
  const before = await place.dump()
  lock()
  expect(await logIn()).toBe(503)
  expect(await check()).toBe(200)
  unlock()
  expect(await check()).toBe(200)
  expect(await place.dump()).toBe(before)
  expect(await logIn()).toBe(200)
})
