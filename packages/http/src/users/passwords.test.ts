import type { WireRequest } from "@latchkey/conformance/adapter"
import { ada, navigation } from "@latchkey/conformance/adapter"
import { argon2Hasher } from "@latchkey/core"
import type { TestAuthOptions } from "@latchkey/core/testing"
import { expect, test } from "vitest"
import { openSite, type Site } from "../../test/site.ts"

const register = (site: Site, password: string, username = "grace") =>
  site.ask({ target: "/auth/register", json: { username, password } })

const realHasher: TestAuthOptions = { hasher: argon2Hasher({ memory: 19456, passes: 2, lanes: 1 }) }

test("PWD-03 the whole password counts: two of 200 characters that differ in the last are two", async () => {
  const site = await openSite(realHasher)
  const start = "many quiet words in a row ".repeat(8).slice(0, 199)
  expect((await register(site, `${start}a`)).status).toBe(201)
  const status = async (password: string) =>
    (await site.ask({ target: "/auth/jwt/login", form: { username: "grace", password } })).status
  expect([await status(`${start}b`), await status(start), await status(`${start}a`)]).toEqual([400, 400, 200])
})

test("PWD-02 64 and 256 characters are taken, 257 are refused with their reason, ten million are not even read", async () => {
  const site = await openSite()
  const text = "a lantern, a kettle, and 7 quinces ".repeat(8)
  expect((await register(site, text.slice(0, 64))).status).toBe(201)
  expect((await register(site, text.slice(0, 256), "alan")).status).toBe(201)
  const long = await register(site, text.slice(0, 257), "eve")
  const reason = "this password is too long: use a shorter one"
  expect([long.status, JSON.parse(long.body).detail]).toEqual([400, { code: "REGISTER_INVALID_PASSWORD", reason }])
  expect((await register(site, "x".repeat(10_000_000), "eve")).status).toBe(413)
})

test("PWD-04 fifteen characters are enough and fourteen are not, counted as people count them", async () => {
  const site = await openSite()
  const emoji = Array.from("🔑🏮🫖🌊🪨🌿🦦🍐🎻⛵🧭🌾🪶🧵🕯")
  expect(emoji.length).toBe(15)
  expect((await register(site, emoji.join(""))).status).toBe(201)
  expect((await register(site, emoji.slice(1).join(""), "eve")).status).toBe(400)
  expect((await register(site, "moss kettle 7vi", "alan")).status).toBe(201)
  expect((await register(site, "moss kettle 7v", "eve")).status).toBe(400)
  const lower = await openSite({ passwords: { minimum: 8 } })
  expect((await register(lower, "moss 7vi")).status).toBe(201)
})

test("PWD-05 spaces, any script and a zero character are taken, and what follows a zero character counts", async () => {
  const site = await openSite(realHasher)
  const passwords = {
    spaced: "     moss     7     ",
    script: "тихие фонари над серой водой",
    zero: "moss\0kettle\0violin"
  }
  for (const [username, password] of Object.entries(passwords)) {
    expect((await register(site, password, username)).status, username).toBe(201)
  }
  const other = { username: "zero", password: "moss\0kettle\0violet" }
  expect((await site.ask({ target: "/auth/jwt/login", json: other })).status).toBe(400)
  expect((await site.ask({ target: "/auth/jwt/login", json: { ...other, password: passwords.zero } })).status).toBe(200)
})

test("PWD-08 common passwords, and those made of a name, are refused everywhere with the reason", async () => {
  const site = await openSite()
  await site.auth.users.create(ada)
  const [browser, program] = [await site.browser(), await site.program()]
  const proof = { current_password: ada.password }
  const refused = {
    passwordpassword: "common",
    PASSWORDpassword: "common",
    qwertyuiopasdfgh: "common",
    aaaaaaaaaaaaaaaaaa: "common",
    "grace-hopper-1906": "name",
    latchkey12345678: "name"
  }
  for (const [password, why] of Object.entries(refused)) {
    const username = "grace-hopper"
    const ways: ReadonlyArray<WireRequest> = [
      { target: "/auth/register", json: { username, password } },
      { target: "/register", form: { username, password }, headers: navigation },
      { method: "PATCH", target: "/users/me", json: { username, password }, headers: program },
      { target: "/profile/password", form: { ...proof, password, password_confirm: password }, headers: browser }
    ]
    for (const way of why === "name" ? ways.slice(0, 3) : ways) {
      const answer = await site.ask(way)
      expect([400, 422], `${password} ${way.target}`).toContain(answer.status)
      expect(answer.body).toMatch(why === "common" ? /attacker tries/ : /made of a name/)
    }
  }
})
