import { expect, it } from "vitest"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { legacyPasswordsFromEnv } from "./legacy-from-env.ts"

const kinds = (text: string) => legacyPasswordsFromEnv({ LATCHKEY_LEGACY_PASSWORDS: text })

it("names kinds of old hashes with their costs", async () => {
  const text =
    "bcrypt; pbkdf2 digest=sha256 iterations=1000;scrypt cost=16384 blockSize=16 parallelism=1 ; argon2 memory=65536 passes=3 lanes=4"
  expect(kinds(text).map(({ name }) => name)).toEqual(["bcrypt", "pbkdf2 with sha256", "scrypt", "argon2"])
  const { auth } = await createTestAuth({ legacyPasswords: kinds("pbkdf2 digest=sha256 iterations=1000") })
  await auth.close()
})

it("names none without the variable, or with an empty one", () => {
  expect([legacyPasswordsFromEnv({}), kinds(""), kinds(" ; ")]).toEqual([[], [], []])
})

it.each([
  ["md5", 'names "md5": the kinds are bcrypt, pbkdf2, scrypt, argon2'],
  ["__proto__", 'names "__proto__"'],
  ["bcrypt rounds=12", 'gives bcrypt "rounds": it takes cost, as in "bcrypt cost=12"'],
  ["scrypt cost=16384", 'gives scrypt no blockSize, as in "scrypt cost=16384 blockSize=16 parallelism=1"'],
  ["bcrypt 12", 'gives bcrypt "1"']
])("refuses %j, and says what it takes", (text, problem) => {
  expect(() => kinds(text)).toThrow(problem)
})

it.each(["bcrypt cost=99", "pbkdf2 digest=md5 iterations=1000", "pbkdf2 digest=sha256 iterations=many"])(
  "createAuth refuses the costs of %j",
  async (text) => {
    await expect(createTestAuth({ legacyPasswords: kinds(text) })).rejects.toMatchObject({ _tag: "ConfigurationError" })
  }
)
