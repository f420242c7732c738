import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { readOrigin } from "./origin.ts"
import { resolveSettings } from "./resolve-settings.ts"

describe("CSR-02 an exact origin is kept as browsers send it", () => {
  test.each([
    ["https://app.example.org", "https://app.example.org"],
    ["https://app.example.org/", "https://app.example.org"],
    ["https://app.example.org:443", "https://app.example.org"],
    ["https://app.example.org:8443/", "https://app.example.org:8443"],
    ["HTTPS://App.Example.org", "https://app.example.org"],
    ["http://localhost:5173", "http://localhost:5173"],
    ["http://[::1]:5173", "http://[::1]:5173"],
    ["https://münchen.example", "https://xn--mnchen-3ya.example"],
    ["capacitor://localhost", "capacitor://localhost"],
    ["ionic://localhost", "ionic://localhost"],
    ["tauri://localhost/", "tauri://localhost"],
    ["app://-", "app://-"],
    ["chrome-extension://abcdefghijklmnopabcdefghijklmnop", "chrome-extension://abcdefghijklmnopabcdefghijklmnop"],
    ["safari-web-extension://0A1B-2C", "safari-web-extension://0A1B-2C"]
  ])("%s is %s", (written, sent) => {
    expect(readOrigin(written)).toBe(sent)
  })
})

test.each([
  "https://*.example.org",
  "*://example.org",
  "chrome-extension://*",
  "*",
  "null",
  "",
  "example.org",
  "https://",
  "https:///",
  "https://a/b",
  "https://a/?b",
  "https://a#b",
  "https://a@b",
  "https://a\\b",
  "https://a b",
  "https:a.example.org",
  "file:///",
  "file://host",
  "data:text/html,x",
  "blob:https://a.example.org",
  "wss://a.example.org",
  "capacitor://lo%63alhost/x",
  "tauri://münchen"
])("CSR-02 %j is no origin that a browser sends, and is refused", (written) => {
  expect(readOrigin(written)).toBe(null)
})

test("CSR-02 a host with * is refused, and the problem names it", async () => {
  const trustedOrigins = ["https://a.example.org", "https://*.example.org"]
  const refused = await Effect.runPromise(Effect.flip(resolveSettings({ requests: { trustedOrigins } })))
  expect(refused.problems).toEqual([
    { setting: "requests.trustedOrigins", problem: expect.stringContaining('"https://*.example.org" is none') }
  ])
})

test("CSR-02 the environment names several, with commas", async () => {
  // As `authSettingsFromEnv` passes it on.
  const given = { requests: { trustedOrigins: "https://a.example.org/, capacitor://localhost" as never } }
  const { requests } = await Effect.runPromise(resolveSettings(given))
  expect(requests.trustedOrigins).toEqual(["https://a.example.org", "capacitor://localhost"])
})
