import * as Redacted from "effect/Redacted"
import fc from "fast-check"
import { expect, test, vi } from "vitest"
import { encodeBase62 } from "./base62.ts"
import { crc32 } from "./crc32.ts"
import { type CredentialKind, credentialFormat } from "./credential.ts"
import { sha256Hex } from "./digest.ts"
import { newUserId, UserId } from "./user-id.ts"

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
/** As the format's comment documents it for scanners, with the prefix `lk`. */
const DOCUMENTED = /\blk_(?:(?:ses|pat|dev|cli)_[0-9A-Za-z]{71}|set_[0-9A-Za-z]{49})\b/

const format = credentialFormat("lk")
const ada = newUserId(1_767_225_600_000, new Uint8Array(16).fill(0xad))
const ownerOf = (kind: CredentialKind): UserId | null => (kind === "set" ? null : ada)

const secure = (size: number): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(size))
const mintText = (kind: CredentialKind, randomBytes = secure): string =>
  Redacted.value(format.mint(kind, ownerOf(kind), randomBytes).secret)

const kinds = fc.constantFrom<CredentialKind>("ses", "pat", "dev", "cli", "set")
const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 })
const minted = fc.record({ kind: kinds, bytes: secrets }).map(({ kind, bytes }) => mintText(kind, () => bytes))
/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 120 })

/** A credential whose check fits, whatever its body says. */
const withCheck = (body: string): string => body + encodeBase62(crc32(body), 6)

test("what was minted is read back, with its kind, owner and hash (F07)", () => {
  const owner = fc.record({ now: fc.nat({ max: 2 ** 48 - 1 }), bytes: fc.uint8Array({ minLength: 16, maxLength: 16 }) })
  fc.assert(
    fc.property(kinds, owner, secrets, (kind, { now, bytes }, secret) => {
      const whose = kind === "set" ? null : newUserId(now, bytes)
      const { secret: text, hash } = format.mint(kind, whose, () => secret)
      const named = kind === "cli" ? { owner: null, challenge: whose } : { owner: whose }
      expect(format.parse(Redacted.value(text))).toEqual({ kind, hash, ...named })
    })
  )
})

test("every substitution of one character is refused (F07)", () => {
  const mutants = [mintText("ses"), mintText("pat"), mintText("dev"), mintText("cli"), mintText("set")].flatMap(
    (text) =>
      Array.from(text, (character, at) =>
        Array.from(`${ALPHABET}_-é\0 `)
          .filter((other) => other !== character)
          .map((other) => text.slice(0, at) + other + text.slice(at + 1))
      ).flat()
  )
  expect(mutants.length).toBeGreaterThan(10_000)
  expect(mutants.filter((mutant) => format.parse(mutant) !== null)).toEqual([])
})

test("every transposition of two characters is refused (F07)", () => {
  const text = mintText("ses")
  const mutants = Array.from(text, (first, i) =>
    Array.from(text.slice(i + 1), (second, skipped) => {
      const j = i + 1 + skipped
      return text.slice(0, i) + second + text.slice(i + 1, j) + first + text.slice(j + 1)
    })
  ).flat()
  expect(mutants.length).toBe((text.length * (text.length - 1)) / 2)
  expect(mutants.filter((mutant) => mutant !== text && format.parse(mutant) !== null)).toEqual([])
})

test("every part of a credential, and every longer text, is refused (F07)", () => {
  fc.assert(
    fc.property(minted, anyText, fc.nat(), (text, extra, where) => {
      const at = where % text.length
      expect(format.parse(text.slice(0, at))).toBeNull()
      expect(format.parse(text.slice(at + 1))).toBeNull()
      expect(format.parse(text.slice(0, at) + text.slice(at + 1))).toBeNull()
      fc.pre(extra.length > 0)
      expect(format.parse(text + extra)).toBeNull()
      expect(format.parse(extra + text)).toBeNull()
      expect(format.parse(text.slice(0, at) + extra + text.slice(at))).toBeNull()
    })
  )
})

test("any text is read or refused, and never throws", () => {
  const start = fc.constantFrom(
    "",
    "lk",
    "lk_",
    "lk_ses_",
    "lk_pat_",
    "lk_set_",
    "lk_dev_",
    "lk_cli_",
    "LK_ses_",
    "lk-ses-",
    "lk__"
  )
  fc.assert(
    fc.property(start, anyText, (text, rest) => {
      expect(format.parse(text + rest)).toBeNull()
    })
  )
})

test("a kind we do not know is refused, also one that every object has", () => {
  for (const kind of ["__proto__", "constructor", "toString", "PAT", "SES", "", "se", "sess"]) {
    for (const length of [43, 65]) expect(format.parse(withCheck(`lk_${kind}_${"a".repeat(length)}`))).toBeNull()
  }
})

