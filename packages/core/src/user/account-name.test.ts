import fc from "fast-check"
import { afterEach, expect, test, vi } from "vitest"
import { outcomeOf } from "../../test/outcome-of.ts"
import * as accountName from "./account-name.ts"

const { parseAccountName } = accountName
const readUsername = (raw: string) => outcomeOf(accountName.readUsername(raw))
const readEmail = (raw: string) => outcomeOf(accountName.readEmail(raw))

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 20 })

/** Letters and marks of many kinds, and what likes to hide among them. */
const letter = fc.constantFrom(
  ...[
    "a",
    "B",
    "z",
    "0",
    "9",
    ".",
    "_",
    "-",
    "é",
    "e\u0301",
    "Å",
    "\u212b",
    "K",
    "ſ",
    "ﬁ",
    "ａ",
    "Ａ",
    "ⅷ",
    "𝐚",
    "İ",
    "ı"
  ],
  ...["ß", "ǆ", "ǰ", "ệ", "ß", "ς", "Σ", "σ", "ά", "ᾳ", "ΐ", "Ж", "й", "ё", "Ⴀ", "ა", "Ა", "א", "م", "ـ", "क", "ि", "์"],
  ...[
    "ส",
    "ำ",
    "田",
    "の",
    "カ",
    "ー",
    "ｶ",
    "ﾞ",
    "한",
    "ᄒ",
    "ᅡ",
    "ㄱ",
    "\u115f",
    "\u200b",
    "\u0307",
    "\u034f",
    "\ufe0f",
    "@"
  ],
  ...[" ", "😀", "\ud800", "\u0000", "\uff20", "\ufe6b", "\u00ad", "\u202e", "\u0345"]
)
const name = fc.string({ unit: letter, minLength: 1, maxLength: 8 })
const oneScript = fc
  .constantFrom("abzAZ09éÉǆſＡK", "αςσΣάΆΐ", "жёйЖЁ", "აბᲐ", "田のカーガｶﾞ", "한글각", "किमी", "สมชำ", "אבג", "محمد")
  .chain((alphabet) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 8 }))
const username = fc.oneof(name, oneScript, anyText)
/** Without letters such as `ß`: to DNS, `straße.de` and `STRASSE.de` are two hosts. */
const domain = fc.oneof(
  fc.constantFrom("example.org", "EXAMPLE.org", "münchen.de", "localhost"),
  fc.string({ unit: fc.constantFrom(..."abZ019éÉＡ田한жЁ-.@ _/%"), maxLength: 8 })
)
const email = fc.tuple(username, domain).map(([local, host]) => `${local}@${host}`)

const canonicalOf = (raw: string): string | null => {
  const read = readUsername(raw)
  return typeof read === "string" ? null : read.canonical
}
const addressOf = (raw: string): string | null => {
  const read = readEmail(raw)
  return typeof read === "string" ? null : read.canonical
}

const variants = (text: string): ReadonlyArray<string> =>
  (["NFC", "NFD", "NFKC", "NFKD"] as const)
    .map((form) => text.normalize(form))
    .flatMap((form) => [form, form.toLowerCase(), form.toUpperCase()])

afterEach(() => {
  vi.restoreAllMocks()
})

test("canonical forms are their own canonical forms (F05, INP-01)", () => {
  fc.assert(
    fc.property(username, (raw) => {
      const canonical = canonicalOf(raw)
      fc.pre(canonical !== null)
      expect(canonicalOf(canonical)).toBe(canonical)
    }),
    { numRuns: 3000, maxSkipsPerRun: 200 }
  )
})

test("all spellings of an accepted username are one name (F05, INP-01)", () => {
  fc.assert(
    fc.property(username, (raw) => {
      const canonical = canonicalOf(raw)
      fc.pre(canonical !== null)
      expect(new Set(variants(raw).map(canonicalOf))).toEqual(new Set([canonical]))
    }),
    { numRuns: 3000, maxSkipsPerRun: 200 }
  )
})

test("an accepted username holds letters, digits and . _ - only, at most 64, and shows what it stands for (F05, INP-02)", () => {
  fc.assert(
    fc.property(username, (raw) => {
      const read = readUsername(raw)
      fc.pre(typeof read !== "string")
      expect(read.canonical).toMatch(/^[\p{L}\p{M}0-9._-]{1,64}$/u)
      expect(read.canonical).not.toMatch(/\p{Default_Ignorable_Code_Point}|\p{Cn}/u)
      expect(read.typed).toBe(raw.normalize("NFKC").trim())
      expect(canonicalOf(read.typed)).toBe(read.canonical)
    }),
    { numRuns: 3000, maxSkipsPerRun: 200 }
  )
})

