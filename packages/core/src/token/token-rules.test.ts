import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it, test, vi } from "vitest"
import { orFail } from "../vocabulary/read.ts"
import { hasScope, isDeclarable, type Scopes } from "./scopes.ts"
import {
  type Lifetime,
  mayMakeTokens,
  readExpiry,
  readScopes,
  readTokenName,
  type TokenOptions
} from "./token-rules.ts"

const day = 86_400_000
const now = Date.UTC(2026, 0, 1)

const options: TokenOptions = {
  enabled: true,
  scopes: {
    "packages:read": "Download packages",
    "packages:write": "Upload packages",
    constructor: "A word of all objects"
  },
  lifetime: 90 * day,
  longest: 365 * day,
  mayBeEndless: false,
  perUser: 50,
  overlap: day,
  acceptImported: false
}

/** What a rule gives, or why it refuses. */
const outcome = <A, E extends object>(rule: Effect.Effect<A, E>): A | Omit<E, "message"> =>
  Effect.runSync(Effect.match(rule, { onSuccess: (value) => value, onFailure: (error) => ({ ...error }) }))

const nameOf = (raw: string) => outcome(orFail(readTokenName(raw)))

describe("the name of a token", () => {
  it.each([
    ["as it is", "runner", "runner"],
    ["without the blanks around it", "  the build runner\t\n", "the build runner"],
    ["composed", "Cafe\u0301", "Café"],
    ["that is markup, which pages escape", `<img src=x onerror="alert(1)">`, `<img src=x onerror="alert(1)">`],
    ["of one character", "a", "a"],
    ["of 100 characters", "x".repeat(100), "x".repeat(100)],
    ["of 100 characters of two halves each", "😀".repeat(100), "😀".repeat(100)],
    ["of 100 characters that come in three parts each", "e\u0302\u0323".repeat(100), "ệ".repeat(100)],
    ["of 100 characters that come in four parts each", "α\u0313\u0300\u0345".repeat(100), "ᾂ".repeat(100)]
  ])("PAT-11 is kept %s", (_, raw, name) => {
    expect(nameOf(raw)).toBe(name)
  })

  it.each([
    ["missing", "nothing", ""],
    ["missing", "blanks", " \t\u00a0\u3000\ufeff "],
    ["missing", "characters that nobody sees", "\u200b \u2060"],
    ["missing", "blanks of Braille", "\u2800\u2800"],
    ["too-long", "101 characters", "x".repeat(101)],
    ["too-long", "101 characters of two halves each", "😀".repeat(101)],
    ["too-long", "more than any form of 100 characters", `x${" ".repeat(400)}`],
    ["malformed", "a line break", "runner\nINFO admin logged in"],
    ["malformed", "a carriage return", "a\rb"],
    ["malformed", "a NUL", "a\0b"],
    ["malformed", "an escape", "a\u001b[31mb"],
    ["malformed", "a delete", "a\u007fb"],
    ["malformed", "a control of the second set", "a\u0085b"],
    ["malformed", "a line separator", "a\u2028b"],
    ["malformed", "a paragraph separator", "a\u2029b"],
    ["malformed", "an override of direction", "a\u202egnp.exe"],
    ["malformed", "an embedding", "a\u202ab"],
    ["malformed", "an isolate", "a\u2066b"],
    ["malformed", "a mark of direction", "a\u200fb"],
    ["malformed", "the Arabic mark of direction", "a\u061cb"],
    ["malformed", "a tower of marks, which covers the lines around it", `h${"\u0335\u0321\u0350".repeat(3)}`],
    ["malformed", "the first half of a pair", "a\ud83d"],
    ["malformed", "the second half of a pair", "\ude00a"]
  ])("PAT-11 is refused as %s: %s", (problem, _, raw) => {
    expect(nameOf(raw)).toEqual({ _tag: "TokenNameInvalid", problem })
  })

  test("PAT-11 INP-08 of 400 kB of combining marks is refused by its length, before it is normalised", () => {
    const marks = `a${"\u0301\u0323".repeat(100_000)}`
    const normalize = vi.spyOn(String.prototype, "normalize")
    const refused = nameOf(marks)
    const normalized = normalize.mock.calls.length
    normalize.mockRestore()
    expect(refused).toEqual({ _tag: "TokenNameInvalid", problem: "too-long" })
    expect(normalized).toBe(0)
  })

  test("PAT-11 does not come back in its refusal", () => {
    expect(JSON.stringify(nameOf("can\0ary canary"))).toContain("TokenNameInvalid")
    expect(JSON.stringify(nameOf("can\0ary canary"))).not.toContain("ary")
  })

  test("PAT-11 of any text is 1 to 100 characters that stay as they are, with none that forges a line, or is refused", () => {
    const part = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom("a", "e\u0301", "ﬁ", "漢", "😀", " ", "-") },
      { weight: 1, arbitrary: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }
    )
    fc.assert(
      fc.property(fc.string({ unit: part, maxLength: 130 }), (raw) => {
        const name = nameOf(raw)
        if (typeof name !== "string") return
        expect(Array.from(name).length).toBeGreaterThan(0)
        expect(Array.from(name).length).toBeLessThanOrEqual(100)
        expect(name).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
        expect(name).toBe(name.trim())
        expect(nameOf(name)).toBe(name)
      }),
      { numRuns: 2000 }
    )
  })
})

