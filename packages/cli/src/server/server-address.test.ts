import { expect, it } from "vitest"
import { readServerAddress } from "./server-address.ts"

const problemOf = (text: string, unsafeHttp = false) => {
  try {
    return readServerAddress(text, unsafeHttp)
  } catch (error) {
    return error
  }
}
const refused = (reason: string) => ({ _tag: "ServerAddressInvalid", reason })

it("an address has one spelling: no slash at the end, no default port, a host in lower case", () => {
  expect(readServerAddress("https://App.Example.org:443/", false)).toBe("https://app.example.org")
  expect(readServerAddress("https://example.org/app///", false)).toBe("https://example.org/app")
})

it("http:// is for the machine itself", () => {
  for (const host of ["localhost:3000", "app.localhost", "127.0.0.1", "127.8.9.10:80", "[::1]:3000"])
    expect(problemOf(`http://${host}`)).toMatch(/^http:/)
  for (const host of ["example.org", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org", "0.0.0.0", "[::2]"])
    expect(problemOf(`http://${host}`)).toMatchObject(refused("unencrypted"))
  expect(problemOf("http://2130706433")).toBe("http://127.0.0.1") // how the URL standard reads it
})

it("unsafeHttp allows it for others", () => {
  expect(readServerAddress("http://example.org", true)).toBe("http://example.org")
})

it("what is no address of a server is refused, and the error does not quote it", () => {
  expect(problemOf("example.org")).toMatchObject(refused("not-a-url"))
  expect(problemOf(`https://${"a".repeat(2000)}`)).toMatchObject(refused("not-a-url"))
  expect(problemOf("localhost:3000")).toMatchObject(refused("not-http"))
  expect(problemOf("file:///etc/passwd")).toMatchObject(refused("not-http"))
  expect(problemOf("https://ada:pa55word@example.org")).toMatchObject(refused("has-credentials"))
  expect(problemOf("https://example.org?token=pa55word")).toMatchObject(refused("has-query"))
  expect(problemOf("https://example.org/#")).toMatchObject(refused("has-query"))
  expect(String(problemOf("https://ada:pa55word@example.org"))).not.toContain("pa55word")
})
