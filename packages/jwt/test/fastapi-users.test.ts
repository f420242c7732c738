import { argon2Hasher, PasswordHasher, parseUserId } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { ada, forge, newPassword, openScene, START, setRow } from "./scene.ts"

/** Written by PyJWT 2.6 as fastapi-users 15 calls it, until an hour after the tests' clock begins. */
const written = {
  token:
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI1ZjBjMmI5ZS0xZDM0LTRjNTctOWE4Ni03YmUxZjAyZDRjMzMiLCJhdWQiOlsiZmFzdGFwaS11c2VyczphdXRoIl0sImV4cCI6MTc2NzIyOTIwMH0.f82bmifZSdB1IA3VoNzZ8-4SHKkKSMQseLbN6lyipVI",
  verify:
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI1ZjBjMmI5ZS0xZDM0LTRjNTctOWE4Ni03YmUxZjAyZDRjMzMiLCJlbWFpbCI6ImFkYUBleGFtcGxlLm9yZyIsImF1ZCI6ImZhc3RhcGktdXNlcnM6dmVyaWZ5IiwiZXhwIjoxNzY3MjI5MjAwfQ.vB-M7ra44ncZdRwoPqdymvqSw3diYQFjZLyOJ7TH2FA"
}
const RESET = "Hc5Vn8Jq3Wd7Zf2M"
const oldTokens = { key: "b7Qe2Lw9Xr4Tn6Ys", resetKey: RESET, verifyKey: "x9Kt4Bs6Ym1Rg8Pu", until: "2026-02-01" }

/** A system of fastapi-users: ada with the random id (UUID 4) that she had there. */
const imported = async (more: Parameters<typeof openScene>[1] = {}) => {
  const scene = await openScene({ oldTokens }, more)
  const id = parseUserId("5f0c2b9e-1d34-4c57-9a86-7be1f02d4c33")
  const row = scene.tables.users.get(scene.user.id)
  if (id === null || row === undefined) throw new Error("no row to move")
  scene.tables.users.delete(scene.user.id)
  scene.tables.users.set(id, { ...row, user: { ...row.user, id } })
  return { ...scene, user: { ...row.user, id } }
}

describe("what fastapi-users wrote", () => {
  it("JWT-10 a token of its JWT strategy lets its user in", async () => {
    const { who, user } = await imported()
    expect(await who(written.token)).toMatchObject({ via: "jwt", user: { id: user.id } })
  })

  it("JWT-10 JWT-12 users with numbers for ids are known by what the import made of them", async () => {
    const OLD = oldTokens.key
    const { auth, who } = await openScene({ oldTokens: { ...oldTokens, source: "harbour" } })
    const grace = { id: "42", email: "grace@example.org", passwordHash: "plain$imported" }
    await auth.users.import([grace], { source: "harbour" })
    const header = { alg: "HS256", typ: "JWT" }
    const token = (sub: unknown) => forge(header, { sub, aud: "fastapi-users:auth", exp: START + 60 }, OLD)
    expect(await who(token("42"))).toMatchObject({ via: "jwt", user: { email: grace.email } })
    for (const sub of [42, "43", "", "042", null]) expect(await who(token(sub)), String(sub)).toBeNull()
    const verify = { sub: "42", email: grace.email, aud: "fastapi-users:verify", exp: START + 60 }
    expect(await auth.recovery.verify(forge(header, verify, oldTokens.verifyKey))).toMatchObject({ isVerified: true })
    const other = await openScene({ oldTokens: { ...oldTokens, source: "another" } })
    expect(await other.who(token("42"))).toBeNull()
  })

  it("JWT-12 a link of its verification verifies the address", async () => {
    const { auth } = await imported()
    expect(await auth.recovery.verify(written.verify)).toMatchObject({ isVerified: true })
  })

  it("JWT-12 a link for a new password is held against the hash that was imported, by argon2id as pwdlib has it", async () => {
    const pwdlib = argon2Hasher({ memory: 65_536, passes: 3, lanes: 4 })
    const hash = (text: string) =>
      Effect.runPromise(
        Effect.provide(
          PasswordHasher.use((hasher) => hasher.hash(text)),
          pwdlib
        )
      )
    const { auth, user, tables } = await imported({ hasher: argon2Hasher() })
    const stored = await hash(ada.password)
    setRow(tables, user, stored)
    const link = async (text: string) =>
      forge(
        { alg: "HS256", typ: "JWT" },
        { sub: user.id, password_fgpt: await hash(text), aud: "fastapi-users:reset", exp: START + 3_600 },
        RESET
      )
    await expect(auth.recovery.reset(await link(`${stored}x`), newPassword)).rejects.toMatchObject({
      reason: "changed"
    })
    expect(await auth.recovery.reset(await link(stored), newPassword)).toMatchObject({ id: user.id })
  })
})
