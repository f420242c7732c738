import fc from "fast-check"
import { afterEach, expect, test, vi } from "vitest"
import { invalid, valid } from "../vocabulary/read.ts"
import { commonPasswords } from "./common-passwords.ts"
import { normalizePassword, type PasswordPolicy, passwordProblem, readPassword } from "./password-rules.ts"

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 40 })

const check = (text: string, policy: Partial<PasswordPolicy> = {}, names: ReadonlyArray<string> = []) =>
  passwordProblem(text, { minimum: 15, maximum: 256, ...policy }, { names, common: commonPasswords })

/** Text of this many characters that follows no pattern. */
const phrase = (length: number): string => "moss kettle violin 7 harbour quince ".repeat(20).slice(0, length)
const longPhrase = (length: number): string =>
  Array.from({ length }, (_, at) => String.fromCodePoint(0x4e00 + ((at * at * 7919) % 20_000))).join("")

afterEach(() => {
  vi.restoreAllMocks()
})

test("64 and 256 characters are allowed, 257 are too long (PWD-02)", () => {
  expect(check(longPhrase(64))).toBeNull()
  expect(check(longPhrase(256))).toBeNull()
  expect(check(longPhrase(257))).toBe("too-long")
})

test("1024 bytes are allowed, 1025 are too long, however few the characters (PWD-02)", () => {
  const emoji = Array.from({ length: 256 }, (_, at) => String.fromCodePoint(0x1f300 + ((at * at) % 251))).join("")
  expect(new TextEncoder().encode(emoji)).toHaveLength(1024)
  expect(check(emoji)).toBeNull()
  expect(check(`${emoji}a`, { maximum: 1000 })).toBe("too-long")
  expect(readPassword(`${emoji}a`)).toEqual(invalid("too-long"))
})

test("a long password is refused before anything is normalised, encoded or compared (PWD-02)", () => {
  const normalize = vi.spyOn(String.prototype, "normalize")
  const encode = vi.spyOn(TextEncoder.prototype, "encode")
  const marks = `a${"\u0316\u0301".repeat(100_000)}`
  const read = readPassword(marks)
  const answers = [check(marks), check("a".repeat(10_000_000)), check(longPhrase(257))]
  const calls = {
    normalize: normalize.mock.calls.length,
    large: encode.mock.calls.filter(([t]) => (t ?? "").length > 1024)
  }
  expect(new Set(answers)).toEqual(new Set(["too-long"]))
  expect(read).toEqual(invalid("too-long"))
  expect(calls).toEqual({ normalize: 0, large: [] })
})

test("a password that grows when normalised is measured again (PWD-02)", () => {
  const grows = "\u{1d160}"
  expect(Array.from(normalizePassword(grows))).toHaveLength(3)
  expect(check(`${phrase(26)}${grows}`, { maximum: 28 })).toBe("too-long")
  expect(readPassword(grows.repeat(256))).toEqual(invalid("too-long"))
})

test("14 characters are too short and 15 are enough, also beyond the basic plane (PWD-04)", () => {
  expect(check(phrase(14))).toBe("too-short")
  expect(check(phrase(15))).toBeNull()
  expect(check("𝒶𝓃𝑜𝓉𝒽𝑒𝓇 𝓌𝒶𝓁𝓇𝓊𝓈")).toBe("too-short")
  expect(check("𝒶𝓃𝑜𝓉𝒽𝑒𝓇 𝓌𝒶𝓁𝓇𝓊𝓈𝑒")).toBeNull()
})

test("15 emoji are enough, 14 are not (PWD-04)", () => {
  const emoji = "🦊🌵🎻🧭🍋🐙🚲🎈🪐🧶🍄🦀🎲🌋🪁"
  expect(Array.from(emoji)).toHaveLength(15)
  expect(check(emoji)).toBeNull()
  expect(check(emoji.slice(2))).toBe("too-short")
})

test("characters are counted after normalising, so a mark is not a character (PWD-04)", () => {
  const typed = "e\u0301".repeat(3) + phrase(11)
  expect(Array.from(typed)).toHaveLength(17)
  expect(check(typed)).toBe("too-short")
})

test("a policy may ask for as few as 8 characters (PWD-04)", () => {
  expect(check("kettle 7", { minimum: 8 })).toBeNull()
  expect(check("kettle7", { minimum: 8 })).toBe("too-short")
})

test("no digit, capital or sign is asked for, and none is refused (PWD-05)", () => {
  const free = ["mosskettleviolin", "MOSSKETTLEVIOLIN", "moss kettle violin", "849201736452819", "!?§$%&/()=*#'+~^"]
  const languages = [
    "щука корзина лампа ветер",
    "馬電池正解定規傘橋窓机箱灯月星雲雨",
    "\u202emoss kettle vio",
    "   moss kettle    "
  ]
  for (const password of [...free, ...languages]) expect(check(password)).toBeNull()
})

test("15 spaces are one character repeated, and so too common (PWD-05)", () => {
  expect(check(" ".repeat(15))).toBe("common")
})

test("a password is never cut at NUL (PWD-05)", () => {
  const first = `a\0b${phrase(20)}`
  const second = `a\0c${phrase(20)}`
  expect(check(first)).toBeNull()
  expect(readPassword(first)).toEqual(valid(first))
  expect(readPassword(first)).not.toEqual(readPassword(second))
})

