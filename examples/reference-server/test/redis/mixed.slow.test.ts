import { expect, test } from "vitest"
import { ask } from "../../../../packages/store-redis/test/commands.ts"
import { bearer, goodPassword, requestToken, setUp, statusOfMe, tokenFor } from "../client.ts"
import { newPlace } from "../combinations.ts"
import { redis } from "../redis-place.ts"
import { startServer } from "../server.ts"
import { expectLoginsAway, expectSessionsAway, expectTokensAway, restartEmpty, untilBack, visit } from "./outage.ts"

test("users and tokens in SQLite, sessions in Redis: without Redis only tokens are let in, and when it is back empty all log in again", async () => {
  const place = newPlace()
  const store = `sqlite:latchkey.db;sessions=${place.store}`
  const server = await startServer({ place, env: { LATCHKEY_STORE: store } })
  expect(server.output()).toContain(`(express, ${store})`)
  await setUp(server)
  const root = await visit(server)

  await redis().kill()
  await expectSessionsAway(server, root)
  await expectLoginsAway(server, root)
  expect(await statusOfMe(server, bearer(root.access.token))).toBe(200)
  const login = await fetch(`${server.url}/login`)
  expect(login.status).toBe(200)
  expect(await login.text()).toContain("Log in")
  expect((await fetch(`${server.url}/setup/`)).status).toBe(404)

  await restartEmpty()
  await untilBack(server, bearer(root.token), 401)
  expect(await statusOfMe(server, { cookie: root.cookie })).toBe(401)
  expect((await fetch(`${server.url}/setup/`)).status).toBe(404)
  expect((await requestToken(server, "root", "not the password")).status).toBe(400)
  expect(await statusOfMe(server, bearer(await tokenFor(server, "root", goodPassword)))).toBe(200)
})

test("tokens in Redis, users and sessions in SQLite: without Redis tokens are 503, and sessions go on", async () => {
  const place = newPlace()
  const store = `sqlite:latchkey.db;tokens=${place.store}`
  const server = await startServer({ place, env: { LATCHKEY_STORE: store } })
  await setUp(server)
  const root = await visit(server)
  await redis().kill()
  await expectTokensAway(server, root)
  expect(await statusOfMe(server, bearer(root.token))).toBe(200)
  await redis().restart()
  await untilBack(server, bearer(root.access.token))
})

test("a url given twice is one connection, and Redis may forget what is no user", async () => {
  await redis().command("CONFIG", "SET", "appendonly", "no")
  const place = newPlace()
  const store = `sqlite:latchkey.db;sessions=${place.store};attempts=${place.store}`
  const server = await startServer({ place, env: { LATCHKEY_STORE: store } })
  await setUp(server)
  const clients = String(await redis().command("CLIENT", "LIST")).split("\n")
  const database = place.store.split("/").at(-1)
  expect(clients.filter((client) => client.includes(` db=${database} `))).toHaveLength(1)
  await tokenFor(server, "root")
  const [keys] = await ask(place.store, ["KEYS", "*"])
  expect(String(keys)).toMatch(/:sessions:.*:bucket:|:bucket:.*:sessions:/)
  expect(String(keys)).not.toMatch(/user|audit/)
})
