import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import * as made from "../../../test/legacy-hashes.ts"
import { argon2 } from "./argon2.ts"
import { bcrypt } from "./bcrypt.ts"
import type { LegacyHasher, LegacyKind } from "./legacy-kind.ts"
import { pbkdf2 } from "./pbkdf2.ts"
import { scrypt } from "./scrypt.ts"

const kinds: ReadonlyArray<readonly [LegacyKind, ReadonlyArray<made.MadeElsewhere>]> = [
  [bcrypt({ cost: 4 }), made.bcryptHashes],
  [pbkdf2({ digest: "sha1", iterations: 1000 }), made.pbkdf2Sha1Hashes],
  [pbkdf2({ digest: "sha256", iterations: 1000 }), made.pbkdf2Sha256Hashes],
  [pbkdf2({ digest: "sha512", iterations: 1000 }), made.pbkdf2Sha512Hashes],
  [scrypt({ cost: 1024, blockSize: 8, parallelism: 1 }), made.scryptHashes],
  [argon2({ memory: 64, passes: 2, lanes: 4 }), made.argon2Hashes]
]

const ready = (kind: LegacyKind): Promise<LegacyHasher> => Effect.runPromise(kind.load)

const opens = (hasher: LegacyHasher, stored: string, password: string): Promise<boolean> =>
  Effect.runPromise(hasher.verify(stored, password))

const rows = kinds.flatMap(([kind, hashes]) => hashes.map((hash) => ({ ...hash, kind, name: kind.name })))

describe("a hash that another program made", () => {
  it.each(rows)("PWD-14 $name, by $by: a hash opens with its password alone", async ({ kind, stored, password }) => {
    const hasher = await ready(kind)
    expect(hasher.reads(stored)).toBe(true)
    expect(await opens(hasher, stored, password)).toBe(true)
    for (const wrong of [password.slice(0, -1), `${password} `, password.toUpperCase(), ""])
      expect(await opens(hasher, stored, wrong)).toBe(false)
  })

  it.each(rows)("$name, by $by: a hash is read by no other kind", async ({ kind, stored }) => {
    const readers = await Promise.all(kinds.map(async ([one]) => ((await ready(one)).reads(stored) ? [one.name] : [])))
    expect(readers.flat()).toEqual([kind.name])
  })

  it.each(rows)("PWD-16 $name, by $by: what is cut off or added opens nothing", async ({ kind, stored, password }) => {
    const hasher = await ready(kind)
    // Base64 that lost its padding has lost nothing, and argon2 makes another hash of another length.
    const whole = stored.replace(/=+$/, "")
    const parts = Array.from({ length: whole.length - 1 }, (_, at) => stored.slice(0, at))
    const others = [`${stored} `, ` ${stored}`, `${stored}\n`, `${stored}A`, stored + stored, `nfc:${stored}`]
    const read = [...parts, ...others].filter(hasher.reads)
    if (kind.name !== "argon2") expect(read).toEqual([])
    for (const text of read) expect(await opens(hasher, text, password)).toBe(false)
  })

  const cheap = rows.filter(({ by }) => !by.startsWith("better-auth"))

  it.each(cheap)("PWD-05 $name, by $by: a password with a NUL is refused", async ({ kind, stored, password }) => {
    const hasher = await ready(kind)
    for (const wrong of [`${password}\0`, `${password}\0${password}`, `${password}\0x`])
      expect(await opens(hasher, stored, wrong)).toBe(false)
  })
})

/** Of 72 times `x`, and of 36 times `ü`, which are as many bytes. Python's bcrypt gives them to longer passwords too. */
const ofX = "$2b$04$......................SZFhVdUK5wGKY4lx/QrgUMHG0XsWjbi"
const ofUmlauts = "$2b$04$......................TvMVKAsd/t3eAccygmUBRStsJMi2Yb6"

test("PWD-14 72 bytes open a hash of bcrypt, and 73 are refused where bcrypt would cut them", async () => {
  const hasher = await ready(bcrypt())
  expect([await opens(hasher, ofX, "x".repeat(72)), await opens(hasher, ofX, "x".repeat(73))]).toEqual([true, false])
  expect([
    await opens(hasher, ofUmlauts, "ü".repeat(36)),
    await opens(hasher, ofUmlauts, `${"ü".repeat(36)}x`)
  ]).toEqual([true, false])
})

