import fc from "fast-check"
import { expect, test } from "vitest"
import { type Authorization, authorizationScheme, parseAuthorization } from "./authorization-header.ts"

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

const format = (user: string, password: string): string => `Basic ${base64(`${user}:${password}`)}`

const tagOf = (header: string): Authorization["_tag"] => parseAuthorization(header)._tag

const isControl = (character: string): boolean => character < " " || character === "\x7f"

const decodesAsUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })
/** Any Unicode text without surrogate halves and control characters, as RFC 7617 allows it. */
const password = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0x20, max: 0xd7ff }),
      fc.integer({ min: 0xe000, max: 0x10ffff }),
      fc.integer({ min: 0x20, max: 0x7e })
    )
  )
  .map((codes) => String.fromCodePoint(...codes))
  .filter((text) => !Array.from(text).some(isControl))
const user = password.filter((text) => !text.includes(":"))
const token = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,80}={0,2}$/)
const control = fc.constantFrom(...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)), "\x7f")

test("no header is no credential (HDR-03)", () => {
  expect(parseAuthorization(null)).toEqual({ _tag: "None" })
})

test("what was written as a bearer token is read as it (HDR-02, F01)", () => {
  fc.assert(
    fc.property(token, (token) => {
      expect(parseAuthorization(`Bearer ${token}`)).toEqual({ _tag: "Bearer", token })
    })
  )
})

test("what was written as user and password is read as them, in any script (BAS-01, F01, F03)", () => {
  fc.assert(
    fc.property(user, password, (user, password) => {
      expect(parseAuthorization(format(user, password))).toEqual({ _tag: "Basic", user, password })
    }),
    { numRuns: 1000 }
  )
})

test("a scheme counts in any case (HDR-02, F01)", () => {
  const anyCase = (text: string) =>
    fc.tuple(...Array.from(text, (letter) => fc.constantFrom(letter.toLowerCase(), letter.toUpperCase())))
  fc.assert(
    fc.property(anyCase("Bearer"), anyCase("Basic"), (bearer, basic) => {
      expect(parseAuthorization(`${bearer.join("")} abc`)).toEqual({ _tag: "Bearer", token: "abc" })
      expect(parseAuthorization(`${basic.join("")} YTpi`)).toEqual({ _tag: "Basic", user: "a", password: "b" })
    })
  )
})

test("one space or several follow the scheme, and what comes behind them is read alike (HDR-02)", () => {
  const spaces = fc.integer({ min: 1, max: 40 }).map((count) => " ".repeat(count))
  const header = fc.oneof(
    token.map((text) => ["Bearer", text] as const),
    fc.tuple(user, password).map(([user, password]) => ["Basic", base64(`${user}:${password}`)] as const),
    fc.constantFrom(["basic", "%"] as const, ["Bearer", "AAA, Bearer BBB"] as const, ["Digest", "a"] as const)
  )
  fc.assert(
    fc.property(header, spaces, ([scheme, rest], between) => {
      expect(parseAuthorization(scheme + between + rest)).toEqual(parseAuthorization(`${scheme} ${rest}`))
    })
  )
})

test("the scheme of a header is the one that its credential is read by (HDR-02, F01)", () => {
  const start = fc.constantFrom(
    "",
    "Bearer",
    "BEARER ",
    "bearer  ",
    "Basic",
    "basic \t",
    "Digest ",
    ",",
    "Bearer,",
    " Bearer "
  )
  const expected: Readonly<Record<Authorization["_tag"], ReadonlyArray<unknown>>> = {
    None: [null],
    Bearer: ["bearer"],
    Basic: ["basic"],
    Unsupported: ["other"],
    Malformed: ["bearer", "basic", "other"],
    Invalid: ["bearer", "basic", "other"]
  }
  fc.assert(
    fc.property(fc.option(fc.tuple(start, fc.oneof(anyText, token)).map((parts) => parts.join(""))), (header) => {
      expect(expected[parseAuthorization(header)._tag]).toContain(authorizationScheme(header))
    }),
    { numRuns: 2000 }
  )
})

