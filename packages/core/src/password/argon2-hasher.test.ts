import * as Effect from "effect/Effect"
import fc from "fast-check"
import { expect, it, test } from "vitest"
import { argon2Hasher } from "./argon2-hasher.ts"
import { DEFAULT_ARGON2 } from "./argon2-parameters.ts"
import { PasswordHasher } from "./password-hasher.ts"

/** Runs a test with the real hasher: about ten milliseconds for each hash. */
const withHasher = <A, E>(
  body: (hasher: PasswordHasher["Service"]) => Effect.Effect<A, E>,
  parameters = DEFAULT_ARGON2
): Promise<A> => Effect.runPromise(Effect.flatMap(PasswordHasher, body).pipe(Effect.provide(argon2Hasher(parameters))))

test("PWD-01 a new hash is argon2id with 19 MiB and two passes, and opens with its password alone", () =>
  withHasher((hasher) =>
    Effect.gen(function* () {
      const stored = yield* hasher.hash("seven wet umbrellas")
      expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      expect([hasher.reads(stored), hasher.isCurrent(stored)]).toEqual([true, true])
      expect(yield* hasher.verify(stored, "seven wet umbrellas")).toBe(true)
      expect(yield* hasher.verify(stored, "seven wet umbrella")).toBe(false)
      expect(yield* hasher.verify(stored, "")).toBe(false)
    })
  ))

test("one password has another hash each time", () =>
  withHasher((hasher) =>
    Effect.gen(function* () {
      expect(yield* hasher.hash("seven wet umbrellas")).not.toBe(yield* hasher.hash("seven wet umbrellas"))
    })
  ))

test("PWD-03 the last of 1024 bytes counts", () =>
  withHasher((hasher) =>
    Effect.gen(function* () {
      const long = "x".repeat(1023)
      const stored = yield* hasher.hash(`${long}a`)
      expect([yield* hasher.verify(stored, `${long}a`), yield* hasher.verify(stored, `${long}b`)]).toEqual([
        true,
        false
      ])
    })
  ))

test("PWD-05 what stands behind a NUL counts", () =>
  withHasher((hasher) =>
    Effect.gen(function* () {
      const stored = yield* hasher.hash("before\0one")
      expect([yield* hasher.verify(stored, "before\0one"), yield* hasher.verify(stored, "before\0two")]).toEqual([
        true,
        false
      ])
    })
  ))

test("PWD-12 a hash with any other parameter is not current, but is read", () =>
  withHasher((hasher) =>
    Effect.sync(() => {
      const others = ["m=19457,t=2,p=1", "m=19456,t=3,p=1", "m=19456,t=2,p=2"].map(
        (parameters) => `$argon2id$v=19$${parameters}$c2FsdHNhbHRzYWx0$5tMUq5bq9Z0iKFWcGkTgwYvCqN1p3sM9r2Yl5cJx0aE`
      )
      expect(others.map(hasher.reads)).toEqual([true, true, true])
      expect(others.map(hasher.isCurrent)).toEqual([false, false, false])
      expect([hasher.reads("$argon2id$"), hasher.isCurrent("$argon2id$")]).toEqual([false, false])
    })
  ))

test("PWD-16 whatever it reads it can verify, so a damaged hash is never an outage", () => {
  const piece = fc.constantFrom("A", "Q", "B", "AA", "AAAA", "AAAAAAAAAAAA", "A".repeat(40))
  const base64 = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""))
  return withHasher((hasher) =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(base64, base64, fc.constantFrom("m=8,t=1,p=1", "m=08,t=1,p=1"), async (salt, output, cost) => {
          const stored = `$argon2id$v=19$${cost}$${salt}$${output}`
          if (hasher.reads(stored)) expect(await Effect.runPromise(hasher.verify(stored, "x"))).toBe(false)
        }),
        { numRuns: 300 }
      )
    )
  )
})

test("X10 a hash function that gives up is a HasherError that does not tell the password", () =>
  withHasher((hasher) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(hasher.verify("no hash at all", "seven wet umbrellas"))
      expect(error).toMatchObject({ _tag: "HasherError", message: "the password hasher failed" })
      expect(String(error.cause)).not.toContain("umbrellas")
    })
  ))

it.each([
  { memory: 19455, passes: 2, lanes: 1 },
  { memory: 47103, passes: 1, lanes: 1 },
  { memory: 8, passes: 20, lanes: 1 },
  { memory: 1_048_576, passes: 2, lanes: 1 }
])("PWD-01 the parameters $memory KiB, $passes passes throw at once, with what would do", (parameters) => {
  expect(() => argon2Hasher(parameters)).toThrow("m=19456,t=2")
})
