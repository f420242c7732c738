import { authSettingsFromEnv, ConfigurationError, reveal } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { expect, onTestFinished, test } from "vitest"
import { ada, partsOf, SECRET } from "../test/scene.ts"
import { jwtFromEnv, jwtVariables } from "./jwt-from-env.ts"

const OLD = "b7Qe2Lw9Xr4Tn6Ys"

/** What a start in this environment says is wrong, or a token that it makes. */
const started = async (env: Readonly<Record<string, string>>) => {
  try {
    const { auth } = await createTestAuth({ accessTokens: jwtFromEnv(env) })
    onTestFinished(() => auth.close())
    await auth.users.register(ada)
    return reveal((await auth.sessions.logIn(ada)).secret)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    for (const value of Object.values(env)) if (value.length > 8) expect(error.message).not.toContain(value)
    return error.problems.map(({ setting, problem }) => `${setting} ${problem}`)
  }
}

test("without keys in the environment tokens are opaque", async () => {
  expect(jwtFromEnv({ LATCHKEY_JWT_KEYS: "" })).toBeUndefined()
  expect(await started({})).toMatch(/^lk_ses_/)
})

test("one secret is a key for HS256, and JSON is a list of keys", async () => {
  const one = await started({ LATCHKEY_JWT_KEYS: SECRET })
  const list = await started({ LATCHKEY_JWT_KEYS: JSON.stringify([{ algorithm: "HS256", key: SECRET, kid: "a" }]) })
  expect([partsOf(String(one)).header.alg, partsOf(String(list)).header.kid]).toEqual(["HS256", "a"])
})

test("the other variables say who, for whom, and how", async () => {
  const env = {
    LATCHKEY_JWT_KEYS: SECRET,
    LATCHKEY_JWT_ISSUER: "https://id.example.org",
    LATCHKEY_JWT_STATELESS: "true"
  }
  const claimsFor = async (audience: string) =>
    partsOf(String(await started({ ...env, LATCHKEY_JWT_AUDIENCE: audience }))).claims
  expect(await claimsFor("api")).toMatchObject({ iss: "https://id.example.org", aud: "api", jti: expect.any(String) })
  expect(await claimsFor("[fastapi-users:auth]")).toMatchObject({ aud: ["fastapi-users:auth"] })
  expect(await claimsFor("api, web")).toMatchObject({ aud: ["api", "web"] })
})

test("JWT-02 JWT-10 what is wrong is told by its variable, and never quoted", async () => {
  const keys = { LATCHKEY_JWT_KEYS: SECRET }
  const wrong: ReadonlyArray<readonly [Readonly<Record<string, string>>, RegExp]> = [
    [{ LATCHKEY_JWT_KEYS: "a-short-secret" }, /^LATCHKEY_JWT_KEYS\[0\] has fewer than 32 bytes/],
    [{ LATCHKEY_JWT_KEYS: `[{"key":"${SECRET}"` }, /^LATCHKEY_JWT_KEYS must be one secret, or a JSON list/],
    [{ LATCHKEY_JWT_KEYS: "[]" }, /^LATCHKEY_JWT_KEYS must be 1 to 3 keys/],
    [{ LATCHKEY_JWT_ISSUER: "https://id.example.org" }, /^LATCHKEY_JWT_ISSUER does nothing alone/],
    [{ ...keys, LATCHKEY_JWT_STATELESS: "yes" }, /^LATCHKEY_JWT_STATELESS must be true or false/],
    [{ ...keys, LATCHKEY_JWT_OLD_KEY: OLD }, /^LATCHKEY_JWT_OLD_UNTIL must be set along/],
    [{ ...keys, LATCHKEY_JWT_OLD_UNTIL: "2026-02-01" }, /^LATCHKEY_JWT_OLD_KEY must be set along/],
    [{ ...keys, LATCHKEY_JWT_OLD_KEY: OLD, LATCHKEY_JWT_OLD_UNTIL: "soon" }, /^LATCHKEY_JWT_OLD_UNTIL must be a date/],
    [
      { ...keys, LATCHKEY_JWT_OLD_KEY: "SECRET", LATCHKEY_JWT_OLD_UNTIL: "2026-02-01" },
      /^LATCHKEY_JWT_OLD_KEY has fewer/
    ]
  ]
  for (const [env, says] of wrong) {
    const told = await started(env)
    expect(told, JSON.stringify(Object.keys(env))).toHaveLength(1)
    expect(told[0]).toMatch(says)
  }
})

test("authSettingsFromEnv knows the variables by the list", () => {
  const env = Object.fromEntries(jwtVariables.map((name) => [name, "x"]))
  expect(() => authSettingsFromEnv(env)).toThrow(ConfigurationError)
  expect(authSettingsFromEnv(env, jwtVariables)).toEqual({})
})