test("no text makes the parser throw (HDR-03, F01)", () => {
  const known = ["None", "Bearer", "Basic", "Unsupported", "Malformed", "Invalid"]
  const scheme = fc.constantFrom("", "Bearer ", "bearer  ", "Basic ", "Basic\t", "Digest ", "Bearer", ",", "Bearer %")
  fc.assert(
    fc.property(scheme, fc.oneof(anyText, fc.string()), (scheme, rest) => {
      expect(known).toContain(tagOf(scheme + rest))
    }),
    { numRuns: 2000 }
  )
})

test("a control character anywhere makes a header no credential (HDR-02, F01)", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        token.map((text) => `Bearer ${text}`),
        fc.constant("Basic YTpi")
      ),
      fc.nat(),
      control,
      (header, at, control) => {
        const place = at % (header.length + 1)
        expect(["Invalid", "Malformed", "Unsupported"]).toContain(
          tagOf(header.slice(0, place) + control + header.slice(place))
        )
      }
    ),
    { numRuns: 2000 }
  )
})

test("a control character inside user or password is refused (BAS-01)", () => {
  fc.assert(
    fc.property(user, control, password, (user, control, password) => {
      expect(tagOf(format(user + control, password))).toBe("Invalid")
      expect(tagOf(format(user, control + password))).toBe("Invalid")
    })
  )
})

test("user and password that are not UTF-8 are Latin-1, as Python's requests sends them (BAS-10)", () => {
  const latin1 = (text: string) => `Basic ${btoa(text)}`
  expect(parseAuthorization(latin1("zo\u00eb:TOKEN"))).toEqual({ _tag: "Basic", user: "zoë", password: "TOKEN" })
  expect(parseAuthorization(latin1("ada:pass\u00e9 \u00df"))).toEqual({
    _tag: "Basic",
    user: "ada",
    password: "passé ß"
  })
  const text = fc
    .array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xa0, max: 0xff })))
    .map((codes) => String.fromCharCode(...codes))
  const isUtf8 = (binary: string) => decodesAsUtf8(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)))
  fc.assert(
    fc.property(
      text.filter((user) => !user.includes(":")),
      text,
      (user, password) => {
        fc.pre(!isUtf8(`${user}:${password}`))
        expect(parseAuthorization(latin1(`${user}:${password}`))).toEqual({ _tag: "Basic", user, password })
      }
    ),
    { numRuns: 1000 }
  )
})

test("bytes that are text in both encodings are UTF-8, which the challenge asks for (BAS-10)", () => {
  expect(parseAuthorization(`Basic ${btoa("zo\xc3\xab:b")}`)).toEqual({ _tag: "Basic", user: "zoë", password: "b" })
})

test("no character of a Basic credential can change unnoticed (BAS-01, F03)", () => {
  const character = fc.constantFrom(..."ABCDwxyz0189+/=-_ @,\n")
  fc.assert(
    fc.property(user, password, fc.nat(), character, (user, password, at, character) => {
      const encoded = base64(`${user}:${password}`)
      const place = at % encoded.length
      fc.pre(encoded[place] !== character)
      const changed = encoded.slice(0, place) + character + encoded.slice(place + 1)
      expect(parseAuthorization(`Basic ${changed}`)).not.toEqual({ _tag: "Basic", user, password })
    }),
    { numRuns: 3000 }
  )
})

test.each([
  ["two headers joined", "Bearer AAA, Bearer BBB"],
  ["the same header twice", "Bearer AAA, Bearer AAA"],
  ["joined without a space", "Bearer AAA,Bearer BBB"],
  ["two of Basic", "Basic YTpi, Basic YTpi"],
  ["one of ours behind a foreign one", "Negotiate YTpi==, Bearer AAA"],
  ["one of ours behind a digest", 'Digest realm="a", nonce="b", basic YTpi'],
  ["an empty header before one", ", Bearer AAA"],
  ["an empty header after one", "Bearer AAA, "],
  ["a comma in the scheme", "Bearer,Basic YTpi"],
  ["nothing", ""],
  ["a space before the scheme", " Bearer AAA"],
  ["a scheme that is no token", "Bear(er AAA"]
])("%s is malformed, on every adapter alike (HDR-01)", (_, header) => {
  expect(tagOf(header)).toBe("Malformed")
})

