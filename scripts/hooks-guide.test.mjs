// Runs what the guide on hooks and events shows: against a server in this process, and with a meter that counts.
import { createHash, createHmac } from "node:crypto"
import { once } from "node:events"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join, resolve } from "node:path"
import { createTestAuth, testAdmin } from "@latchkey/core/testing"
import { expect, it, onTestFinished } from "vitest"
import { modulesOf, readMarkdown } from "./markdown.mjs"

const folder = resolve("docs/.cache/hooks-guide")
const { fences } = readMarkdown(readFileSync("docs/guides/hooks-and-events.md", "utf8"))

/** A module of the guide, as its readers write it. */
const moduleOf = async (name) => {
  const { lines } = modulesOf(fences).find((module) => module.name === name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), lines.map(({ text }) => text).join("\n"))
  return import(join(folder, name))
}

/** A server that answers by a function, and what it was asked. */
const serve = async (answer) => {
  const asked = []
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (part) => {
      body += part
    })
    request.on("end", () => {
      asked.push({ url: request.url, headers: request.headers, body })
      const { status = 200, text = "" } = answer(request.url)
      response.writeHead(status).end(text)
    })
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, url: `http://127.0.0.1:${server.address().port}` }
}

const leaked = "seven wet umbrellas"
const hash = createHash("sha1").update(leaked).digest("hex").toUpperCase()
const ada = { username: "ada", password: leaked }

it("EVT-01 PWD-09 the guide's check refuses a password from a leak, and sends five characters of its hash", async () => {
  const { refuseLeaked } = await moduleOf("leaked-passwords.ts")
  const padding = `${"0".repeat(35)}:0`
  const service = await serve(() => ({ text: `${padding}\r\n${hash.slice(5)}:17\r\n` }))
  const { auth } = await createTestAuth({ admin: null, hooks: { validatePassword: refuseLeaked(service.url) } })
  await expect(auth.users.create(ada)).rejects.toMatchObject({
    _tag: "PasswordRefused",
    reason: "This password is in a known leak. Choose another one."
  })
  expect(service.asked.map(({ url }) => url)).toEqual([`/${hash.slice(0, 5)}`])
  expect(await auth.users.create({ ...ada, password: "eleven dry parasols" })).toMatchObject({ username: "ada" })
})

it("PWD-09 the guide's check lets pass while the service is away or broken", async () => {
  const { refuseLeaked } = await moduleOf("leaked-passwords.ts")
  const broken = await serve(() => ({ status: 500, text: `${hash.slice(5)}:17` }))
  expect(await refuseLeaked(broken.url)(leaked)).toBeNull()
  expect(await refuseLeaked("http://127.0.0.1:1")(leaked)).toBeNull()
})

it("the guide's webhook posts each event, with a signature that the receiver can check", async () => {
  const { postEvents } = await moduleOf("webhook.ts")
  const receiver = await serve(() => ({ status: 204 }))
  const { auth } = await createTestAuth({ admin: null, onEvent: postEvents(receiver.url, "key") })
  await auth.users.create(ada)
  await auth.close()
  const [{ headers, body }, ...others] = receiver.asked
  expect(others).toEqual([])
  expect(JSON.parse(body)).toMatchObject({ type: "user.created", details: { isSuperuser: false } })
  expect(headers["x-signature"]).toBe(`sha256=${createHmac("sha256", "key").update(body).digest("hex")}`)
})

it("the guide's counter counts events by kind, refusals by their number, and log-ins by reason", async () => {
  const { countEvents } = await moduleOf("metrics.ts")
  expect(() => countEvents()({ type: "login.refused", details: { reason: "inactive" } })).not.toThrow() // without an SDK
  const counted = []
  const meter = { createCounter: (name) => ({ add: (...what) => counted.push([name, ...what]) }) }
  const { auth } = await createTestAuth({ registration: "closed", onEvent: countEvents(meter) })
  await auth.sessions.logIn({ ...testAdmin, password: "wrong" }).catch(() => {})
  for (let times = 0; times < 3; times++) await auth.users.register(ada).catch(() => {})
  await auth.close()
  expect(counted).toEqual([
    ["latchkey.events", 1, { type: "setup.completed" }],
    ["latchkey.events", 1, { type: "login.refused", reason: "wrong-password" }],
    ["latchkey.events", 3, { type: "user.register-refused" }]
  ])
})
