import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ChallengeId } from "./challenge.ts"
import { hashNumber, hashOfUnknownNumber, newNumber, readNumber } from "./confirmation-number.ts"

const id = ChallengeId("01a20150-c7f4-7b5e-8f0e-3f2f4e9b1d77")

/** Draws these 32-bit numbers in their order. */
const drawing = (drawn: ReadonlyArray<number>) => {
  let at = 0
  return (size: number): Uint8Array => {
    expect(size).toBe(4)
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setUint32(0, drawn[at++] ?? 0)
    return bytes
  }
}

describe("a confirmation number", () => {
  it("has six digits, zeros at its beginning too (DEV-20)", () => {
    expect(newNumber(drawing([0]))).toBe("000000")
    expect(newNumber(drawing([1_000_042]))).toBe("000042")
    expect(newNumber(drawing([999_999]))).toBe("999999")
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), (drawn) => {
        expect(newNumber(drawing([drawn]))).toMatch(/^\d{6}$/)
      })
    )
  })

  it("is any of the million with the same chance: draws that would favour some are thrown away (DEV-20)", () => {
    const fair = Math.floor(2 ** 32 / 1_000_000) * 1_000_000
    expect(newNumber(drawing([fair, 2 ** 32 - 1, 7]))).toBe("000007")
    expect(newNumber(drawing([fair - 1, 7]))).toBe("999999")
  })

  it("is read with any blanks and dashes, and is otherwise as it was typed (DEV-20)", () => {
    expect(readNumber("123 456")).toBe("123456")
    expect(readNumber(" 12-34–56\n")).toBe("123456")
    expect(readNumber("123456a")).toBe("123456a")
    expect(readNumber("1".repeat(1_000_000))).toHaveLength(64)
  })

  it("is hashed with its challenge, so that equal numbers of two do not look alike (DEV-20)", () => {
    const other = ChallengeId("01a20150-c7f4-7b5e-8f0e-3f2f4e9b1d78")
    expect(hashNumber(id, "123456")).toMatch(/^[0-9a-f]{64}$/)
    expect(hashNumber(id, "123456")).not.toBe(hashNumber(other, "123456"))
    expect(hashNumber(id, "123456")).not.toBe(hashNumber(id, "123457"))
  })

  it("that nobody has is made of 32 random bytes, and of no digits that could be tried (DEV-20)", () => {
    const asked: Array<number> = []
    const zeros = (size: number) => {
      asked.push(size)
      return new Uint8Array(size)
    }
    expect(hashOfUnknownNumber(id, zeros)).not.toBe(hashNumber(id, "000000"))
    expect(asked).toEqual([32])
  })
})
