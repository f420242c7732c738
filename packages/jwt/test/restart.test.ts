import { createHash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createAuth, importedUserId } from "@latchkey/core"
import { plainHasher } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"
import { expect, onTestFinished, test } from "vitest"
import { jwt } from "../src/jwt.ts"
import { ada, forge, hs256 } from "./scene.ts"

const OLD = "b7Qe2Lw9Xr4Tn6Ys"

test("JWT-04 JWT-11 a restart neither ends a token nor brings one back, on SQLite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-jwt-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const until = new Date(Date.now() + 86_400_000)
  const start = async () => {
    const auth = await createAuth({
      store: sqliteStore(join(folder, "app.db")),
      publicUrl: "http://localhost:3000",
      hasher: plainHasher,
      admin: { username: "root", password: "a quiet lantern over grey water" },
      accessTokens: jwt({ keys: [hs256], oldTokens: { key: OLD, until } })
    })
    const opens = (token: string) => auth.sessions.resumeBearer(token).then((found) => found !== null)
    return { auth, opens }
  }

  const before = await start()
  const [imported] = await before.auth.users.import(
    [{ id: "1", username: "ada", passwordHash: `plain$${createHash("sha256").update(ada.password).digest("hex")}` }],
    { source: "old" }
  )
  const user = await before.auth.users.find(importedUserId("1", "old"))
  if (user === null) throw new Error(`ada was not imported: ${imported?.outcome}`)
  const [kept, closed] = [await before.auth.sessions.logIn(ada), await before.auth.sessions.logIn(ada)]
  const exp = Math.floor(Date.now() / 1_000) + 3_600
  const header = { alg: "HS256", typ: "JWT" }
  const [old, ended] = [exp, exp + 1].map((end) =>
    forge(header, { sub: user.id, aud: "fastapi-users:auth", exp: end }, OLD)
  ) as [string, string]
  await before.auth.sessions.closeBySecret(closed.secret)
  const held = await before.auth.sessions.resumeBearer(ended)
  if (held === null || !("jwt" in held)) throw new Error("no token")
  expect(await before.auth.sessions.closeToken(held)).toBe(true)
  await before.auth.close()

  const after = await start()
  onTestFinished(() => after.auth.close())
  expect(await after.auth.sessions.resumeBearer(kept.secret)).not.toBeNull()
  expect(await after.auth.sessions.resumeBearer(closed.secret)).toBeNull()
  expect(await after.opens(old)).toBe(true)
  expect(await after.opens(ended)).toBe(false)
})
