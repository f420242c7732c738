import { expect, test } from "vitest"
import { script, scriptPath } from "./script.ts"

test("HTM-09 the script's path changes with its content", () => {
  expect(scriptPath).toMatch(/^\/latchkey-[0-9a-f]{8}\.js$/)
})

test("HTM-09 the script is small enough to be read as a whole: less than 2000 bytes", () => {
  expect(new TextEncoder().encode(script).length).toBeLessThan(2000)
  expect(() => new Function(script)).not.toThrow()
})

test("HTM-10 the script writes text, never markup, and asks, loads and keeps nothing", () => {
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function|createElement|import/)
  expect(script).not.toMatch(/fetch|XMLHttp|sendBeacon|WebSocket|Storage|cookie|https?:|location/)
})

test("HTM-10 the script has no words for people: they stand in the markup, in the page's language", () => {
  const texts = [...script.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text)
  expect(texts.length).toBeGreaterThan(10)
  expect(texts.filter((text) => /[A-Z]| [a-z]+ /.test(text.replace("$=Z", "")))).toEqual([])
})
