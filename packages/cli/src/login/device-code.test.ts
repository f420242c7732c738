import { expect, it } from "vitest"
import { readDeviceCode } from "./device-code.ts"

const issuer = "https://app.example.org"
const valid = {
  device_code: "secret",
  user_code: "BCDF-GHJK",
  verification_uri: "https://app.example.org/auth/cli",
  verification_uri_complete: "https://app.example.org/auth/cli?code=BCDFGHJK",
  expires_in: 300,
  interval: 5
}

it("an answer is read, with times in milliseconds", () => {
  expect(readDeviceCode(valid, issuer)).toEqual({
    secret: "secret",
    userCode: "BCDF-GHJK",
    verificationUri: "https://app.example.org/auth/cli",
    verificationUriComplete: "https://app.example.org/auth/cli?code=BCDFGHJK",
    lifetime: 300_000,
    interval: 5000
  })
})

it("a server need not name an interval or an address with the code", () => {
  const { interval, verification_uri_complete, ...least } = valid
  expect(readDeviceCode(least, issuer)).toMatchObject({ interval: 5000, verificationUriComplete: null })
})

it("no server makes a program poll without a pause, or for ever", () => {
  expect(readDeviceCode({ ...valid, interval: 0 }, issuer)).toMatchObject({ interval: 1000 })
  expect(readDeviceCode({ ...valid, interval: -5 }, issuer)).toMatchObject({ interval: 5000 })
  expect(readDeviceCode({ ...valid, expires_in: 1e9 }, issuer)).toMatchObject({ lifetime: 3_600_000 })
})

it("no page but the server's own is opened", () => {
  for (const elsewhere of [
    "https://evil.example/",
    "http://app.example.org/",
    "javascript:alert(1)",
    "file:///bin/sh",
    7
  ]) {
    expect(readDeviceCode({ ...valid, verification_uri: elsewhere }, issuer)).toMatch("verification_uri")
    expect(readDeviceCode({ ...valid, verification_uri_complete: elsewhere }, issuer)).toMatch("verification_uri")
  }
})

it("the code can be printed as it is", () => {
  expect(readDeviceCode({ ...valid, user_code: "BCDF\u001b[2J-\nGHJK" }, issuer)).toMatchObject({
    userCode: "BCDF[2J- GHJK"
  })
})

it("an incomplete answer is refused", () => {
  expect(readDeviceCode({ ...valid, device_code: "" }, issuer)).toMatch("device_code")
  expect(readDeviceCode({ ...valid, user_code: "\u001b" }, issuer)).toMatch("user_code")
  expect(readDeviceCode({ ...valid, verification_uri: undefined }, issuer)).toMatch("verification_uri")
  expect(readDeviceCode({ ...valid, expires_in: "300" }, issuer)).toMatch("how long")
  expect(readDeviceCode({ ...valid, expires_in: 0 }, issuer)).toMatch("how long")
})
