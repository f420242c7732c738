import { generateKeyPairSync } from "node:crypto"
import { reveal } from "@latchkey/core"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ada, forge, forgeWithKey, OTHER_SECRET, openScene, type Parts, partsOf, SECRET, START } from "./scene.ts"

const pair = generateKeyPairSync("ed25519")
const privatePem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString()
const publicPem = pair.publicKey.export({ type: "spki", format: "pem" }).toString()

/** A live token, and who one is that is made from its parts. */
const withToken = async () => {
  const scene = await openScene()
  const { secret } = await scene.auth.sessions.logIn(ada)
  const text = reveal(secret)
  return { ...scene, text, ...partsOf(text) }
}

/** Whether a token opens anything, and that it costs no store call when it does not. */
const opens = async ({ who, asked }: Awaited<ReturnType<typeof withToken>>, text: string): Promise<boolean> => {
  asked.length = 0
  const identity = await who(text)
  if (identity === null) expect(asked).toEqual([])
  return identity !== null
}

describe("a forged header", () => {
  it("is one that the test can make, and then opens the session", async () => {
    const made = await withToken()
    expect(await opens(made, forge(made.header, made.claims))).toBe(true)
  })

  const headers: Readonly<Record<string, (header: Parts["header"]) => unknown>> = {
    "the algorithm none": (header) => ({ ...header, alg: "none" }),
    "the algorithm None": (header) => ({ ...header, alg: "None" }),
    "another algorithm of the same family": (header) => ({ ...header, alg: "HS512" }),
    "the algorithm of another kind of key": (header) => ({ ...header, alg: "EdDSA" }),
    "the algorithm in lower case": (header) => ({ ...header, alg: "hs256" }),
    "a list of algorithms": (header) => ({ ...header, alg: ["HS256"] }),
    "no algorithm": ({ typ, kid }) => ({ typ, kid }),
    "an empty crit": (header) => ({ ...header, crit: [] }),
    "an unknown crit": (header) => ({ ...header, crit: ["exp"] }),
    "a crit that is known elsewhere": (header) => ({ ...header, crit: ["b64"], b64: true }),
    zip: (header) => ({ ...header, zip: "DEF" }),
    jku: (header) => ({ ...header, jku: "https://evil.example/keys" }),
    x5u: (header) => ({ ...header, x5u: "https://evil.example/cert" }),
    jwk: (header) => ({ ...header, jwk: { kty: "oct", k: "c2VjcmV0" } }),
    x5c: (header) => ({ ...header, x5c: ["MIIB"] }),
    cty: (header) => ({ ...header, cty: "JWT" }),
    "the type of an ID token": (header) => ({ ...header, typ: "JWT" }),
    "no type": ({ alg, kid }) => ({ alg, kid }),
    "the type in capitals": (header) => ({ ...header, typ: "AT+JWT" }),
    "no kid": ({ alg, typ }) => ({ alg, typ }),
    "a list in place of an object": () => ["HS256", "at+jwt"],
    "a text in place of an object": () => '"HS256"',
    "null in place of an object": () => "null",
    "no JSON": () => "{alg:HS256}"
  }
  for (const [name, change] of Object.entries(headers))
    it(`JWT-01 JWT-06 with ${name} opens nothing, though its signature is right`, async () => {
      const made = await withToken()
      expect(await opens(made, forge(change(made.header), made.claims))).toBe(false)
    })

  const kids = [
    "../../x",
    "__proto__",
    "constructor",
    "toString",
    "",
    "' or 1=1 --",
    "https://evil.example",
    "\u0000",
    0,
    null
  ]
  for (const kid of kids)
    it(`JWT-02 with the kid ${JSON.stringify(kid)} is just unknown`, async () => {
      const made = await withToken()
      expect(await opens(made, forge({ ...made.header, kid }, made.claims))).toBe(false)
    })

  it("JWT-01 a public key is no secret to sign with", async () => {
    const keys = [{ algorithm: "EdDSA", key: privatePem }] as const
    const scene = await openScene({ keys })
    const text = reveal((await scene.auth.sessions.logIn(ada)).secret)
    const { header, claims } = partsOf(text)
    const made = { ...scene, text, header, claims }
    expect(await opens(made, forgeWithKey(header, claims, pair.privateKey))).toBe(true)
    for (const key of [
      publicPem,
      publicPem.trim(),
      String((pair.publicKey.export({ format: "jwk" }) as { x: string }).x)
    ]) {
      expect(await opens(made, forge({ ...header, alg: "HS256" }, claims, key))).toBe(false)
      expect(await opens(made, forge(header, claims, key))).toBe(false)
    }
  })
})

