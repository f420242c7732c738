import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { hashSecret } from "../secret/credential.ts"
import { hashUserCode, newUserCode, parseUserCode, shownUserCode } from "./user-code.ts"

const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"

const secure = (size: number): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(size))

/** Gives these bytes in their order, and zeros after them. */
const bytesOf = (bytes: ReadonlyArray<number>) => {
  let given = 0
  return (size: number): Uint8Array => Uint8Array.from({ length: size }, () => bytes[given++] ?? 0)
}

const codes = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => newUserCode(bytesOf([...bytes])))

describe("a user code", () => {
  it("has eight of twenty characters, which spell no word and look like no other (DEV-01)", () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(code).toMatch(new RegExp(`^[${ALPHABET}]{8}$`))
      })
    )
    expect(ALPHABET).toHaveLength(20)
    expect(ALPHABET).not.toMatch(/[AEIOU]/)
  })

  it("has each character equally often: bytes that would favour some are thrown away (DEV-01)", () => {
    const favoured = Array.from({ length: 16 }, (_, at) => 240 + at)
    expect(newUserCode(bytesOf([...favoured, ...Array(8).fill(239)]))).toBe("ZZZZZZZZ")
    const characters = Array.from({ length: 240 }, (_, byte) => newUserCode(bytesOf([byte]))[0])
    const counts = Array.from(ALPHABET, (character) => characters.filter((each) => each === character).length)
    expect(new Set(counts)).toEqual(new Set([12]))
  })

  it("is shown in two halves of four (DEV-01)", () => {
    expect(shownUserCode("BCDFGHJK")).toBe("BCDF-GHJK")
  })

  it.each([
    "BCDF_GHJK",
    "BCDF.GHJK",
    "BCDF−GHJK",
    "BCDF-GHJK.",
    "“BCDF-GHJK”",
    "(bcdf ghjk)",
    "BCDF\u00adGHJK",
    "\u200bBCDF\u2060GHJK\ufeff",
    "ＢＣＤＦ－ＧＨＪＫ"
  ])("is read from %j, as people paste it (DEV-01)", (typed) => {
    expect(parseUserCode(typed)).toBe("BCDFGHJK")
  })

  it("is read as it is shown, in any case, with any dashes and blanks (DEV-01)", () => {
    const junk = fc.array(fc.constantFrom(" ", "-", "\t", "\n", "\u00a0", "\u2009", "–", "—", "‐"), { maxLength: 3 })
    fc.assert(
      fc.property(codes, fc.array(fc.tuple(fc.boolean(), junk), { minLength: 8, maxLength: 8 }), (code, how) => {
        const typed = how.map(([isLower, before], at) => {
          const character = code[at] ?? ""
          return before.join("") + (isLower ? character.toLowerCase() : character)
        })
        expect(parseUserCode(typed.join(""))).toBe(code)
      })
    )
  })

  it.each([
    "",
    "BCDF-GHJ",
    "BCDF-GHJKL",
    "BCDF-GHJA",
    "BCDF-GHJ1",
    "BCDF+GHJK",
    "BCDFGHJ\0",
    "BCDFGHJK=",
    "BCDFGHJK\0",
    "ßBCDFGHJK",
    `${" ".repeat(57)}BCDFGHJK`
  ])("is not %j (DEV-01)", (typed) => {
    expect(parseUserCode(typed)).toBeNull()
  })

  it("is never more than eight characters of a long text, which is not even read (DEV-01)", () => {
    expect(parseUserCode(`${" ".repeat(56)}BCDFGHJK`)).toBe("BCDFGHJK")
    expect(parseUserCode("-".repeat(1_000_000))).toBeNull()
  })

  it("is read from any text without throwing, and then has the form of a code (DEV-01)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (typed) => {
        expect(parseUserCode(typed) ?? "BCDFGHJK").toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/)
      })
    )
  })

  it("is stored as a hash that is no other hash of the same text (DEV-15)", () => {
    const hash = hashUserCode("BCDFGHJK")
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(hash).not.toBe(hashSecret("BCDFGHJK"))
    expect(hashUserCode("BCDFGHJL")).not.toBe(hash)
  })
})

test("five guesses at a user code meet it with a probability of at most 2^-32 (DEV-01, DEV-04)", () => {
  expect(5 / ALPHABET.length ** 8).toBeLessThanOrEqual(2 ** -32)
  expect(6 / ALPHABET.length ** 8).toBeGreaterThan(2 ** -32)
  expect(new Set(Array.from({ length: 1_000 }, () => newUserCode(secure))).size).toBe(1_000)
})
