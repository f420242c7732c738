import { expect, it } from "vitest"
import { claimsIn, compare, decisionsIn, pageOf } from "./check-requirements.mjs"

const claims = (text) => [...claimsIn([{ path: "packages/a/src/a.test.ts", text }]).keys()]
const must = (id, more) => ({ id, priority: "M", area: "Sessions", rule: "a | b", ...more })

it("OPS-05 a must without a titled test is found, and so is a title without a requirement", () => {
  const found = claimsIn([{ path: "packages/a/src/a.test.ts", text: '\nit("SES-01 and SES-99 hold", f)' }])
  const { missing, unknown } = compare([must("SES-01"), must("SES-02")], found)
  expect(missing.map(({ id }) => id)).toEqual(["SES-02"])
  expect(unknown).toEqual([["SES-99", "packages/a/src/a.test.ts:2"]])
})

it("OPS-05 a should needs a test as a must does", () => {
  const should = must("SES-02", { priority: "S" })
  expect(compare([should], new Map()).missing).toEqual([should])
})

it("a requirement that waits for a feature, or comes later anyway, needs no test yet", () => {
  const later = [
    must("SES-01", { waitsFor: "signed tokens" }),
    must("SES-02", { priority: "S", waitsFor: "signed tokens" }),
    must("SES-03", { priority: "L" })
  ]
  expect(compare(later, new Map())).toEqual({ missing: [], unknown: [], misplaced: [] })
})

it("OPS-05 a should may say why it is not built; a must may not, and nothing waits for what nobody plans or has a test", () => {
  const should = must("SES-01", { priority: "S", notBuilt: "why" })
  expect(compare([should], new Map())).toEqual({ missing: [], unknown: [], misplaced: [] })
  const wrong = [
    must("SES-02", { notBuilt: "why" }),
    must("SES-03", { waitsFor: "nightly runs" }),
    must("SES-04", { waitsFor: "packaging" }),
    must("SES-05", { priority: "S", notBuilt: "why" })
  ]
  const claimed = new Map(["SES-04", "SES-05"].map((id) => [id, "a.test.ts:1"]))
  expect(compare(wrong, claimed).misplaced).toEqual(wrong)
})

it("the page tells what is not built and why, in a section of its own", () => {
  const page = pageOf([must("SES-01"), must("SES-02", { priority: "S", notBuilt: "it | hurts" })], new Map())
  expect(page).toContain("## Not built")
  expect(page).toContain("| SES-02 | a \\| b | it \\| hurts |")
  expect(page).not.toContain("| SES-02 | should")
})

it("titles count wherever a runner reads them, and laws do too", () => {
  expect(claims('it.effect("SES-01 a", f)\ntest("SES-02 b", f)\nit.each([[1, 2]])("SES-03 %s", f)')).toHaveLength(3)
  expect(claims('it.skipIf(!chromium)("SES-04 in a browser", f)\nit.effect.prop("SES-05 x", a, f)')).toHaveLength(2)
  expect(claims('it(`SES-06 a`, f)\nconst law = { states: "SES-07 a touch never revives", check }')).toHaveLength(2)
  expect(claims('law("SES-08 a", f)\nraceLaw("SES-09 b", f)\noutlaw("SES-10 c", f)')).toHaveLength(2)
})

it("comments, other strings and skipped tests claim nothing", () => {
  expect(claims('// it("SES-01", f)\nconst a = "SES-02"\nit.skip("SES-03", f)\nit.todo("SES-04")')).toEqual([])
  expect(claims('it("UTF-16 and SHA-256 are no requirements of ours", f)')).toEqual(["UTF-16"])
})

it("the page keeps a bar inside its cell", () => {
  expect(pageOf([must("SES-01")], new Map())).toContain("| SES-01 | must | a \\| b |  |  |")
})

it("the page links each requirement to the sources that name it, sorted, and to no test or law", () => {
  const files = [
    "packages/core/src/session/session.ts",
    "packages/core/src/identity/cookie.ts",
    "packages/core/src/session/session.test.ts",
    "packages/core/src/testing/laws/session-laws.ts",
    "packages/conformance/src/session-laws.ts"
  ].map((path) => ({ path, text: "/** Half-open (SES-01), and again SES-01. UTF-16 is something else. */" }))
  const page = pageOf([must("SES-01"), must("SES-02")], decisionsIn(files))
  const cookie = "[core/identity/cookie.ts](../../packages/core/src/identity/cookie.ts)"
  const session = "[core/session/session.ts](../../packages/core/src/session/session.ts)"
  expect(page).toContain(`| SES-01 | must | a \\| b |  | ${cookie}, ${session} |`)
  expect(page).toContain("| SES-02 | must | a \\| b |  |  |")
})
