import { expect, test } from "vitest"
import { type CredentialKind, isForged, type OriginPolicy } from "./is-forged.ts"

interface RequestOrigin {
  readonly method: string
  readonly site: string | null
  readonly origin: string | null
  readonly contentType: string | null
  readonly credential: CredentialKind
  readonly upgrade: string | null
}

const policy: Omit<OriginPolicy, "credentialKind"> = {
  publicOrigin: "https://app.test",
  trustedOrigins: ["https://admin.test"],
  allowNoFetchMetadata: false
}

const post: RequestOrigin = {
  method: "POST",
  site: null,
  origin: null,
  contentType: "application/x-www-form-urlencoded",
  credential: "cookie",
  upgrade: null
}

const forged = (request: Partial<RequestOrigin>, change: Partial<OriginPolicy> = {}): boolean => {
  const { method, site, origin, contentType, credential, upgrade } = { ...post, ...request }
  const headers = new Map([
    ["sec-fetch-site", site],
    ["origin", origin],
    ["content-type", contentType],
    ["upgrade", upgrade]
  ])
  const head = { method, header: (name: string) => headers.get(name) ?? null }
  return isForged(head, { ...policy, ...change, credentialKind: () => credential })
}

const origins = [null, "https://app.test", "https://admin.test", "null", "http://app.test", "https://evil.test"]

/** One row for each `Sec-Fetch-Site`, one column for each `Origin` in the order above; x is forged. */
test.each([
  { site: "same-origin", expected: "......" },
  { site: "none", expected: "......" },
  { site: "same-site", expected: "xx.xxx" },
  { site: "cross-site", expected: "xx.xxx" },
  { site: "same-origin, cross-site", expected: "xx.xxx" },
  { site: "SAME-ORIGIN", expected: "xx.xxx" },
  { site: null, expected: "x..xxx" }
])("a form post with Sec-Fetch-Site $site is judged $expected by its Origin (CSR-01, CSR-02)", ({ site, expected }) => {
  expect(origins.map((origin) => (forged({ site, origin }) ? "x" : ".")).join("")).toBe(expected)
})

test("empty headers are absent ones (CSR-01)", () => {
  expect(forged({ site: "", origin: "", credential: "none" })).toBe(false)
  expect(forged({ site: "", origin: "https://evil.test", credential: "none" })).toBe(true)
})

test.each(["https://app.test:8443", "http://app.test", "https://app.test.evil.test", "https://APP.test", "app.test"])(
  "the origin %s is not ours: scheme, host and port must all agree (CSR-02)",
  (origin) => {
    expect(forged({ origin })).toBe(true)
  }
)

test.each(["capacitor://localhost", "tauri://localhost", "chrome-extension://abcdefghijklmnopabcdefghijklmnop"])(
  "the origin %s of an app or an extension is trusted exactly as listed (CSR-02)",
  (origin) => {
    const listed = { trustedOrigins: [origin] }
    expect(forged({ origin, site: "cross-site" }, listed)).toBe(false)
    expect(forged({ origin }, listed)).toBe(false)
    expect(forged({ origin })).toBe(true)
    for (const other of [`${origin}.evil`, `x${origin}`, `${origin}:1`, "null"])
      expect(forged({ origin: other }, listed), other).toBe(true)
  }
)

test.each(["GET", "HEAD", "OPTIONS"])("%s changes nothing and passes from anywhere (CSR-06)", (method) => {
  expect(forged({ method, site: "cross-site", origin: "https://evil.test" })).toBe(false)
})

test.each(["websocket", "WebSocket", "h2c, websocket", "websocket/13"])(
  "CSR-12 a GET with Upgrade: %s is judged by its origin like a POST",
  (upgrade) => {
    const opening = { method: "GET", contentType: null, upgrade }
    expect(forged({ ...opening, site: "cross-site", origin: "https://evil.test" })).toBe(true)
    expect(forged({ ...opening, origin: "https://evil.test" })).toBe(true)
    expect(forged({ ...opening, origin: "null" })).toBe(true)
    expect(forged({ ...opening, site: "same-origin", origin: "https://app.test" })).toBe(false)
    expect(forged({ ...opening, origin: "https://app.test" })).toBe(false)
    expect(forged({ ...opening, origin: "https://admin.test" })).toBe(false)
    expect(forged({ ...opening, origin: "https://evil.test", credential: "bearer" })).toBe(false)
    expect(forged(opening), "a program, which says neither").toBe(false)
  }
)

test.each(["h2c", "", "web", "TLS/1.2"])("CSR-12 a GET with Upgrade: %j opens no WebSocket and passes", (upgrade) => {
  expect(forged({ method: "GET", site: "cross-site", origin: "https://evil.test", upgrade })).toBe(false)
})

test("CSR-13 Sec-Fetch-Site decides before a null origin does, which a page under no-referrer sends", () => {
  expect(forged({ site: "same-origin", origin: "null" })).toBe(false)
  expect(forged({ site: "cross-site", origin: "null" })).toBe(true)
  expect(forged({ origin: "null" })).toBe(true)
})

test.each(["POST", "PUT", "PATCH", "DELETE", "get", "TRACE", "PURGE", ""])(
  "%s from another site is forged (CSR-01, CSR-09)",
  (method) => {
    expect(forged({ method, site: "cross-site" })).toBe(true)
  }
)

test("a forged login is forged though it brings no credential (CSR-03)", () => {
  expect(forged({ credential: "none", site: "cross-site", origin: "https://evil.test" })).toBe(true)
  expect(forged({ credential: "none", origin: "https://evil.test" })).toBe(true)
})

test("Basic is repeated by browsers and protects nothing (CSR-04)", () => {
  expect(forged({ credential: "basic", site: "cross-site" })).toBe(true)
  expect(forged({ credential: "basic", origin: "null" })).toBe(true)
})

test("a bearer token, which no page can make a browser add, is exempt (CSR-04)", () => {
  expect(forged({ credential: "bearer", site: "cross-site", origin: "https://evil.test" })).toBe(false)
})

test("programs without a cookie may post forms: the login route of old clients, curl, twine (CSR-02, wire.md §5)", () => {
  expect(forged({ credential: "none" })).toBe(false)
  expect(forged({ credential: "none", contentType: "multipart/form-data; boundary=x" })).toBe(false)
  expect(forged({ credential: "basic", contentType: "multipart/form-data; boundary=x" })).toBe(false)
})

test.each([
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded; charset=utf-8",
  "multipart/form-data; boundary=x",
  "Multipart/Form-Data",
  " text/plain",
  "text/plain,application/json"
])("%s with a session cookie and neither header is refused, unless allowed (CSR-02)", (contentType) => {
  expect(forged({ contentType })).toBe(true)
  expect(forged({ contentType }, { allowNoFetchMetadata: true })).toBe(false)
})

test.each([
  null,
  "",
  "application/json",
  "application/json; charset=utf-8",
  "text/plainest",
  "application/octet-stream"
])("%s with a session cookie and neither header is a program's, since no form can send it (CSR-02)", (contentType) => {
  expect(forged({ contentType })).toBe(false)
})

test("allowing programs without headers allows no page of another site (CSR-02)", () => {
  expect(forged({ site: "cross-site" }, { allowNoFetchMetadata: true })).toBe(true)
  expect(forged({ origin: "null" }, { allowNoFetchMetadata: true })).toBe(true)
})