test("a login is read exactly as the username or e-mail address that it is (F05)", () => {
  fc.assert(
    fc.property(fc.oneof(username, email), (raw) => {
      const kind = raw.includes("@") ? "email" : "username"
      const canonical = kind === "email" ? addressOf(raw) : canonicalOf(raw)
      expect(parseAccountName(raw)).toEqual(canonical === null ? null : { kind, canonical })
    }),
    { numRuns: 3000 }
  )
})

test("all spellings of an accepted address are one address, of one mailbox (F05, INP-03)", () => {
  fc.assert(
    fc.property(email, (raw) => {
      const read = readEmail(raw)
      fc.pre(typeof read !== "string")
      expect(new Set(variants(raw).map(addressOf))).toEqual(new Set([read.canonical]))
      expect(addressOf(read.typed)).toBe(read.canonical)
      expect(addressOf(read.canonical)).toBe(read.canonical)
      expect(read.canonical.split("@")).toHaveLength(2)
      expect(read.canonical.length).toBeLessThanOrEqual(254)
      expect(read.typed.split("@")[1]).toMatch(/^[a-z0-9.-]+$/)
    }),
    { numRuns: 3000, maxSkipsPerRun: 200 }
  )
})

test("admin has one spelling, whatever the keyboard (INP-01)", () => {
  const spellings = ["admin", "ADMIN", "Admin", "ａdmin", "ＡＤＭＩＮ", "𝐚𝐝𝐦𝐢𝐧", "ⓐdmin", "ªdmin"]
  expect(spellings.map(canonicalOf)).toEqual(spellings.map(() => "admin"))
})

test("a letter that exists composed in lower case only has one spelling too (INP-01)", () => {
  for (const [upper, lower] of [
    ["H\u0331", "ẖ"],
    ["J\u030c", "ǰ"],
    ["T\u0308", "ẗ"],
    ["W\u030a", "ẘ"]
  ] as const) {
    expect(canonicalOf(upper)).toBe(lower)
    expect(canonicalOf(lower)).toBe(lower)
  }
})

test("what people see of a name is its NFKC form, in its own case (INP-01)", () => {
  expect(readUsername("ＡDA")).toEqual({ typed: "ADA", canonical: "ada" })
  expect(readUsername("ſaith")).toEqual({ typed: "saith", canonical: "saith" })
  expect(readUsername("e\u0301va")).toEqual({ typed: "éva", canonical: "éva" })
})

test("a letter of another script does not pass for one of ours (INP-02)", () => {
  for (const spoof of ["\u0430dmin", "adm\u0456n", "\u03bfscar", "ada\u4e00", "ad\u0581", "田中a", "дmitry"]) {
    expect(readUsername(spoof)).toBe("mixed-scripts")
  }
})

test("a phonetic letter does not pass for the letter it looks like (INP-02)", () => {
  for (const spoof of ["ɑdmin", "ᴀᴅᴍɪɴ", "dⲟg", "aǀice", "ȷohn", "ɡary", "ꜱam"]) {
    expect(readUsername(spoof)).toBe("mixed-scripts")
  }
})

test("a mark that no letter takes up does not hide on one (INP-02)", () => {
  for (const spoof of [
    "adm\u0130n",
    "admi\u0307n",
    "a\u0332dmin",
    "admi\u0338n",
    "أدم\u0650",
    "ад\u0301мин",
    "か\u0323"
  ]) {
    expect(readUsername(spoof)).toBe("mixed-scripts")
  }
})

test("what cannot be seen cannot be in a name (INP-02)", () => {
  const invisible = ["\u200b", "\u200c", "\u200d", "\u00ad", "\u034f", "\u115f", "\u1160", "\u3164", "\uffa0", "\u17b4"]
  const more = ["\u180b", "\ufe0f", "\u{e0100}", "\u{e0061}", "\u2060", "\ufeff", "\u202e", "\u2066", "\u061c"]
  for (const hidden of [...invisible, ...more]) {
    expect(readUsername(`admin${hidden}`)).toBe("malformed")
    expect(readUsername(`ad${hidden}min`)).toBe("malformed")
    expect(readUsername(`한${hidden}글`)).toBe("malformed")
    expect(readEmail(`ad${hidden}a@example.org`)).toBe("malformed")
    expect(readEmail(`ada@exam${hidden}ple.org`)).toBe("malformed")
  }
})

