import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { resolveSettings } from "./resolve-settings.ts"
import type { AuthSettings } from "./settings-table.ts"

const nameWith = async (settings: AuthSettings): Promise<string> =>
  (await Effect.runPromise(resolveSettings(settings))).cookies.name

test.each([
  ["http://localhost:3000", "latchkey_session"],
  ["http://localhost:3001", "latchkey_session_3001"],
  ["http://127.0.0.1:8080/app", "latchkey_session_8080"],
  ["http://[::1]:5173", "latchkey_session_5173"],
  ["http://shop.localhost:4000", "latchkey_session_4000"],
  ["https://localhost:8443", "latchkey_session_8443"],
  ["http://localhost", "latchkey_session_80"],
  ["https://localhost", "latchkey_session_443"]
])(
  "COO-01 the cookie at %s is by default called %s, so that two ports of this machine have two",
  async (publicUrl, name) => {
    expect(await nameWith({ publicUrl })).toBe(name)
  }
)

test.each(["http://localhost:32768", "http://127.0.0.1:49152", "http://localhost:65535"])(
  "COO-01 a port that systems hand out at random (%s) leaves no cookies of its own behind",
  async (publicUrl) => {
    expect(await nameWith({ publicUrl })).toBe("latchkey_session")
  }
)

test.each(["https://app.example.org", "https://app.example.org:8443", undefined])(
  "COO-01 the port does not count elsewhere (%s)",
  async (publicUrl) => {
    expect(await nameWith(publicUrl === undefined ? {} : { publicUrl })).toBe("latchkey_session")
  }
)

test.each(["latchkey_session", "shop"])("COO-01 a name that is given stays as it is: %s", async (name) => {
  expect(await nameWith({ publicUrl: "http://localhost:3001", cookies: { name } })).toBe(name)
})
