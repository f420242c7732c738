import fc from "fast-check"
import { expect, it, test } from "vitest"
import { isStrongEnough } from "./argon2-parameters.ts"
import { parseArgon2 } from "./phc.ts"

const SALT = "c2FsdHNhbHRzYWx0c2FsdA"
const OUTPUT = "5tMUq5bq9Z0iKFWcGkTgwYvCqN1p3sM9r2Yl5cJx0aE"

/** A hash with these parts in place of sound ones. */
const phc = (parts: { readonly kind?: string; readonly parameters?: string; readonly rest?: string }): string =>
  `$${parts.kind ?? "argon2id$v=19"}$${parts.parameters ?? "m=19456,t=2,p=1"}$${parts.rest ?? `${SALT}$${OUTPUT}`}`

test("reads the parameters of a hash", () => {
  expect(parseArgon2(phc({}))).toEqual({ memory: 19456, passes: 2, lanes: 1 })
})

test("PWD-15 the dearest hash that is still verified costs 256 MiB, 20 passes, 16 lanes", () => {
  expect(parseArgon2(phc({ parameters: "m=262144,t=20,p=16" }))).toEqual({ memory: 262144, passes: 20, lanes: 16 })
})

it.each([
  ["one KiB too much memory", "m=262145,t=2,p=1"],
  ["a GiB and ten passes, which would take seven seconds", "m=1048576,t=10,p=1"],
  ["one pass too many", "m=19456,t=21,p=1"],
  ["one lane too many", "m=262144,t=2,p=17"],
  ["the largest numbers that fit", "m=4294967295,t=4294967295,p=255"],
  ["numbers that overflow", "m=99999999999999999999,t=2,p=1"],
  ["less memory than its lanes need", "m=15,t=2,p=2"],
  ["no memory", "m=0,t=2,p=1"],
  ["no pass", "m=19456,t=0,p=1"],
  ["no lane", "m=19456,t=2,p=0"],
  ["a leading zero", "m=019456,t=2,p=1"],
  ["a sign", "m=+19456,t=2,p=1"],
  ["a fraction", "m=19456,t=2.5,p=1"],
  ["digits of another script", "m=١٩٤٥٦,t=2,p=1"],
  ["other parameters first", "t=2,m=19456,p=1"],
  ["a key id behind them", "m=19456,t=2,p=1,keyid=x"]
])("PWD-15 a hash with %s is not read", (_, parameters) => {
  expect(parseArgon2(phc({ parameters }))).toBeNull()
})

it.each([
  ["an output above 128 bytes", `${SALT}$${"A".repeat(172)}`],
  ["a salt above 128 bytes", `${"A".repeat(172)}$${OUTPUT}`],
  ["an output of nine bytes", `${SALT}$${"A".repeat(12)}`],
  ["no salt", `$${OUTPUT}`],
  ["no output", `${SALT}$`],
  ["nothing but a salt", SALT],
  ["a line break at the end", `${SALT}$${OUTPUT}\n`],
  ["a second hash behind it", `${SALT}$${OUTPUT}$${OUTPUT}`],
  ["url-safe base64", `${SALT}$${OUTPUT.slice(0, -1)}_`],
  ["an output that lost its last two characters", `${SALT}$${OUTPUT.slice(0, -2)}`],
  ["a salt that lost one of its characters", `${SALT.slice(0, 13)}$${OUTPUT}`],
  ["bits behind the last byte", `${SALT}$${OUTPUT.slice(0, -1)}F`],
  ["padding", `${SALT}==$${OUTPUT}=`]
])("PWD-15 a hash with %s is not read", (_, rest) => {
  expect(parseArgon2(phc({ rest }))).toBeNull()
})

it.each(["argon2i$v=19", "argon2d$v=19", "argon2id$v=16", "argon2id", "ARGON2ID$v=19", "2b"])(
  "a hash of kind %s is not read",
  (kind) => {
    expect(parseArgon2(phc({ kind }))).toBeNull()
  }
)

it.each(["", "x", "$argon2id$", "null", " ", "\0"])("PWD-16 %j is no hash", (stored) => {
  expect(parseArgon2(stored)).toBeNull()
})

test("PWD-15 no text makes reading throw, and what is read is affordable (F18)", () => {
  const piece = fc.constantFrom("$", "argon2id", "v=19", "m=", "t=", "p=", ",", "1", "19456", "99999999", SALT, "\n")
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(""))
  )
  fc.assert(
    fc.property(text, (stored) => {
      const read = parseArgon2(stored)
      expect(read === null || read.memory * read.passes <= 262144 * 20).toBe(true)
    }),
    { numRuns: 500 }
  )
})

test("INP-07 a text of 100 000 characters is refused in no time", () => {
  const start = performance.now()
  for (const part of ["$argon2id$v=19$m=", "A", "$", "1,"]) parseArgon2(part.repeat(100_000))
  expect(performance.now() - start).toBeLessThan(1_000)
})

it.each([
  [19456, 2, 1],
  [47104, 1, 1],
  [12288, 3, 1],
  [65536, 3, 4],
  [262144, 20, 16]
])("PWD-01 m=%i,t=%i,p=%i is strong enough", (memory, passes, lanes) => {
  expect(isStrongEnough({ memory, passes, lanes })).toBe(true)
})

it.each([
  [19455, 2, 1],
  [19456, 1, 1],
  [47103, 1, 1],
  [12287, 3, 1],
  [12288, 2, 1],
  [4096, 20, 1],
  [262145, 2, 1],
  [19456, 21, 1],
  [19456, 2, 17],
  [19456, 2, 0],
  [Number.NaN, 2, 1]
])("PWD-01 m=%i,t=%i,p=%i is refused", (memory, passes, lanes) => {
  expect(isStrongEnough({ memory, passes, lanes })).toBe(false)
})