const salt = "c2FsdHNhbHRzYWx0c2FsdA"
const b64 = { 20: `${"A".repeat(27)}=`, 32: `${"A".repeat(43)}=`, 64: `${"A".repeat(86)}==` }
const hex = (bytes: number) => "00".repeat(bytes)
const rest53 = ".".repeat(53)

it.each([
  ["bcrypt of cost 16", `$2b$16$${rest53}`],
  ["bcrypt of cost 31", `$2b$31$${rest53}`],
  ["bcrypt of cost 3", `$2b$03$${rest53}`],
  ["bcrypt of a cost without its zero", `$2b$4$${rest53}`],
  ["Django's bcrypt of cost 16", `bcrypt_sha256$$2b$16$${rest53}`],
  ["passlib's bcrypt of cost 16", `$bcrypt-sha256$v=2,t=2b,r=16$${".".repeat(22)}$${".".repeat(31)}`],
  ["the broken bcrypt of $2x$", `$2x$04$${rest53}`],
  ["bcrypt of an unknown version", `$2c$04$${rest53}`],
  ["bits behind the last byte of a salt of bcrypt", `$2b$04$${".".repeat(21)}/${".".repeat(31)}`],
  ["bits behind the last byte of an output of bcrypt", `$2b$04$${".".repeat(52)}/`],
  ["PBKDF2 of 5 000 001 iterations", `pbkdf2_sha256$5000001$salt$${b64[32]}`],
  ["PBKDF2 of more iterations than a number holds", `pbkdf2_sha256$${"9".repeat(400)}$salt$${b64[32]}`],
  ["PBKDF2 without iterations", `pbkdf2_sha256$0$salt$${b64[32]}`],
  ["PBKDF2 with a leading zero", `pbkdf2_sha256$01000$salt$${b64[32]}`],
  ["PBKDF2 with a salt above 128 bytes", `pbkdf2_sha256$1000$${"s".repeat(129)}$${b64[32]}`],
  ["PBKDF2 with half an output", `pbkdf2_sha512$1000$salt$${b64[32]}`],
  ["passlib's PBKDF2 with half an output", `$pbkdf2-sha512$1000$${salt}$${"A".repeat(43)}`],
  ["PBKDF2 with an output of another digest", `pbkdf2_sha1$1000$salt$${b64[32]}`],
  ["werkzeug's PBKDF2 with half an output", `pbkdf2:sha256:1000$salt$${hex(20)}`],
  ["PBKDF2 with MD5", `pbkdf2:md5:1000$salt$${hex(16)}`],
  ["scrypt that needs 256 MiB and its parallel parts", `scrypt$262144$salt$8$1$${b64[64]}`],
  ["scrypt with N that is no power of two", `scrypt$16383$salt$8$1$${b64[64]}`],
  ["scrypt with N of one", `scrypt$1$salt$8$1$${b64[64]}`],
  ["scrypt with 17 parallel parts", `scrypt$1024$salt$8$17$${b64[64]}`],
  ["scrypt with blocks of a gigabyte", `scrypt$2$salt$8388608$1$${b64[64]}`],
  ["scrypt with N beyond what its blocks allow", `scrypt$65536$salt$1$1$${b64[64]}`],
  ["passlib's scrypt with a logarithm of 99", `$scrypt$ln=99,r=8,p=1$${salt}$${"A".repeat(43)}`],
  ["werkzeug's scrypt with too much memory", `scrypt:1048576:8:1$salt$${hex(64)}`],
  ["scrypt with half an output", `scrypt:1024:8:1$salt$${hex(32)}`],
  ["better-auth's with half a key", `${hex(16)}:${hex(32)}`],
  ["argon2 with too much memory", `argon2$argon2i$v=19$m=262145,t=2,p=1$${salt}$${"A".repeat(43)}`],
  ["argon2 with too many passes", `$argon2d$v=19$m=64,t=21,p=1$${salt}$${"A".repeat(43)}`],
  ["argon2 of an old version", `$argon2id$v=16$m=64,t=2,p=1$${salt}$${"A".repeat(43)}`],
  ["a password in the open", "plain$salt$seven wet umbrellas"],
  ["MD5", `md5$salt$${hex(16)}`],
  ["Django's mark for no password", "!h8gnFWb2pJYLbgIYRwEVWQVC5vNdDjZq3rzzEFOZ"],
  ["nothing", ""],
  ["null", "null"]
])("PWD-15 PWD-16 %s is read by no kind", async (_, stored) => {
  for (const [kind] of kinds) expect((await ready(kind)).reads(stored)).toBe(false)
})

