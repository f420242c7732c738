import fc from "fast-check"
import { expect, test } from "vitest"
import { wantsJson, wantsPage } from "./wants-page.ts"

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })

const asks = (accept: string | null, more: Record<string, string> = {}): boolean =>
  wantsPage(new Headers({ ...(accept === null ? {} : { Accept: accept }), ...more }))

const navigate = { "Sec-Fetch-Mode": "navigate" }

test.each([
  ["Chromium", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"],
  ["Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["Safari without Sec-Fetch-Mode", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["lynx", "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01"]
])("%s is a person who navigates (wire.md §3)", (_, accept) => {
  expect(asks(accept)).toBe(true)
  expect(asks(accept, navigate)).toBe(true)
})

test.each([
  ["pip", "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"],
  ["curl, wget and git", "*/*"],
  ["npm", "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*"],
  ["axios", "application/json, text/plain, */*"],
  ["a client that names no type", null],
  ["an empty header", ""],
  ["one that refuses HTML", "text/html;q=0, */*"],
  ["one with a broken quality", "text/html;q=high"],
  ["one that likes HTML as much, but names it later", "application/json, text/html"]
])("%s is a program (wire.md §3)", (_, accept) => {
  expect(asks(accept)).toBe(false)
})

test("a page's own fetch is a program, unless it asks for HTML first (wire.md §3)", () => {
  expect(asks("*/*", { "Sec-Fetch-Mode": "cors" })).toBe(false)
  expect(asks("text/html, */*;q=0.1", { "Sec-Fetch-Mode": "cors" })).toBe(true)
})

test("a navigation gets a page when it likes nothing better, whatever comes first (wire.md §3)", () => {
  expect(asks("application/xhtml+xml, text/html", navigate)).toBe(true)
  expect(asks("text/html;q=0.9, application/json", navigate)).toBe(false)
  expect(asks("*/*", navigate)).toBe(false)
})

test("old pip asks for HTML alone, and is never sent to a page when it brings a credential (wire.md §5)", () => {
  expect(asks("text/html", { Authorization: "Basic YTpi" })).toBe(false)
  expect(asks("text/html", { Authorization: "" })).toBe(false)
  expect(asks("text/html", { Authorization: "Basic YTpi", ...navigate })).toBe(true)
})

test("types and qualities are read in any case, with blanks and parameters (wire.md §3)", () => {
  expect(asks("application/json ; Q=0.5 , TEXT/HTML ; level=1")).toBe(true)
  expect(asks("application/json;q=0.999,text/html;q=1.000")).toBe(true)
})

test("no header makes it throw or take long (INP-07)", () => {
  fc.assert(
    fc.property(anyText, (accept) => {
      expect(typeof wantsPage({ get: () => accept })).toBe("boolean")
    })
  )
  const start = performance.now()
  for (const part of [",", ";", " ", "q=", "text/html,", ";q=0"])
    wantsPage({ get: (name) => (name === "accept" ? part.repeat(20_000) : null) })
  expect(performance.now() - start).toBeLessThan(1000)
})

const takesJson = (accept: string | null, contentType: string, more: Record<string, string> = {}): boolean =>
  wantsJson(new Headers({ ...(accept === null ? {} : { Accept: accept }), "Content-Type": contentType, ...more }))

const FORM = "application/x-www-form-urlencoded"
const JSON_TYPE = "application/json; charset=utf8"

test.each([
  ["names JSON and nothing better", "application/json", FORM],
  ["is axios, with a form", "application/json, text/plain, */*", FORM],
  ["posts JSON and takes anything", "*/*", JSON_TYPE],
  ["posts JSON and names no type", null, JSON_TYPE],
  ["posts JSON and takes any application", "application/*", JSON_TYPE]
])("INP-12 a program that %s takes JSON", (_, accept, contentType) => {
  expect(takesJson(accept, contentType)).toBe(true)
  expect(takesJson(accept, contentType, { Authorization: "Basic YTpi" })).toBe(true)
})

test.each([
  ["posts a form and takes anything, as curl does", "*/*", FORM],
  ["posts a form and names no type", null, FORM],
  ["posts JSON and wants HTML", "text/html", JSON_TYPE],
  ["likes HTML better than JSON", "text/html, application/json;q=0.9", JSON_TYPE],
  ["refuses JSON", "application/json;q=0, text/plain", JSON_TYPE]
])("INP-12 who %s is sent on to a page", (_, accept, contentType) => {
  expect(takesJson(accept, contentType)).toBe(false)
})

test("INP-12 a browser that navigates never takes JSON in place of a page", () => {
  const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
  for (const contentType of [FORM, JSON_TYPE]) expect(takesJson(accept, contentType, navigate)).toBe(false)
})
