import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isHost, plainTarget, readTarget } from "./request-target.ts"

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "/",
        "//",
        "..",
        ".",
        "%2e",
        "%2E%2e",
        "%2f",
        "%5c",
        "%25",
        "\\",
        "?",
        "#",
        ":",
        "@",
        ";",
        "%",
        "%zz",
        "'",
        "ü"
      ),
      fc.constantFrom("login", "%61", "http://", "https://", "a:b@evil.test", ":99999", "[::1", "*"),
      fc.string({ maxLength: 3 })
    ),
    { maxLength: 12 }
  )
  .map((parts) => parts.join(""))

describe("a request target", () => {
  test.each([
    ["/login", "/login"],
    ["/login?", "/login?"],
    ["/login?a=b", "/login?a=b"],
    ["/host/../login", "/login"],
    ["/%2E%2e/login/./x", "/login/x"],
    ["//evil.test/login", "//evil.test/login"],
    ["/login#x", "/login"],
    ["/a?b=\\&c=/../d", "/a?b=\\&c=/../d"],
    ["/%6Cogin", "/%6Cogin"],
    ["http://evil.test/login?a", "/login?a"],
    ["https://a:b@evil.test//login", "//login"],
    ["http://evil.test", "/"]
  ])("%s asks for %s (INP-14)", (target, asked) => {
    expect(readTarget(target)).toBe(asked)
  })

  test.each([
    ...[
      "",
      "*",
      "login",
      "\\login",
      "/users\\me",
      "/\\evil.test",
      "/a#\\",
      "http:/login",
      "HTTP://a/login",
      "ftp://a/b"
    ],
    ...["http://a:99999/login", "http://[::1/login", "http://a\\login", "http://", "latchkey.test:80"]
  ])("%j is malformed (INP-13)", (target) => {
    expect(readTarget(target)).toBe(null)
  })

  test("is read as URL parsers read it, whatever it is, and reading it again changes nothing (INP-14)", () => {
    fc.assert(
      fc.property(hostile, (target) => {
        const read = readTarget(target)
        if (read === null) return
        const { pathname, search } = new URL(target.startsWith("/") ? `http://a.test${target}` : target)
        const { pathname: path, search: query, hash } = new URL(`http://a.test${read}`)
        expect([path, query, hash]).toEqual([pathname, search, ""])
        expect(readTarget(read)).toBe(read)
        expect(read.startsWith("/")).toBe(true)
      }),
      { numRuns: 5_000 }
    )
  })

  test("of a hundred thousand characters is read quickly (INP-07)", () => {
    const start = performance.now()
    for (const part of ["/", "/.", "%2e", "\\", "%61", "?", "//..", "ü"]) {
      const target = `/${part.repeat(100_000)}`
      plainTarget(readTarget(target) ?? target)
    }
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})

describe("the one spelling for routers", () => {
  test.each([
    ["/%61dmin/%2D%2e%5F%7e%30", "/admin/-._~0"],
    ["/%28a%29%27%21%2A", "/(a)'!*"],
    ["/a%2fb%5c%3F%23%25%20%C3%BC%00", "/a%2fb%5c%3F%23%25%20%C3%BC%00"],
    ["/%2561dmin", "/%2561dmin"],
    ["/a?b=%61", "/a?b=%61"],
    ["/%zz%", "/%zz%"],
    ["/%2%65%2%65/admin", "/%2%65%2%65/admin"],
    ["/%%36%31", "/%%361"]
  ])("of %s is %s (INP-15)", (target, plain) => {
    expect(plainTarget(target)).toBe(plain)
  })

  test("means the same to whoever decodes it, has no dot segments, and is its own (INP-15)", () => {
    fc.assert(
      fc.property(hostile, (target) => {
        const read = readTarget(target)
        if (read === null) return
        const plain = plainTarget(read)
        expect(plainTarget(plain)).toBe(plain)
        expect(readTarget(plain)).toBe(plain)
        const segments = (text: string) => text.split("?", 1)[0]?.split("/").map(decoded)
        expect(segments(plain)).toEqual(segments(read))
      }),
      { numRuns: 5_000 }
    )
  })
})

/** Each escape on its own, because not all of them together need be UTF-8. */
const decoded = (segment: string): string =>
  segment.replace(/%([2-7][0-9a-f])/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))

describe("a Host header", () => {
  test.each([
    null,
    "",
    "a",
    "A.example:80",
    "localhost:3000",
    "127.0.0.1",
    "[::1]",
    "[2001:db8::7]:8443",
    "a-b.c_d",
    "a.",
    "10.example:1"
  ])("%j is a host, or says nothing (INP-13)", (host) => {
    expect(isHost(host)).toBe(true)
  })

  test.each([
    ...[
      "a b",
      "a/",
      "/a",
      "a?",
      "a#",
      "a@b",
      "a:",
      "a:b",
      "a:99999",
      "a:1:2",
      "[::1",
      "::1",
      "[::1]x",
      "a\\b",
      "a\tb",
      "a%41"
    ],
    ...["1.2.3.999", "127.1", "0x7f.1", "ü", "\xff", "a, b", "http://a"]
  ])("%j is no host (INP-13)", (host) => {
    expect(isHost(host)).toBe(false)
  })

  test("that is a host makes a url of that host alone (INP-13)", () => {
    const text = fc.array(
      fc.constantFrom("a", "1", ".", "-", ":", "@", "/", "\\", "[", "]", "::", "80", "%", "é", "xn--"),
      { maxLength: 6 }
    )
    fc.assert(
      fc.property(text, (parts) => {
        const host = parts.join("")
        if (host === "" || !isHost(host)) return
        const url = new URL(`http://${host}/login`)
        expect([url.pathname, url.username, url.search, url.hash]).toEqual(["/login", "", "", ""])
        expect(host.toLowerCase().startsWith(url.hostname)).toBe(true)
      }),
      { numRuns: 5_000 }
    )
  })
})
