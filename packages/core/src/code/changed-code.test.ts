import { codeSamples, samples } from "@latchkey/conformance/store"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { consumedCode, givenBackCode, stayingCode } from "./changed-code.ts"
import { type Code, codePurposes, isCodeInTime, isCodeLive } from "./code.ts"
import type { CodeInsertion } from "./code-store.ts"

const { minute, start, userId } = samples
const { codeEnd, sampleCode, skew } = codeSamples

const code = sampleCode(1, userId(1)).code
const used: Code = { ...code, usedAt: start + minute }

/** Few instants, so that the ends are met often. */
const instants = fc.integer({ min: 100_000, max: 100_010 })
const codes: fc.Arbitrary<Code> = fc
  .record({
    purpose: fc.constantFrom(...codePurposes),
    createdAt: instants.map((at) => at + skew - 5),
    expiresAt: instants,
    usedAt: fc.option(instants),
    ownEmail: fc.constantFrom(null, "ada@example.org")
  })
  .map((changes) => ({ ...code, ...changes }))

describe("REC-01 a code is used once", () => {
  it("by the first call, which notes its time and nothing else", () => {
    const at = start + 2 * minute
    expect(consumedCode(code, at)).toEqual({ code: { ...code, usedAt: at }, isFirst: true })
  })

  it("and later calls tell the time of the first, and leave the code as it is", () => {
    for (const at of [start, start + minute, codeEnd - 1]) {
      expect(consumedCode(used, at)).toEqual({ code: used, isFirst: false })
    }
  })

  it("at whatever time the first call was, also at the beginning of time", () => {
    expect(consumedCode({ ...code, usedAt: 0 }, start)?.isFirst).toBe(false)
  })

  it("within its time, used or not (TIM-01)", () => {
    for (const each of [code, used]) {
      expect(consumedCode(each, codeEnd - 1)).not.toBeNull()
      expect(consumedCode(each, codeEnd)).toBeNull()
      expect(consumedCode(each, codeEnd + 1)).toBeNull()
      expect(consumedCode(each, start - skew)).not.toBeNull()
      expect(consumedCode(each, start - skew - 1)).toBeNull()
    }
  })

  it("in any order of calls at any times", () => {
    fc.assert(
      fc.property(codes, fc.array(instants), (given, calls) => {
        let now = given
        let firsts = given.usedAt === null ? 0 : 1
        for (const at of calls) {
          const consumed = consumedCode(now, at)
          expect(consumed === null).toBe(!isCodeInTime(given, at))
          if (consumed === null) continue
          firsts += consumed.isFirst ? 1 : 0
          expect(firsts).toBe(1)
          expect(consumed.code).toEqual({ ...given, usedAt: now.usedAt ?? at })
          now = consumed.code
        }
      })
    )
  })
})

describe("REC-03 a new code ends the one before", () => {
  it.each(codePurposes)("whatever that is, to %s", (purpose) => {
    for (const before of [null, { ...code, purpose }, { ...used, purpose }]) {
      for (const at of [start, codeEnd - 1, codeEnd])
        expect(stayingCode(before, "replace", { ...code, createdAt: at })).toBeNull()
    }
  })
})

describe("REC-08 a code that can still be used stays, if it is asked for", () => {
  it.each([
    ["while it lives", code, start + minute, false],
    ["until just before its end", code, codeEnd - 1, false],
    ["and not from its end on", code, codeEnd, true],
    ["and not after it", code, codeEnd + 1, true],
    ["and not when it was used", used, start + minute, true],
    ["and not when there is none", null, start, true]
  ])("%s", (_, before, at, mayReplace) => {
    const next = { ...code, createdAt: at, expiresAt: codeEnd + minute }
    const staying = before === null ? null : { ...before, expiresAt: codeEnd + minute }
    expect(stayingCode(before, "or-prolong", next)).toEqual(mayReplace ? null : staying)
  })

  it("exactly when it is live, and always otherwise", () => {
    fc.assert(
      fc.property(codes, instants, fc.constantFrom<CodeInsertion>("replace", "or-prolong"), (before, at, insertion) => {
        const isReplaced = insertion === "replace" || !isCodeLive(before, at)
        expect(stayingCode(before, insertion, { ...code, createdAt: at }) === null).toBe(isReplaced)
      })
    )
  })
})

describe("a code that is prolonged", () => {
  it("REC-08 ends at the later of both ends, and is the same otherwise", () => {
    for (const end of [start + minute, codeEnd, codeEnd + minute]) {
      const next = { ...code, createdAt: start + minute, expiresAt: end, epoch: 99 }
      expect(stayingCode(code, "or-prolong", next)).toEqual({ ...code, expiresAt: Math.max(end, codeEnd) })
    }
  })
})

describe("REC-01 a code that is given back", () => {
  it("is one that was used, and was not", () => {
    expect(givenBackCode(used)).toEqual(code)
    expect(givenBackCode({ ...code, usedAt: 0 })).toEqual(code)
    expect(givenBackCode(code)).toBeNull()
  })
})