test("what a text says it is by its beginning is not yet a credential (PAT-01)", () => {
  const kinds = [
    "lk_pat_",
    "lk_ses_x",
    "lk_dev_?",
    "lk_cli_",
    mintText("set"),
    "lk_pat",
    "LK_pat_",
    "lk_PAT_",
    "lk_patt_",
    " lk_pat_"
  ]
  expect(kinds.map(format.kindOf)).toEqual(["pat", "ses", "dev", "cli", "set", null, null, null, null, null])
  expect(["", "lk", "lk_", "lk___proto___", "acme_pat_x"].map(format.kindOf)).toEqual(Array(5).fill(null))
})

test("a check that fits saves neither a foreign character, a wrong length nor an owner that is too large", () => {
  expect(format.parse(withCheck(`lk_set_${"a".repeat(43)}`))).not.toBeNull()
  expect(format.parse(withCheck(`lk_set_${"a".repeat(42)}-`))).toBeNull()
  expect(format.parse(withCheck(`lk_set_${"a".repeat(42)}š`))).toBeNull()
  expect(format.parse(withCheck(`lk_set_${"a".repeat(44)}`))).toBeNull()
  for (const kind of ["ses", "cli"]) {
    expect(format.parse(withCheck(`lk_${kind}_${"z".repeat(22)}${"a".repeat(43)}`))).toBeNull()
  }
})

test("a long text is refused by its length, before its characters are read", () => {
  const long = `lk_ses_${"a".repeat(100_000)}`
  const read = vi.spyOn(String.prototype, "charCodeAt")
  const parsed = format.parse(long)
  const characters = read.mock.calls.length
  vi.restoreAllMocks()
  expect(parsed).toBeNull()
  expect(characters).toBe(0)
})

test("the credential of another product is refused", () => {
  expect(credentialFormat("acme").parse(mintText("ses"))).toBeNull()
  expect(credentialFormat("kl").parse(mintText("ses"))).toBeNull()
  expect(credentialFormat("lks").parse(mintText("ses"))).toBeNull()
})

test("a scanner knows every credential by the documented pattern and checksum (PAT-01)", () => {
  fc.assert(
    fc.property(minted, (text) => {
      expect(DOCUMENTED.exec(`token="${text}";`)?.[0]).toBe(text)
      expect(text.slice(-6)).toBe(encodeBase62(crc32(text.slice(0, -6)), 6))
    })
  )
})

test("the bytes are asked of the source that is given, 32 for each credential (SES-01)", () => {
  const asked: Array<number> = []
  const zeros = (size: number): Uint8Array => {
    asked.push(size)
    return new Uint8Array(size)
  }
  expect(mintText("set", zeros)).toBe(withCheck(`lk_set_${"0".repeat(43)}`))
  expect(asked).toEqual([32])
})

test("of 100 000 secrets no two begin or end alike (SES-01)", () => {
  const texts = Array.from({ length: 100_000 }, () => mintText("set"))
  const secretParts = texts.map((text) => text.slice("lk_set_".length, -6))
  expect(new Set(texts.map((text) => format.parse(text)?.hash)).size).toBe(texts.length)
  expect(new Set(secretParts.map((secret) => secret.slice(0, 20))).size).toBe(texts.length)
  expect(new Set(secretParts.map((secret) => secret.slice(-20))).size).toBe(texts.length)
})

test("what a program polls with has 256 random bits and the id of its challenge, and is no credential of a user (DEV-02)", () => {
  const asked: Array<number> = []
  const text = mintText("cli", (size) => {
    asked.push(size)
    return secure(size)
  })
  expect(asked).toEqual([32])
  expect(format.parse(text)).toEqual({ kind: "cli", owner: null, challenge: ada, hash: sha256Hex(text) })
})

test("every bit of the secret counts (SES-01)", () => {
  const texts = Array.from({ length: 256 }, (_, bit) =>
    mintText("set", (size) => {
      const bytes = new Uint8Array(size)
      bytes[bit >> 3] = 1 << (bit & 7)
      return bytes
    })
  )
  expect(new Set(texts).size).toBe(256)
})

test("a store gets the hash of the whole text and nothing else (SES-02)", () => {
  const { secret, hash } = format.mint("ses", ada, secure)
  expect(hash).toBe(sha256Hex(Redacted.value(secret)))
  expect(JSON.stringify(format.parse(Redacted.value(secret)))).not.toContain(Redacted.value(secret).slice(30))
})

test("a fresh secret does not print itself (PWD-20)", () => {
  const one = format.mint("ses", ada, secure)
  expect(`${String(one.secret)} ${JSON.stringify(one)}`).not.toContain(Redacted.value(one.secret).slice(0, 20))
})

test("a credential with an owner it cannot have, or without one it needs, is not minted", () => {
  expect(() => format.mint("ses", null, secure)).toThrow("do not go together")
  expect(() => format.mint("cli", null, secure)).toThrow("do not go together")
  expect(() => format.mint("set", ada, secure)).toThrow("do not go together")
  expect(() => format.mint("ses", UserId("42"), secure)).toThrow("must be a UUID")
})

test("a prefix that a header or a cookie could not carry throws at start", () => {
  for (const prefix of ["", "Acme", "1a", "lk_ses", "a-b", "a b", "a;b", "é", "a\n"]) {
    expect(() => credentialFormat(prefix)).toThrow('such as "acme"')
  }
})
