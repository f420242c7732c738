import fc from "fast-check"
import { expect, test } from "vitest"
import { type SecureCookieOptions, secureCookie } from "./secure-cookie.ts"

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })

const https = new URL("https://app.test/mounted")

const cookieFor = (publicUrl: URL, options: Partial<SecureCookieOptions> = {}) =>
  secureCookie(publicUrl, { name: "latchkey_session", unsafeInsecure: false, ...options })

test("on https the cookie is bound to our host and hidden from scripts (COO-01)", () => {
  const cookie = cookieFor(https)
  expect(cookie.name).toBe("__Host-latchkey_session")
  expect(cookie.set("secret")).toBe("__Host-latchkey_session=secret; Path=/; HttpOnly; Secure; SameSite=Lax")
  expect(cookie.set("secret", 3600)).toBe(
    "__Host-latchkey_session=secret; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax"
  )
  expect(cookie.clear()).toBe("__Host-latchkey_session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax")
})

test.each([
  "http://localhost:3000",
  "http://app.localhost",
  "http://127.0.0.1:8000",
  "http://127.8.9.1",
  "http://[::1]:3000"
])("on %s, which is this machine, it needs no https (COO-01)", (url) => {
  const cookie = cookieFor(new URL(url))
  expect(cookie.name).toBe("latchkey_session")
  expect(cookie.set("secret", 60)).toBe("latchkey_session=secret; Max-Age=60; Path=/; HttpOnly; SameSite=Lax")
  expect(cookie.clear()).toBe("latchkey_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax")
})

test.each([
  "http://app.test",
  "http://192.0.2.1",
  "http://localhost.evil.test",
  "http://127.0.0.1.evil.test",
  "ftp://localhost"
])("%s is refused at start, with what to do (COO-01)", (url) => {
  expect(() => cookieFor(new URL(url))).toThrow(/Without https.*cookies\.unsafeInsecure/)
})

test("plain http elsewhere needs a word that says what it is (COO-01)", () => {
  const cookie = cookieFor(new URL("http://app.test"), { unsafeInsecure: true })
  expect(cookie.set("secret")).toBe("latchkey_session=secret; Path=/; HttpOnly; SameSite=Lax")
})

test("unsafeInsecure takes nothing away where there is https (COO-01)", () => {
  expect(cookieFor(https, { unsafeInsecure: true }).set("secret")).toBe(cookieFor(https).set("secret"))
})

test("a second cookie has a name of its own (COO-06)", () => {
  expect(cookieFor(https, { name: "latchkey_device" }).name).toBe("__Host-latchkey_device")
})

test("without __Host- the cookie belongs to the path of publicUrl; with it browsers take no path but /", () => {
  const cookie = cookieFor(new URL("http://localhost:3000/app"))
  expect(cookie.set("secret")).toBe("latchkey_session=secret; Path=/app; HttpOnly; SameSite=Lax")
  expect(cookie.clear()).toBe("latchkey_session=; Max-Age=0; Path=/app; HttpOnly; SameSite=Lax")
  expect(cookieFor(https).set("secret")).toContain("; Path=/; ")
})

test("no value can end the cookie or begin another header (COO-06)", () => {
  const cookie = cookieFor(https)
  fc.assert(
    fc.property(anyText, (value) => {
      fc.pre(!/^[A-Za-z0-9._~-]+$/.test(value))
      expect(() => cookie.set(value)).toThrow("characters that no credential contains")
    })
  )
})

test("name and value together are at most 4096 bytes (COO-08)", () => {
  const cookie = cookieFor(https)
  const room = 4096 - cookie.name.length
  expect(cookie.set("a".repeat(room))).toContain("=aaa")
  expect(() => cookie.set("a".repeat(room + 1))).toThrow("larger than 4096 bytes")
})

test.each([
  [34_560_000, 34_560_000],
  [34_560_001, 34_560_000],
  [Number.POSITIVE_INFINITY, 34_560_000],
  [1.9, 1],
  [0, 0],
  [-5, 0]
])("a life of %d seconds is sent as %d: whole, and at most 400 days (COO-08)", (seconds, sent) => {
  expect(cookieFor(https).set("a", seconds)).toContain(`; Max-Age=${sent}; `)
})

test("a life that is no number is a mistake (COO-06)", () => {
  expect(() => cookieFor(https).set("a", Number.NaN)).toThrow("not a number")
})
