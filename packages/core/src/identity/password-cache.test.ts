import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { makePasswordCache } from "./password-cache.ts"

const minute = 60_000

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)

describe("the name of a password", () => {
  test("BAS-08 tells nothing without the key of this process: another process names it differently", () => {
    const [one, other] = [makePasswordCache(key(1)), makePasswordCache(key(2))]
    expect(one.nameOf(["ada", 0], "seven wet umbrellas")).toMatch(/^[0-9a-f]{64}$/)
    expect(one.nameOf(["ada", 0], "seven wet umbrellas")).not.toBe(other.nameOf(["ada", 0], "seven wet umbrellas"))
    expect(makePasswordCache(key(1)).nameOf(["ada", 0], "x")).toBe(one.nameOf(["ada", 0], "x"))
  })

  it.each<[string, ReadonlyArray<string | number>, string]>([
    ["another user", ["bob", 0], "secret"],
    ["another epoch", ["ada", 1], "secret"],
    ["an epoch that is text", ["ada", "0"], "secret"],
    ["another password", ["ada", 0], "Secret"],
    ["a password in another form of the same letters", ["ada", 0], "se\u0301cret"],
    ["the parts cut elsewhere", ["ada", 0, "sec"], "ret"],
    ["one part less", ["ada"], "0secret"],
    ["signs of the text in which they are put together", ["ada", 0], 'secret","'],
    ["half a pair at its end", ["ada", 0], "secret\ud800"],
    ["the other half", ["ada", 0], "secret\udc00"]
  ])("BAS-08 is another one with %s", (_, who, password) => {
    const { nameOf } = makePasswordCache(key(1))
    const names = [nameOf(["ada", 0], "secret"), nameOf(["ada", 0], "s\u00e9cret"), nameOf(["ada", 0], "secret\ufffd")]
    expect(names).not.toContain(nameOf(who, password))
  })

  test("BAS-08 is never one for two, whoever they are and whatever they type", () => {
    const { nameOf } = makePasswordCache(key(1))
    const text = fc.string({ unit: fc.constantFrom('"', ",", "\\", "[", "0", "a", "é", "\ud800"), maxLength: 6 })
    const claim = fc.tuple(text, fc.nat(3), text)
    fc.assert(
      fc.property(claim, claim, (one, other) => {
        const names = [one, other].map(([who, epoch, password]) => nameOf([who, epoch], password))
        expect(names[0] === names[1]).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
      { numRuns: 500 }
    )
  })
})

describe("a right password", () => {
  it.each([
    [-1, null],
    [0, 1_000],
    [minute - 1, 1_000],
    [minute, null],
    [minute + 1, null]
  ])("BAS-08 TIM-01 is believed for a minute: after %i ms %j", (after, believed) => {
    const cache = makePasswordCache(key(1))
    cache.remember("name", 1_000)
    expect(cache.recall("name", 1_000 + after)).toBe(believed)
  })

  test("BAS-08 is not believed before it was found right, nor under another name", () => {
    const cache = makePasswordCache(key(1))
    expect(cache.recall("name", 0)).toBeNull()
    cache.remember("name", 0)
    expect(cache.recall("other", 0)).toBeNull()
  })

  test("BAS-08 is believed a minute from its last proof", () => {
    const cache = makePasswordCache(key(1))
    cache.remember("name", 0)
    cache.remember("name", minute - 1)
    expect(cache.recall("name", minute)).toBe(minute - 1)
  })

  test("BAS-08 is forgotten when 5000 others came after it, and no sooner", () => {
    const cache = makePasswordCache(key(1))
    cache.remember("first", 0)
    cache.remember("second", 0)
    for (let other = 0; other < 4_998; other++) cache.remember(`other ${other}`, 0)
    expect(cache.recall("first", 0)).toBe(0)
    cache.remember("first", 1)
    cache.remember("one more", 1)
    expect([cache.recall("first", 1), cache.recall("second", 1)]).toEqual([1, null])
  })
})
