import { ConfigurationError } from "@latchkey/core"
import { expect, test } from "vitest"
import { storeFromText } from "./store-from-env.ts"

test.each([
  "sqlite://app.db",
  "sqlite:///./app.db",
  "sqlite:file:app.db",
  "sqlite:~/app.db",
  "sqlite:a.db;tokens=sqlite://x"
])("%s names no plain path, and is a problem of LATCHKEY_STORE", async (text) => {
  const refused = await storeFromText(text).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(ConfigurationError)
  expect(refused).toMatchObject({ problems: [{ setting: "LATCHKEY_STORE" }] })
})

test("the problem says what to write", async () => {
  await expect(storeFromText("sqlite:///./data/app.db")).rejects.toThrow(/after "sqlite:".*write "data\/app\.db"/)
})

test.each(["sqlite:app.db", "sqlite:./app.db", "sqlite:/var/lib/app/app.db", "sqlite::memory:"])(
  "%s is a store",
  async (text) => {
    expect((await storeFromText(text)).name).toBe(text)
  }
)
