import { expect, it } from "vitest"
import { readMetadata } from "./metadata.ts"

const issuer = "https://app.example.org/auth"
const valid = {
  issuer,
  device_authorization_endpoint: "https://app.example.org/oauth/device_authorization",
  token_endpoint: "https://app.example.org/oauth/token",
  grant_types_supported: ["urn:ietf:params:oauth:grant-type:device_code"]
}

it("metadata of any server with the device flow are taken", () => {
  expect(readMetadata(valid, issuer)).toEqual({
    issuer,
    deviceAuthorizationEndpoint: "https://app.example.org/oauth/device_authorization",
    tokenEndpoint: "https://app.example.org/oauth/token",
    revocationEndpoint: null,
    userEndpoint: null
  })
  expect(readMetadata({ ...valid, grant_types_supported: undefined, issuer: `${issuer}/` }, issuer)).toMatchObject({
    issuer
  })
})

it("the issuer must be the server that was asked (RFC 8414 §3.3)", () => {
  expect(readMetadata({ ...valid, issuer: "https://evil.example" }, issuer)).toMatch("https://evil.example")
  expect(readMetadata({ ...valid, issuer: "https://app.example.org" }, issuer)).toMatch("calls itself")
  expect(readMetadata({ ...valid, issuer: undefined }, issuer)).toMatch("no issuer")
})

it("an endpoint of another origin is refused, whichever it is", () => {
  const elsewhere = [
    "https://evil.example/oauth",
    "http://app.example.org/oauth",
    "https://app.example.org:8443/oauth",
    "https://ada@app.example.org/oauth",
    "https://:pa55word@app.example.org/oauth",
    "javascript:alert(1)",
    "/oauth/token",
    7
  ]
  for (const name of [
    "device_authorization_endpoint",
    "token_endpoint",
    "revocation_endpoint",
    "latchkey_user_endpoint"
  ])
    for (const endpoint of elsewhere)
      expect(readMetadata({ ...valid, [name]: endpoint }, issuer)).toBe(`its ${name} is not an address of its own.`)
})

it("a server without the device flow says so", () => {
  expect(readMetadata({ ...valid, device_authorization_endpoint: undefined }, issuer)).toMatch("device flow")
  expect(readMetadata({ ...valid, grant_types_supported: ["authorization_code"] }, issuer)).toMatch("device flow")
  expect(readMetadata({ ...valid, token_endpoint: undefined }, issuer)).toMatch("token_endpoint")
})