describe("the end of a token", () => {
  const endOf = (lifetime: Lifetime | undefined, change: Partial<TokenOptions> = {}) =>
    outcome(orFail(readExpiry(lifetime, now, { ...options, ...change })))

  it.each<[string, Lifetime | undefined, number]>([
    ["the default when nothing is asked for", undefined, 90 * day],
    ["in words", "30 days", 30 * day],
    ["as a duration", Duration.days(7), 7 * day],
    ["in milliseconds", 1_500, 1_500],
    ["the shortest", 1, 1],
    ["one before the longest", 365 * day - 1, 365 * day - 1],
    ["the longest", "365 days", 365 * day]
  ])("PAT-05 is %s", (_, lifetime, span) => {
    expect(endOf(lifetime)).toBe(now + span)
  })

  it.each<[string, Lifetime]>([
    ["none", 0],
    ["none in words", "0 days"],
    ["a negative one", -1],
    ["a negative one in words", "-1 days"],
    ["one past the longest", 365 * day + 1],
    ["one past the longest, in words", "366 days"],
    ["ages", "36526 days"],
    ["more than can be counted", 1e300],
    ["without an end, by its number", Number.POSITIVE_INFINITY],
    ["without an end, by its duration", Duration.infinity],
    ["no number", Number.NaN],
    ["a fraction of a millisecond", 0.5],
    ["a fraction beside milliseconds", "1500 micros"],
    ["a fraction of nanoseconds", 10n],
    ["no end", "endless"]
  ])("PAT-05 cannot be %s", (_, lifetime) => {
    expect(endOf(lifetime)).toEqual({ _tag: "TokenLifetimeInvalid", longest: 365 * day, mayBeEndless: false })
  })

  test("PAT-05 that is no duration at all is refused as any other", () => {
    const fromOutside = JSON.parse('"7"') as Lifetime
    expect(outcome(orFail(readExpiry(fromOutside, now, options)))).toMatchObject({ _tag: "TokenLifetimeInvalid" })
  })

  test("PAT-05 may be never, where the options say so, and only by its name", () => {
    expect(endOf("endless", { mayBeEndless: true })).toBeNull()
    expect(endOf(Duration.infinity, { mayBeEndless: true })).toMatchObject({ _tag: "TokenLifetimeInvalid" })
    expect(endOf(undefined, { mayBeEndless: true })).toBe(now + 90 * day)
  })

  test("PAT-05 is a whole millisecond after now and within the longest, whatever is asked for", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.integer({ min: -2, max: 366 * day })), (lifetime) => {
        const end = endOf(lifetime)
        const isAllowed = Number.isInteger(lifetime) && lifetime >= 1 && lifetime <= 365 * day
        expect(end).toEqual(isAllowed ? now + lifetime : expect.objectContaining({ _tag: "TokenLifetimeInvalid" }))
      }),
      { numRuns: 1000 }
    )
  })
})