test.each([
  ["no token", "Bearer"],
  ["an empty token", "Bearer "],
  ["spaces alone", "Bearer   "],
  ["a tab", "Bearer\tAAA"],
  ["a tab after Basic", "basic\tYTpi"],
  ["a space and a tab", "Bearer \tAAA"],
  ["spaces around a tab", "Basic  \t YTpi"],
  ["a space behind the token", "Bearer AAA "],
  ["two words", "Bearer AAA BBB"],
  ["a percent sign", "Bearer %"],
  ["a quote", 'Bearer "AAA"'],
  ["only padding", "Bearer ="],
  ["padding inside", "Bearer A=A"],
  ["a letter beyond ASCII", "Bearer \u00e9"],
  ["no Basic credential", "Basic"],
  ["the URL alphabet", `Basic ${base64("a:\u00ff>?").replaceAll("/", "_").replaceAll("+", "-")}`],
  ["missing padding", "Basic YTphYg"],
  ["padding that is not needed", "Basic YTpi===="],
  ["unused bits that are not zero", "Basic YTphYh=="],
  ["white space in the base64", "Basic YTp i"],
  ["garbage that lenient decoders skip", "Basic @@@X190b2tlbl9fOnB3!!"],
  ["bytes that are text in neither UTF-8 nor Latin-1", `Basic ${btoa("a:\xff\x80")}`],
  ["an overlong form of the colon", `Basic ${btoa("a\xc0\xba")}`],
  ["a surrogate half as bytes", `Basic ${btoa("a:\xed\xa0\x80")}`],
  ["no colon", `Basic ${btoa("ab")}`]
])("%s is an invalid credential (HDR-02, HDR-03, BAS-01)", (_, header) => {
  expect(tagOf(header)).toBe("Invalid")
})

test.each(["Digest a", "Token abc", "lk_ses_abc", "Bearers abc", "BasicX YTpi", 'Digest realm="a", nonce="b"'])(
  "%s names a scheme that is not ours (HDR-02)",
  (header) => {
    expect(tagOf(header)).toBe("Unsupported")
  }
)

test("a credential of more than 8 kB is refused before it is decoded (HDR-04)", () => {
  expect(tagOf(`Bearer ${"a".repeat(8192)}`)).toBe("Bearer")
  expect(tagOf(`Bearer ${"a".repeat(8193)}`)).toBe("Invalid")
  expect(tagOf(`Basic ${base64(`a:${"b".repeat(6142)}`)}`)).toBe("Basic")
  expect(tagOf(`Basic ${base64(`a:${"b".repeat(6143)}`)}`)).toBe("Invalid")
})

test("a Basic credential splits at the first colon, and either side may be empty (BAS-01)", () => {
  expect(parseAuthorization(format("a", "b:c:"))).toEqual({ _tag: "Basic", user: "a", password: "b:c:" })
  expect(parseAuthorization(format("TOKEN", ""))).toEqual({ _tag: "Basic", user: "TOKEN", password: "" })
  expect(parseAuthorization(format("", "TOKEN"))).toEqual({ _tag: "Basic", user: "", password: "TOKEN" })
})

test("a byte order mark is part of the user name, not skipped (BAS-01)", () => {
  expect(parseAuthorization(format("\ufeffa", "b"))).toEqual({ _tag: "Basic", user: "\ufeffa", password: "b" })
})

test("a hostile header of 100 kB is read in linear time (INP-07)", () => {
  const start = performance.now()
  const hostile = ["=", ",\t ", "Bearer ", "a", " ", ", basi", "+/"].map((part) => part.repeat(100_000 / part.length))
  for (const text of hostile)
    for (const scheme of ["", "Bearer ", "Basic ", "Digest "]) parseAuthorization(scheme + text)
  expect(performance.now() - start).toBeLessThan(1000)
})
