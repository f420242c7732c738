import fc from "fast-check"
import { expect, test } from "vitest"
import { safeNext } from "./safe-next.ts"

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })

const publicUrl = new URL("https://app.test/mounted/")

test.each([
  ["/", "/"],
  ["/profile/", "/profile/"],
  ["/auth/cli?code=ABCD-EFGH", "/auth/cli?code=ABCD-EFGH"],
  ["/a/../b", "/b"],
  ["/a?next=//evil.test", "/a?next=//evil.test"],
  ["/%2F/evil.test", "/%2F/evil.test"],
  ["/%5cevil.test", "/%5cevil.test"],
  ["/a#part", "/a"],
  ["/caf\u00e9", "/caf%C3%A9"],
  ["/@evil.test", "/@evil.test"],
  ["/:80/x", "/:80/x"]
])("%j leads to %j (RED-01)", (wish, path) => {
  expect(safeNext(wish, publicUrl)).toBe(path)
})

test.each([
  "",
  " /",
  "/ ",
  "/a b",
  "profile",
  "?a",
  "#a",
  "//evil.test",
  "///evil.test",
  "/\\evil.test",
  "\\\\evil.test",
  "\\/evil.test",
  "/\t/evil.test",
  "/\n/evil.test",
  "/\r\n/evil.test",
  "\t//evil.test",
  "/..//evil.test",
  "/.//evil.test",
  "/a/..//..//evil.test",
  "/%2e%2e//evil.test",
  "/%2e//evil.test",
  "https://app.test/profile",
  "https:evil.test",
  "https:/evil.test",
  "http:evil.test",
  "HTTPS://evil.test",
  "javascript:alert(1)",
  "data:text/html,x",
  "/\u0000",
  "/\u007f",
  "/a\\b",
  `/${"a".repeat(2048)}`
])("%j leads nowhere (RED-01)", (wish) => {
  expect(safeNext(wish, publicUrl)).toBe(null)
})

test.each([undefined, null, 1, true, ["/a"], ["/a", "/b"], { a: "/b" }, Symbol("/a"), () => "/a"])(
  "what is no text leads nowhere and does not throw (RED-02)",
  (wish) => {
    expect(safeNext(wish, publicUrl)).toBe(null)
  }
)

test("a path that grows too long when it is encoded leads nowhere (RED-01)", () => {
  expect(safeNext(`/${"\u20ac".repeat(2000)}`, publicUrl)).toBe(null)
})

test("whatever comes out stays on our origin for a browser, and is stable (RED-01, F04)", () => {
  const hostile = fc.constantFrom(
    ..."/\\.%@:?#-ae2fF5cC[]&=;|^`{}\"'<>~*\t\n\r\u0000 ",
    "\u0085",
    "\u00a0",
    "\u2028",
    "\u2029",
    "\u3000",
    "\uff0f",
    "\uff3c",
    "\u2215",
    "\u2044",
    "\u29f8",
    "\ufeff",
    "\ud800",
    "%2e",
    "%2f",
    "%5c",
    "%09",
    "..",
    "//",
    "/\\",
    "https:",
    "evil.test",
    "app.test"
  )
  const wish = fc.array(hostile, { maxLength: 14 }).map((pieces) => `/${pieces.join("")}`)
  const bases = [publicUrl, new URL("http://localhost:3000"), new URL("https://[::1]:8443/x/y")]
  fc.assert(
    fc.property(fc.oneof({ weight: 5, arbitrary: wish }, anyText), fc.constantFrom(...bases), (wish, base) => {
      const path = safeNext(wish, base)
      if (path === null) return
      expect(new URL(path, base).origin).toBe(base.origin)
      expect(path).toMatch(/^\/(?![/\\])[!-~]*$/)
      expect(safeNext(path, base)).toBe(path)
    }),
    { numRuns: 30_000 }
  )
})