test("one text in NFC and NFD is one password (PWD-06)", () => {
  const composed = "café crème brûlée"
  expect(composed.normalize("NFD")).not.toBe(composed)
  expect(readPassword(composed.normalize("NFD"))).toEqual(readPassword(composed))
  expect(normalizePassword(composed.normalize("NFD"))).toBe(composed)
})

test("compatible characters stay different: no strength is lost (PWD-06)", () => {
  expect(readPassword("ﬁne kettle violin")).not.toEqual(readPassword("fine kettle violin"))
  expect(readPassword("Ａ kettle")).not.toEqual(readPassword("A kettle"))
  expect(readPassword("KETTLE")).not.toEqual(readPassword("kettle"))
  expect(readPassword(" kettle ")).toEqual(valid(" kettle "))
})

test("half of a surrogate pair is refused, at registration and at login (PWD-07)", () => {
  for (const half of ["\ud800", "\udfff", "\udc00\ud800"]) {
    expect(check(phrase(20) + half)).toBe("malformed")
    expect(readPassword(phrase(20) + half)).toEqual(invalid("malformed"))
  }
})

test("a common password is refused, in any case and width (PWD-08)", () => {
  for (const password of [
    "passwordpassword",
    "PasswordPassword",
    "1qaz2wsx3edc4rfv",
    "cristianoronaldo",
    "CristianoRonaldo"
  ]) {
    expect(check(password)).toBe("common")
  }
  expect(check("ｃｒｉｓｔｉａｎｏｒｏｎａｌｄｏ")).toBe("common")
  expect(check("liverpool", { minimum: 8 })).toBe("common")
})

test("a long password may hold a common one (PWD-08)", () => {
  expect(check("cristianoronaldo sells quinces")).toBeNull()
  expect(check("my password is a violin")).toBeNull()
})

test("every listed password is refused under the policies that would allow its length (PWD-08)", () => {
  const passed = [...commonPasswords].filter((password) => check(password, { minimum: 8 }) !== "common")
  expect(passed).toEqual([])
})

test("one unit typed over and over is common, also when it ends in the middle (PWD-08)", () => {
  for (const password of [
    "abcabcabcabcabc",
    "kettle7kettle7kett",
    "zzzzzzzzzzzzzzzzz",
    "🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊"
  ]) {
    expect(check(password)).toBe("common")
  }
  expect(check(phrase(15).repeat(2))).toBeNull()
})

test("a walk along digits, the alphabet or a keyboard is common, in either direction (PWD-08)", () => {
  const digits = ["123456789012345", "098765432109876", "112233445566778", "345678901234567"]
  const letters = ["abcdefghijklmno", "zyxwvutsrqponml", "abcdefgh12345678", "AbCdEfGhIjKlMnO"]
  const keys = ["qwertyuiopasdfgh", "poiuytrewqlkjhgf", "qwertzuiopasdfgh", "azertyuiopqsdfgh", "zaq12wsxcde34rfv"]
  for (const password of [...digits, ...letters, ...keys]) expect(check(password)).toBe("common")
})

test("words that happen to have neighbouring letters are no walk (PWD-08)", () => {
  for (const password of [
    "we were deserted here",
    "freed weeds in the reeds",
    "31415926535897932",
    "property treaty poet"
  ]) {
    expect(check(password)).toBeNull()
  }
})

test("a name of the user or the product is refused: alone, repeated or with digits after it (PWD-08)", () => {
  const names = ["ada.lovelace", "countess@analytical.example", "Latchkey"]
  const refused = ["Countess@Analytical.example", "ada.lovelace1815", "ADA.LOVELACEada.lovelace", "countess 1815-12-10"]
  const more = ["latchkeylatchkey2026", "LatchkeyLatchkey!", "ａｄａ.lovelace!!!"]
  for (const password of [...refused, ...more]) {
    expect(check(password, {}, names)).toBe("contains-name")
    expect(
      check(
        password,
        {},
        names.map((name) => ` ${name}\u3000`)
      )
    ).toBe("contains-name") // as a keyboard typed it
  }
})

test("a name within other words is no problem, and an empty one is no name (PWD-08)", () => {
  expect(check("ada.lovelace wrote programs", {}, ["ada.lovelace"])).toBeNull()
  expect(check("849201736452819", {}, ["", "@"])).toBeNull()
  expect(check("notes by ada.lovelace", {}, ["ada.lovelace"])).toBeNull()
})

test("an older, shorter or common password is still read at login", () => {
  expect(readPassword("admin")).toEqual(valid("admin"))
  expect(readPassword("")).toEqual(valid(""))
  expect(readPassword(longPhrase(300))).toEqual(valid(longPhrase(300)))
})

test("any text is read or refused, and a refusal at login is one at registration", () => {
  fc.assert(
    fc.property(anyText, fc.array(anyText, { maxLength: 3 }), (text, names) => {
      const read = readPassword(text)
      const problem = check(text, {}, names)
      if (!read.ok) expect(problem).toBe(read.problem)
      else expect(readPassword(read.value)).toEqual(read)
      expect([null, "too-short", "too-long", "malformed", "common", "contains-name"]).toContain(problem)
    }),
    { numRuns: 1000 }
  )
})

test("spellings that are hashed alike are judged alike (PWD-06)", () => {
  const unit = fc.constantFrom("e\u0301", "é", "ﬁ", "a", "Å", "각", "\u1112\u1161\u11ab", " ", "🦊", "1", "한")
  fc.assert(
    fc.property(fc.string({ unit, minLength: 10, maxLength: 25 }), (text) => {
      expect(check(text.normalize("NFD"))).toBe(check(text.normalize("NFC")))
    })
  )
})