describe("the scopes of a token", () => {
  const scopesOf = (wanted: ReadonlyArray<string>, makers: Scopes = "all") =>
    outcome(orFail(readScopes(wanted, makers, options)))

  it.each<[string, ReadonlyArray<string>, Scopes, ReadonlyArray<string>]>([
    ["none", [], "all", []],
    ["declared ones", ["packages:write", "packages:read"], "all", ["packages:write", "packages:read"]],
    ["each once", ["packages:read", "packages:read"], "all", ["packages:read"]],
    ["what its maker has", ["packages:read"], ["packages:read"], ["packages:read"]],
    ["one that is named as something that all objects have, when declared", ["constructor"], "all", ["constructor"]]
  ])("PAT-10 are %s", (_, wanted, makers, scopes) => {
    expect(scopesOf(wanted, makers)).toEqual(scopes)
  })

  it.each<[string, string, ReadonlyArray<string>, Scopes]>([
    ["undeclared", "packages:delete", ["packages:read", "packages:delete"], "all"],
    ["of ours, and not declared", "latchkey:admin", ["latchkey:admin"], "all"],
    ["a longer one", "packages:read:all", ["packages:read:all"], "all"],
    ["the beginning of one", "packages", ["packages"], "all"],
    ["in another case", "PACKAGES:READ", ["PACKAGES:READ"], "all"],
    ["two at once", "packages:read packages:write", ["packages:read packages:write"], "all"],
    ["named as something that all objects have", "toString", ["toString"], "all"],
    ["named as the prototype", "__proto__", ["__proto__"], "all"],
    ["nothing", "", [""], "all"],
    ["a word for all", "all", ["all"], "all"],
    ["a star", "*", ["*"], "all"],
    ["not its maker's", "packages:write", ["packages:read", "packages:write"], ["packages:read"]],
    ["anything, when its maker has none", "packages:read", ["packages:read"], []]
  ])("PAT-10 PAT-04 cannot hold one that is %s", (_, scope, wanted, makers) => {
    expect(scopesOf(wanted, makers)).toEqual({ _tag: "ScopeNotGrantable", scope })
  })

  test("PAT-04 are never more than its maker's, whatever is asked for", () => {
    const some = fc.subarray(["packages:read", "packages:write", "constructor", "toString"])
    fc.assert(
      fc.property(some, some, (wanted, makers) => {
        const scopes = scopesOf(wanted, makers)
        if (Array.isArray(scopes)) expect(scopes.filter((scope) => !makers.includes(scope))).toEqual([])
        expect(Array.isArray(scopes)).toBe(wanted.every((scope) => scope !== "toString" && makers.includes(scope)))
      })
    )
  })

  it.each<[Scopes, boolean]>([
    ["all", true],
    [["latchkey:tokens"], true],
    [[], false],
    [["packages:read", "latchkey:admin"], false],
    [["all"], false]
  ])("PAT-04 let make tokens: %j %s", (makers, isAllowed) => {
    expect(outcome(mayMakeTokens(makers))).toEqual(
      isAllowed ? undefined : { _tag: "ScopeMissing", scope: "latchkey:tokens" }
    )
  })

  it.each<[Scopes, boolean]>([
    ["all", true],
    [["a", "b"], true],
    [["ab"], false],
    [[], false]
  ])("of a credential are searched by whole words: %j has b: %s", (scopes, isThere) => {
    expect(hasScope(scopes, "b")).toBe(isThere)
  })
})

describe("what a host may declare", () => {
  it.each([
    "a",
    "packages:read",
    "repo/main.write_all-2",
    "A".repeat(64),
    "latchkey:tokens",
    "latchkey:credentials",
    "latchkey:admin",
    "latchkeys:all"
  ])("PAT-10 the scope %s", (scope) => {
    expect(isDeclarable(scope)).toBe(true)
  })

  it.each([
    "",
    "A".repeat(65),
    "a b",
    "a,b",
    "a=b",
    'a"b',
    "a\n",
    ":a",
    "a:",
    "-a",
    "a;b",
    "é",
    "__proto__",
    "latchkey:",
    "latchkey:root",
    "latchkey:admin:all"
  ])("PAT-10 not the scope %j", (scope) => {
    expect(isDeclarable(scope)).toBe(false)
  })
})
