import { codeSamples, samples } from "@latchkey/conformance/store"
import { describe, expect, it } from "vitest"
import { type CodeOwner, codePurposes, isCodeFor, isCodeInTime, isCodeLive } from "./code.ts"

const { start, userId } = samples
const { codeEnd, sampleCode, skew } = codeSamples

const code = sampleCode(1, userId(1)).code
const owner: CodeOwner = { epoch: code.epoch, canonicalEmail: code.ownEmail }

/** The purposes of the codes that end with what they were made for. */
const bound = codePurposes.filter((purpose) => purpose !== "undo-email")

describe("TIM-01 a code is in its time", () => {
  it.each([
    ["at its issue", start, true],
    ["until just before its end", codeEnd - 1, true],
    ["and not at its end", codeEnd, false],
    ["and not after it", codeEnd + 1, false],
    ["on a machine whose clock is a little behind", start - skew, true],
    ["and not long before its issue", start - skew - 1, false]
  ])("%s", (_, at, isInTime) => {
    expect(isCodeInTime(code, at)).toBe(isInTime)
    expect(isCodeLive(code, at)).toBe(isInTime)
  })

  it("whether it was used or not, but a used one is not live", () => {
    const used = { ...code, usedAt: start }
    expect(isCodeInTime(used, start)).toBe(true)
    expect(isCodeLive(used, start)).toBe(false)
    expect(isCodeLive({ ...code, usedAt: 0 }, start)).toBe(false)
  })
})

describe("REC-02 a code is for the user as they were", () => {
  it.each(bound)("when it was made to %s", (purpose) => {
    expect(isCodeFor({ ...code, purpose }, owner)).toBe(true)
    expect(isCodeFor({ ...code, purpose, ownEmail: null }, { ...owner, canonicalEmail: null })).toBe(true)
  })

  it.each(bound)("and not of another epoch, to %s", (purpose) => {
    for (const epoch of [code.epoch - 1, code.epoch + 1, 0]) {
      expect(isCodeFor({ ...code, purpose }, { ...owner, epoch })).toBe(false)
    }
  })

  it.each(bound)("and not with another address, to %s", (purpose) => {
    for (const canonicalEmail of [null, "", "Name1@example.org", "name2@example.org"]) {
      expect(isCodeFor({ ...code, purpose }, { ...owner, canonicalEmail })).toBe(false)
    }
    expect(isCodeFor({ ...code, purpose, ownEmail: null }, owner)).toBe(false)
    expect(isCodeFor({ ...code, purpose, ownEmail: null }, { ...owner, canonicalEmail: "" })).toBe(false)
  })

  it("by the user's own address, not by that to which it goes", () => {
    const { email } = sampleCode(2, userId(1)).code
    expect(isCodeFor({ ...code, purpose: "change-email", email }, owner)).toBe(true)
    expect(isCodeFor({ ...code, purpose: "change-email", email }, { ...owner, canonicalEmail: email.canonical })).toBe(
      false
    )
  })
})

describe("REC-08 the way back to a former address", () => {
  const undo = { ...code, purpose: "undo-email" as const }

  it("stays open when whoever took the account ends its credentials, or changes its address again", () => {
    for (const epoch of [code.epoch, code.epoch + 1, 41]) {
      for (const canonicalEmail of [code.ownEmail, "thief@example.org", null]) {
        expect(isCodeFor(undo, { epoch, canonicalEmail })).toBe(true)
      }
    }
  })

  it("ends by the clock all the same, and is gone once", () => {
    expect(isCodeLive(undo, codeEnd)).toBe(false)
    expect(isCodeLive({ ...undo, usedAt: start }, start)).toBe(false)
  })
})