test("spaces, controls, halves of letters and signs cannot be in a name (INP-02)", () => {
  const signs = [
    " ",
    "\u00a0",
    "\u3000",
    "\t",
    "\n",
    "\r",
    "\0",
    "\x7f",
    "\u0085",
    "\ud800",
    "\udc00",
    "\ue000",
    "\u0378"
  ]
  for (const sign of [...signs, "@", "\uff20", "/", "\\", ":", "'", '"', "<", "%", "+", "٣", "😀", "©", "·"]) {
    expect(readUsername(`ada${sign}1`)).toBe("malformed")
  }
})

test("a letter that does not come back from upper case is refused: all 77 of them (M9)", () => {
  const fold = (text: string): string => text.normalize("NFKC").toLowerCase().normalize("NFKC")
  const letters = Array.from({ length: 0x110000 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((character) => fold(character.toUpperCase()) !== fold(character))
  expect(letters).toEqual(expect.arrayContaining(["ß", "ı", "ς"]))
  expect(letters.length).toBeGreaterThanOrEqual(77)
  expect(letters.filter((character) => typeof readUsername(character) !== "string")).toEqual([])
  expect(letters.filter((character) => typeof readEmail(`a${character}b@example.org`) !== "string")).toEqual([])
})

test("no name can be mistaken for mike, istanbul or strasse by changing case (M9)", () => {
  for (const spoof of ["mıke", "İstanbul", "ıstanbul", "straße", "οδυσσεύσ"]) {
    expect(typeof readUsername(spoof)).toBe("string")
    expect(typeof readEmail(`${spoof}@example.org`)).toBe("string")
  }
})

test("a Greek name keeps its final sigma in every spelling (M9)", () => {
  expect(["Οδυσσεύς", "ΟΔΥΣΣΕΎΣ", "οδυσσεύς"].map(canonicalOf)).toEqual(["οδυσσεύς", "οδυσσεύς", "οδυσσεύς"])
})

test("people of many languages can have their names (INP-02)", () => {
  const latin = ["Łukasz", "Nguyễn", "Ñandú", "Əli", "O_o-1", "ŷ", "Ștefan", "Þóra", "Jürgen", "Đorđe", "Ɓala"]
  const others = [
    "Нина",
    "Γιώργος",
    "გიორგი",
    "Արամ",
    "שלום",
    "محمد",
    "田中さん",
    "サーバー",
    "김철수",
    "ㄅㄆㄇ",
    "አበበ"
  ]
  const marked = ["आदित्य", "সুমন", "தமிழ்", "ప్రియ", "ಕನ್ನಡ", "മലയാളം", "สมชาย", "ສົມ", "សុខ", "မြန်မာ", "བོད"]
  for (const each of [...latin, ...others, ...marked]) expect(readUsername(each)).toMatchObject({ typed: each })
})

test("a name begins and ends with a letter or digit, and may be digits alone (INP-02)", () => {
  for (const bad of [".", "..", "...", "-", "_", "--", ".ada", "ada.", "-ada", "ada-", "_ada", "ada_", "\u093fक"]) {
    expect(readUsername(bad)).toBe("malformed")
  }
  for (const good of ["a", "7", "007", "a.b", "a-b_c.d", "4you"]) expect(canonicalOf(good)).toBe(good)
})

test("names with a meaning in HTTP Basic cannot be registered, in any spelling (BAS-03)", () => {
  for (const reserved of [
    "__token__",
    "__TOKEN__",
    "＿＿token__",
    "x-access-token",
    "X-Access-Token",
    "oauth2",
    "OAuth2"
  ]) {
    expect(readUsername(reserved)).toBe("reserved")
    expect(parseAccountName(reserved)).toBeNull()
  }
})

test("nothing is missing, and 64 letters are enough", () => {
  expect(readUsername("")).toBe("missing")
  expect(readEmail("")).toBe("missing")
  expect(parseAccountName("")).toBeNull()
  expect(canonicalOf("x".repeat(64))).toBe("x".repeat(64))
  expect(readUsername("x".repeat(65))).toBe("too-long")
  expect(canonicalOf("각".repeat(64).normalize("NFD"))).toBe("각".repeat(64))
  expect(canonicalOf("𐐨".repeat(64))).toBeNull()
  expect(canonicalOf("𝐱".repeat(64))).toBe("x".repeat(64))
})

test("text that grows when normalised is measured again (INP-08)", () => {
  expect(readUsername("ﬃ".repeat(21))).toMatchObject({ canonical: "ffi".repeat(21) })
  expect(readUsername("ﬃ".repeat(22))).toBe("too-long")
  expect(readEmail(`${"ﬃ".repeat(22)}@example.org`)).toBe("too-long")
  expect(readEmail(`ada@${"ﷺ".repeat(300)}`)).toBe("too-long")
  expect(readEmail(`ada@${`${"ö".repeat(30)}.`.repeat(7)}de`)).toBe("too-long")
})

test("400 kB of combining marks are refused before anything is normalised (INP-08)", () => {
  const normalize = vi.spyOn(String.prototype, "normalize")
  const marks = `a${"\u0316\u0301".repeat(100_000)}`
  const answers = [
    readUsername(marks),
    readEmail(`${marks}@example.org`),
    parseAccountName(marks),
    parseAccountName(`${marks}@x.org`)
  ]
  const calls = normalize.mock.calls.length
  expect(answers).toEqual(["too-long", "too-long", null, null])
  expect(calls).toBe(0)
})

test("ill-formed text is refused before anything is normalised (M9)", () => {
  const normalize = vi.spyOn(String.prototype, "normalize")
  const answers = ["\ud800", "ada\udc00", "ada\ud800@example.org"].flatMap((raw) => [readUsername(raw), readEmail(raw)])
  const calls = normalize.mock.calls.length
  expect(new Set(answers)).toEqual(new Set(["malformed"]))
  expect(calls).toBe(0)
})

test("an address keeps the case of its local part, and is found in any (INP-03)", () => {
  expect(readEmail("Ada.Lovelace+News@Example.ORG")).toEqual({
    typed: "Ada.Lovelace+News@example.org",
    canonical: "ada.lovelace+news@example.org"
  })
})

test("dots and plus signs make different addresses (INP-03)", () => {
  const addresses = ["ada.l@example.org", "adal@example.org", "ada+l@example.org"].map(addressOf)
  expect(new Set(addresses).size).toBe(3)
})

test("an address has one @, and it is the ASCII one (INP-03)", () => {
  const others = [
    "ada\uff20example.org",
    "ada\ufe6bexample.org",
    "a@b\uff20c.org",
    "a\ufe6bb@c.org",
    "a@@b.org",
    "a@b@c.org"
  ]
  for (const raw of [...others, "a@b,c@d", "@", "@example.org", "ada@", "ada"]) expect(readEmail(raw)).toBe("malformed")
})

test("an address is one address and nothing around it (INP-03)", () => {
  const lists = [
    "a@b.org,c@d.org",
    "a@b.org;c@d.org",
    "Ada <ada@b.org>",
    "<ada@b.org>",
    "ada@b.org (Ada)",
    "mailto:a@b.org"
  ]
  const breaks = [
    "ada@b.org\n",
    "ada@b.org\r\nBcc: eve@c.org",
    "\tada@b.org",
    "ada@b.org\t",
    "a da@b.org",
    "ada@b .org"
  ]
  for (const raw of [...lists, ...breaks, "a\0b@c.org", "ada@b.org\u2028", "a\u3000b@c.org", "a，b@c.org"]) {
    expect(readEmail(raw)).toBe("malformed")
  }
})

test("a local part is words between dots, and none that a mailer reads as something else (INP-03)", () => {
  const dots = [".ada@b.org", "ada.@b.org", "a..b@b.org", ".@b.org", "ada\u2024@b.org"]
  const quoted = ['"ada"@b.org', '"a b"@b.org', '"a@b"@c.org', "a\\b@c.org", "a(x)@c.org", "a:b@c.org", "[a]@c.org"]
  const routes = [
    "eve%c.org@b.org",
    "c.org!eve@b.org",
    "=?utf-8?q?eve=40c.org?=@b.org",
    "-oQ/tmp@b.org",
    "\u0301a@b.org"
  ]
  for (const raw of [...dots, ...quoted, ...routes]) expect(readEmail(raw)).toBe("malformed")
  for (const raw of ["o'hara@b.org", "a_b-c@b.org", "a&b=c~d@b.org", "1@b.org", "用户@b.org"])
    expect(addressOf(raw)).toBe(raw)
})

test("a letter of another script does not pass for one of ours in an address (INP-03)", () => {
  for (const raw of ["\u0430dmin@b.org", "admi\u0307n@b.org", "a\u0338da@b.org"])
    expect(readEmail(raw)).toBe("mixed-scripts")
})

test("a domain is one host in lower-case ASCII, however it is written (INP-03)", () => {
  const spellings = [
    "münchen.de",
    "MÜNCHEN.de",
    "mu\u0308nchen.DE",
    "ｍünchen.de",
    "xn--mnchen-3ya.de",
    "XN--MNCHEN-3YA.de"
  ]
  expect(new Set(spellings.map((domain) => addressOf(`ada@${domain}`)))).toEqual(new Set(["ada@xn--mnchen-3ya.de"]))
  expect(readEmail("ada@аpple.com")).toMatchObject({ typed: "ada@xn--pple-43d.com" })
})

test("a host of one word is a domain, for networks of one's own", () => {
  expect(addressOf("ada@localhost")).toBe("ada@localhost")
})

test("an IP address is no domain (INP-03)", () => {
  const plain = ["127.0.0.1", "1", "127.1", "0x7f.1", "0x7f000001", "2130706433", "１２７.0.0.1", "1.2.3.4.5"]
  for (const domain of [...plain, "[127.0.0.1]", "[::1]", "[IPv6:::1]", "::1"]) {
    expect(readEmail(`ada@${domain}`)).toBe("malformed")
  }
})

test("what a browser would drop from or read into a domain is refused (INP-03)", () => {
  const url = [
    "b.org/",
    "b.org/.",
    "b.org/x/..",
    "b.org?",
    "b.org#",
    "b.org:80",
    "b.org\\",
    "%62.org",
    "b%2eorg",
    "b\t.org"
  ]
  const labels = ["b.org.", ".b.org", "b..org", "-b.org", "b-.org", "b_c.org", "b。org", `${"b".repeat(64)}.org`]
  for (const domain of [...url, ...labels, "b.org\u0301x\u200d"]) expect(readEmail(`ada@${domain}`)).toBe("malformed")
})

test("64 letters before the @ and 254 in all are the most (INP-03)", () => {
  const domain = `${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(57)}.org`
  expect(addressOf(`${"a".repeat(64)}@b.org`)).not.toBeNull()
  expect(readEmail(`${"a".repeat(65)}@b.org`)).toBe("too-long")
  expect(addressOf(`${"a".repeat(64)}@${domain}`)).toHaveLength(254)
  expect(readEmail(`${"a".repeat(64)}@${domain}x`)).toBe("too-long")
})

test("blanks around a name are cut, from whichever keyboard, in every kind of name (INP-09)", () => {
  const blanks = [" ", "  ", "\u00a0", "\u3000", "\u2003 ", " \u202f"]
  for (const blank of blanks) {
    for (const typed of [`Ada${blank}`, `${blank}Ada`, `${blank}Ada${blank}`]) {
      expect(readUsername(typed)).toEqual({ typed: "Ada", canonical: "ada" })
      expect(parseAccountName(typed)).toEqual({ kind: "username", canonical: "ada" })
      expect(readEmail(`${typed.trimEnd()}@b.org${blank}`)).toEqual({ typed: "Ada@b.org", canonical: "ada@b.org" })
      expect(parseAccountName(`${blank}Ada@b.org${blank}`)).toEqual({ kind: "email", canonical: "ada@b.org" })
    }
    expect([readUsername(blank), readEmail(blank), parseAccountName(blank)]).toEqual(["missing", "missing", null])
    expect(readUsername(`${blank}__token__${blank}`)).toBe("reserved")
    expect([readUsername(`a${blank}b`), readEmail(`a${blank}b@c.org`), readEmail(`a${blank}@c.org`)]).toEqual([
      "malformed",
      "malformed",
      "malformed"
    ])
  }
})

test("line ends, tabs and what cannot be seen are no blanks around a name (INP-09)", () => {
  for (const sign of ["\n", "\r\n", "\t", "\v", "\f", "\0", "\u0085", "\u2028", "\u2029", "\ufeff", "\u200b"]) {
    for (const typed of [`ada${sign}`, `${sign}ada`, ` ${sign} ada`]) expect(readUsername(typed)).toBe("malformed")
    for (const typed of [`a@b.org${sign}`, `${sign}a@b.org`]) expect(readEmail(typed)).toBe("malformed")
  }
})

test("a property of every object is just a name", () => {
  expect(readUsername("__proto__")).toBe("malformed")
  expect(canonicalOf("constructor")).toBe("constructor")
})