test("PWD-15 the dearest hashes that are verified are at the caps", async () => {
  const dearest = [
    `$2b$15$${rest53}`,
    `pbkdf2_sha1$5000000$salt$${b64[20]}`,
    `pbkdf2_sha256$5000000$salt$${b64[32]}`,
    `pbkdf2:sha512:5000000$salt$${hex(64)}`,
    `scrypt$131072$salt$8$16$${b64[64]}`,
    `argon2$argon2i$v=19$m=262144,t=20,p=16$${salt}$${"A".repeat(43)}`
  ]
  const read = kinds.map(async ([kind], at) => (await ready(kind)).reads(dearest[at] ?? ""))
  expect(await Promise.all(read)).toEqual([true, true, true, true, true, true])
})

/** Parts of hashes, small enough to be verified at once. */
const pieces = {
  version: fc.constantFrom("$2a$", "$2b$", "$2y$", "bcrypt$$2b$", "bcrypt_sha256$$2a$"),
  bcrypt64: fc
    .tuple(fc.stringMatching(/^[./A-Za-z0-9]{21}[.Oe/]$/), fc.stringMatching(/^[./A-Za-z0-9]{30}[.CG/]$/))
    .map(([salt, output]) => salt + output),
  salt: fc.stringMatching(/^[A-Za-z0-9./+=~!]{0,20}$/),
  bytes: fc.constantFrom(20, 32, 64),
  small: fc.integer({ min: 0, max: 9 }),
  power: fc.constantFrom(1, 2, 3, 4, 8, 128)
}

const mixtures = fc.oneof(
  fc.tuple(pieces.version, pieces.bcrypt64).map(([version, rest]) => `${version}04$${rest}`),
  fc
    .tuple(fc.constantFrom("sha1", "sha256", "sha512"), pieces.small, pieces.salt, pieces.bytes)
    .chain(([digest, iterations, salt, bytes]) =>
      fc.constantFrom(
        `pbkdf2_${digest}$${iterations}$${salt}$${Buffer.alloc(bytes).toString("base64")}`,
        `$pbkdf2-${digest}$${iterations}$${salt}$${Buffer.alloc(bytes).toString("base64").replace(/=+$/, "")}`,
        `pbkdf2:${digest}:${iterations}$${salt}$${hex(bytes)}`
      )
    ),
  fc
    .tuple(pieces.power, pieces.small, pieces.small, pieces.salt, pieces.bytes)
    .chain(([cost, size, lanes, salt, bytes]) =>
      fc.constantFrom(
        `scrypt$${cost}$${salt}$${size}$${lanes}$${Buffer.alloc(bytes).toString("base64")}`,
        `scrypt:${cost}:${size}:${lanes}$${salt}$${hex(bytes)}`,
        `$scrypt$ln=${size},r=${lanes},p=${lanes}$${salt}$${Buffer.alloc(bytes).toString("base64").replace(/=+$/, "")}`
      )
    )
)

test("PWD-16 whatever is read can be verified, so a damaged hash is never an outage", async () => {
  const hashers = await Promise.all(kinds.map(([kind]) => ready(kind)))
  let read = 0
  await fc.assert(
    fc.asyncProperty(mixtures, async (stored) => {
      for (const hasher of hashers.filter(({ reads }) => reads(stored))) {
        read += 1
        expect(await opens(hasher, stored, "x")).toBe(false)
      }
    }),
    { numRuns: 200 }
  )
  expect(read).toBeGreaterThan(10)
})

test("INP-07 a text of 100 000 characters is refused in no time", async () => {
  const hashers = await Promise.all(kinds.map(([kind]) => ready(kind)))
  const start = performance.now()
  for (const part of ["$", "A", "1", "scrypt$1", "pbkdf2_sha256$1$", "$2b$", "0:", "="])
    for (const { reads } of hashers) reads(part.repeat(100_000))
  expect(performance.now() - start).toBeLessThan(1_000)
})