describe("a wrong signature", () => {
  it("JWT-01 opens nothing: of another key, of another token, changed, cut off, or none", async () => {
    const made = await withToken()
    const [header = "", claims = "", signature = ""] = made.text.split(".")
    const other = reveal((await made.auth.sessions.logIn(ada)).secret)
    const changed = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`
    for (const bad of [
      forge(made.header, made.claims, OTHER_SECRET),
      forge(made.header, made.claims, `${SECRET}\0`.slice(0, -2)),
      `${header}.${claims}.${other.split(".")[2]}`,
      `${header}.${claims}.${changed}`,
      `${header}.${claims}.${signature.slice(0, -4)}`,
      `${header}.${claims}.${signature}${signature}`,
      `${header}.${claims}.`,
      `${header}.${claims}`,
      `${header}..${signature}`,
      `.${claims}.${signature}`
    ])
      expect(await opens(made, bad), bad).toBe(false)
    expect(await opens(made, made.text)).toBe(true)
  })
})

describe("a claim", () => {
  const NAMES = ["iss", "sub", "aud", "sid", "iat", "exp"]
  const missing: Readonly<Record<string, (claims: Parts["claims"]) => unknown>> = Object.fromEntries(
    NAMES.map((name) => [`no ${name}`, (claims: Parts["claims"]) => ({ ...claims, [name]: undefined })])
  )
  const DATES: ReadonlyArray<unknown> = [
    String(START),
    START + 0.5,
    null,
    -1,
    true,
    [START],
    8.64e13,
    Number.MAX_SAFE_INTEGER
  ]
  const dates: Readonly<Record<string, (claims: Parts["claims"]) => unknown>> = Object.fromEntries(
    ["iat", "exp"].flatMap((name) =>
      DATES.map((value) => [
        `${JSON.stringify(value)} as ${name}`,
        (claims: Parts["claims"]) => ({ ...claims, [name]: value })
      ])
    )
  )
  const others: Readonly<Record<string, (claims: Parts["claims"]) => unknown>> = {
    "another issuer": (claims) => ({ ...claims, iss: "http://localhost:3001" }),
    "the issuer with a slash": (claims) => ({ ...claims, iss: "http://localhost:3000/" }),
    "another audience": (claims) => ({ ...claims, aud: "http://localhost:3001" }),
    "the audience in a list": (claims) => ({ ...claims, aud: ["http://localhost:3000"] }),
    "the audience among others": (claims) => ({ ...claims, aud: ["http://localhost:3000", "x"] }),
    "the audience of links for a new password": (claims) => ({ ...claims, aud: "fastapi-users:reset" }),
    "an end in the past": (claims) => ({ ...claims, iat: START - 60, exp: START }),
    "an end before its issue": (claims) => ({ ...claims, iat: START + 4, exp: START + 3 }),
    "an issue in the future": (claims) => ({ ...claims, iat: START + 61 }),
    "a life of more than 400 days": (claims) => ({ ...claims, exp: START + 401 * 86_400 }),
    "an infinite end": (claims) => JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e400'),
    "an end in an exponent that is no whole number": (claims) =>
      JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1.7672256005e9'),
    "a subject in capitals": (claims) => ({ ...claims, sub: String(claims.sub).toUpperCase() }),
    "a subject that is no id": (claims) => ({ ...claims, sub: "ada" }),
    "a subject that is a list": (claims) => ({ ...claims, sub: [claims.sub] }),
    "a session that is a number": (claims) => ({ ...claims, sid: 7 }),
    "a session that is a secret": (claims) => ({ ...claims, sid: `lk_ses_${"0".repeat(71)}` }),
    "a role": (claims) => ({ ...claims, role: "admin" }),
    "a time before which it does not count": (claims) => ({ ...claims, nbf: START }),
    "an actor alone": (claims) => ({ ...claims, act: { sub: claims.sub } }),
    "an impersonator alone": (claims) => ({ ...claims, impersonated_by: claims.sub }),
    "two different actors": (claims) => ({
      ...claims,
      impersonated_by: claims.sub,
      act: { sub: "019b76da-a800-7000-8000-000000000000" }
    }),
    "a list in place of an object": () => [1],
    "a key twice": (claims) => JSON.stringify(claims).replace("{", `{"sub":"${String(claims.sub)}",`),
    "a key twice, once in another spelling": (claims) =>
      JSON.stringify(claims).replace("{", `{"\\u0073ub":"${String(claims.sub)}",`),
    "bytes before it": (claims) => `\ufeff${JSON.stringify(claims)}`,
    "text behind it": (claims) => `${JSON.stringify(claims)} {}`,
    "more than 4 kB": (claims) => `${JSON.stringify(claims)}${" ".repeat(4_096)}`
  }
  for (const [name, change] of Object.entries({ ...missing, ...dates, ...others }))
    it(`JWT-03 JWT-06 ${name}: opens nothing, though the signature is right`, async () => {
      const made = await withToken()
      expect(await opens(made, forge(made.header, change(made.claims)))).toBe(false)
    })

  it("JWT-03 of a session that is not there, or of somebody else's, opens nothing", async () => {
    const made = await withToken()
    const bob = await made.auth.users.register({ username: "bob", password: "nine dry umbrellas" })
    const unknown = forge(made.header, { ...made.claims, sid: "019b76da-a800-7000-8000-000000000000" })
    expect(await made.who(unknown)).toBeNull()
    expect(await made.who(forge(made.header, { ...made.claims, sub: bob.id }))).toBeNull()
  })

  it("JWT-03 an issue a few seconds ahead is another machine's clock", async () => {
    const made = await withToken()
    expect(await opens(made, forge(made.header, { ...made.claims, iat: START + 5 }))).toBe(true)
    expect(await opens(made, forge(made.header, { ...made.claims, iat: START + 6 }))).toBe(false)
  })

  it("JWT-03 a token that was known ends by the clock, and one that was early is known later", async () => {
    const made = await withToken()
    const early = forge(made.header, { ...made.claims, iat: START + 60 })
    expect(await opens(made, early)).toBe(false)
    await made.clock.advance("55 seconds")
    expect(await opens(made, early)).toBe(true)
    const short = forge(made.header, { ...made.claims, exp: START + 100 })
    expect(await opens(made, short)).toBe(true)
    await made.clock.advance("45 seconds")
    expect(await opens(made, short)).toBe(false)
  })
})

describe("any text", () => {
  const part = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."ABCDEFghij0189-_=+/. ".split("")), maxLength: 40 }),
    fc.json().map((json) => Buffer.from(json).toString("base64url")),
    fc.constantFrom("eyJhbGciOiJIUzI1NiJ9", "e30", "bnVsbA", "")
  )

  it("JWT-06 is read without an error, and opens nothing (F18)", async () => {
    const made = await withToken()
    const texts = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join("."))
    )
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await made.auth.sessions.resumeBearer(text)).toBeNull()
        expect(await made.auth.sessions.closeBySecret(text)).toBe(false)
      }),
      { numRuns: 2_000 }
    )
  })

  it("JWT-06 one change of one character of a token opens nothing: there is one text for each token", async () => {
    const made = await withToken()
    const change = fc.tuple(
      fc.nat(made.text.length - 1),
      fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ".split(""))
    )
    await fc.assert(
      fc.asyncProperty(change, async ([at, character]) => {
        const text = made.text.slice(0, at) + character + made.text.slice(at + 1)
        if (text !== made.text) expect(await made.auth.sessions.resumeBearer(text)).toBeNull()
      }),
      { numRuns: 1_500 }
    )
  })
})
