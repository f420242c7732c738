import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { ada, newPassword } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"
import { tokenScene } from "../../test/token-scene.ts"
import { reveal } from "../secret/secret-text.ts"
import { AMBIGUOUS } from "./cookie.ts"
import type { Presented } from "./identify.ts"

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

const bearer = (secret: string): string => `Bearer ${secret}`

const basic = (user: string, password: string): string => `Basic ${base64(`${user}:${password}`)}`

type Options = Parameters<typeof tokenScene>[0]

/** Ada with a token, with a session of each kind, and with everything else that looks like one. */
const scene = async (options?: Options) => {
  const made = await tokenScene(options)
  const { token, secret } = await made.issue({ scopes: ["packages:read"] })
  const { auth, user } = made
  const browser = await auth.sessions.logIn(ada, { kind: "browser" })
  const bearerSession = await auth.sessions.open(user, { kind: "bearer" })
  await auth.users.register({ username: "bob", password: newPassword })
  made.asked.length = 0
  Object.assign(made.work, { hashes: 0, verifies: 0 })
  return {
    ...made,
    token,
    secret,
    cookie: reveal(browser.secret),
    session: reveal(bearerSession.secret),
    device: reveal(browser.device ?? "")
  }
}

type Scene = Awaited<ReturnType<typeof scene>>

/** How someone is let in, or the name of the failure. */
const outcomeOf = ({ auth }: Pick<Scene, "auth">, presented: Partial<Presented>): Promise<unknown> =>
  auth.identify({ authorization: null, sessionCookie: null, ...presented }).then(
    (identity) => (identity === null ? null : identity.via),
    (error: { readonly _tag: string; readonly presentedAs?: string }) =>
      [error._tag, error.presentedAs].join(" ").trim()
  )

const refusedBasic = "CredentialInvalid basic"
const refusedBearer = "CredentialInvalid bearer"

describe.each(["session", "basic"] as const)("in mode %s", (mode) => {
  it.each<[string, (scene: Scene) => string, string]>([
    ["a token as Bearer", ({ secret }) => bearer(secret), "token"],
    ["a token as bearer, in small letters", ({ secret }) => `bearer ${secret}`, "token"],
    ["a token as BEARER, in capitals", ({ secret }) => `BEARER ${secret}`, "token"],
    ["a bearer session", ({ session }) => bearer(session), "bearer"],
    ["__token__ and a token", ({ secret }) => basic("__token__", secret), "token"],
    ["the same with basic in small letters", ({ secret }) => `basic ${base64(`__token__:${secret}`)}`, "token"],
    ["the same with BASIC in capitals", ({ secret }) => `BASIC ${base64(`__token__:${secret}`)}`, "token"],
    ["x-access-token and a token", ({ secret }) => basic("x-access-token", secret), "token"],
    ["oauth2 and a token", ({ secret }) => basic("oauth2", secret), "token"],
    ["their own name and a token", ({ secret }) => basic("ada", secret), "token"],
    ["their own name in capitals and a token", ({ secret }) => basic("ADA", secret), "token"],
    ["their own name in wide letters and a token", ({ secret }) => basic("\uff41\uff44\uff41", secret), "token"],
    ["their own name with a blank and a token", ({ secret }) => basic("ada ", secret), "token"],
    ["their own address and a token", ({ secret }) => basic("ada@example.org", secret), "token"],
    ["their own address in another case and a token", ({ secret }) => basic("Ada@Example.ORG", secret), "token"],
    ["a token as the user, and no password", ({ secret }) => basic(secret, ""), "token"],
    ["a token with two blanks before it", ({ secret }) => `Bearer  ${secret}`, "token"]
  ])("BAS-06 HDR-02 %s", async (_, header, via) => {
    const made = await scene({ mode })
    expect(await outcomeOf(made, { authorization: header(made) })).toBe(via)
    expect(made.work).toEqual({ hashes: 0, verifies: 0 })
  })

  it.each<[string, (scene: Scene) => string, string]>([
    ["another user's name and a token", ({ secret }) => basic("bob", secret), refusedBasic],
    ["nobody's name and a token", ({ secret }) => basic("nobody", secret), refusedBasic],
    ["no name and a token", ({ secret }) => basic("", secret), refusedBasic],
    ["__TOKEN__ in capitals and a token", ({ secret }) => basic("__TOKEN__", secret), refusedBasic],
    ["X-Access-Token in capitals and a token", ({ secret }) => basic("X-Access-Token", secret), refusedBasic],
    ["OAuth2 in capitals and a token", ({ secret }) => basic("OAuth2", secret), refusedBasic],
    ["__token__ with a blank and a token", ({ secret }) => basic("__token__ ", secret), refusedBasic],
    ["__token__ and no password", () => basic("__token__", ""), refusedBasic],
    ["x-access-token and no password", () => basic("x-access-token", ""), refusedBasic],
    ["neither user nor password", () => basic("", ""), refusedBasic],
    ["their own name and no password", () => basic("ada", ""), refusedBasic],
    ["a token as user and as password", ({ secret }) => basic(secret, secret), refusedBasic],
    ["a token as the user, and a password", ({ secret }) => basic(secret, "x"), refusedBasic],
    ["__token__ and a blank behind the token", ({ secret }) => basic("__token__", `${secret} `), refusedBasic],
    ["__token__ and a blank before the token", ({ secret }) => basic("__token__", ` ${secret}`), refusedBasic],
    ["a line end behind the token", ({ secret }) => basic("__token__", `${secret}\n`), "CredentialInvalid other"],
    ["both line ends behind the token", ({ secret }) => basic("__token__", `${secret}\r\n`), "CredentialInvalid other"],
    ["__token__ and the user's password", () => basic("__token__", ada.password), refusedBasic],
    ["__token__ and a bearer session", ({ session }) => basic("__token__", session), refusedBasic],
    ["__token__ and a browser's session", ({ cookie }) => basic("__token__", cookie), refusedBasic],
    ["their own name and a bearer session", ({ session }) => basic("ada", session), refusedBasic],
    ["a bearer session as the user", ({ session }) => basic(session, ""), refusedBasic],
    ["__token__ and a device's credential", ({ device }) => basic("__token__", device), refusedBasic],
    ["a device's credential as the user", ({ device }) => basic(device, ""), refusedBasic],
    ["a device's credential as Bearer", ({ device }) => bearer(device), refusedBearer],
    ["a browser's session as Bearer", ({ cookie }) => bearer(cookie), refusedBearer],
    ["the user's password as Bearer", () => bearer(base64(ada.password)), refusedBearer],
    ["a token's hint as Bearer", ({ token }) => bearer(token.hint), refusedBearer],
    ["a token's id as Bearer", ({ token }) => bearer(token.id), refusedBearer],
    ["a token with another scheme", ({ secret }) => `Token ${secret}`, "CredentialInvalid other"],
    ["a token without a scheme", ({ secret }) => secret, "CredentialInvalid other"],
    ["a token with a blank behind it", ({ secret }) => `Bearer ${secret} `, "CredentialInvalid other"],
    ["a token twice", ({ secret }) => `Bearer ${secret}, Bearer ${secret}`, "CredentialMalformed"]
  ])("BAS-02 BAS-05 not %s", async (_, header, outcome) => {
    const made = await scene({ mode })
    expect(await outcomeOf(made, { authorization: header(made) })).toBe(outcome)
  })

  test("PAT-12 a token in the cookie is nobody", async () => {
    const made = await scene({ mode })
    expect(await outcomeOf(made, { sessionCookie: made.secret })).toBeNull()
    expect(made.asked).toEqual([])
  })

  it.each<[string, (scene: Scene) => string]>([
    ["Bearer", ({ secret }) => bearer(secret)],
    ["__token__", ({ secret }) => basic("__token__", secret)],
    ["the user's own name", ({ secret }) => basic("ada", secret)]
  ])("HDR-05 a token with %s is believed, though the cookie is another's, ambiguous or junk", async (_, header) => {
    const made = await scene({ mode })
    const cookies = [made.cookie, AMBIGUOUS, "junk"] as const
    const outcomes = await Promise.all(
      cookies.map((sessionCookie) => outcomeOf(made, { authorization: header(made), sessionCookie }))
    )
    expect(outcomes).toEqual(["token", "token", "token"])
  })

  it.each<[string, (scene: Scene) => string, string]>([
    ["Bearer", ({ secret }) => bearer(`${secret}x`), refusedBearer],
    ["__token__", ({ secret }) => basic("__token__", `${secret}x`), refusedBasic],
    ["another user's name", ({ secret }) => basic("bob", secret), refusedBasic],
    ["a user and a password", () => basic("ada", "a wrong guess"), refusedBasic]
  ])("HDR-05 a wrong credential with %s is refused, though the cookie is good", async (_, header, outcome) => {
    const made = await scene({ mode })
    expect(await outcomeOf(made, { authorization: header(made), sessionCookie: made.cookie })).toBe(outcome)
  })

  it.each(["Bearer", "Basic"])("SES-13 an outage behind a token as %s is a StoreError", async (scheme) => {
    let isDown = false
    const made = await scene({ mode, around: outage(() => isDown) })
    isDown = true
    const authorization = scheme === "Bearer" ? bearer(made.secret) : basic("__token__", made.secret)
    expect(await outcomeOf(made, { authorization })).toBe("StoreError")
  })
})

describe("a token", () => {
  test("BAS-06 gives one and the same identity, however it came", async () => {
    const made = await scene()
    const headers = [
      bearer(made.secret),
      basic("__token__", made.secret),
      basic("x-access-token", made.secret),
      basic("oauth2", made.secret),
      basic("ada", made.secret),
      basic(made.secret, "")
    ]
    const identities = await Promise.all(
      headers.map((authorization) => made.auth.identify({ authorization, sessionCookie: null }))
    )
    const expected = {
      user: identities[0]?.user,
      pending: null,
      via: "token",
      scopes: ["packages:read"],
      token: made.token
    }
    expect(identities).toEqual(headers.map(() => expected))
    expect(identities[0]?.user.id).toBe(made.user.id)
  })

  it.each<[string, (secret: string) => string]>([
    ["Bearer", bearer],
    ["__token__", (secret) => basic("__token__", secret)],
    ["their own name", (secret) => basic("ada", secret)]
  ])("BAS-06 costs one store call and no hash with %s", async (_, header) => {
    const made = await scene()
    await outcomeOf(made, { authorization: header(made.secret) })
    await made.clock.advance(0)
    made.asked.length = 0
    expect(await outcomeOf(made, { authorization: header(made.secret) })).toBe("token")
    expect(made.asked).toEqual(["lookupToken"])
    expect(made.work).toEqual({ hashes: 0, verifies: 0 })
  })

  test("PAT-08 of a server that has them off is refused in every way, and the store is not asked", async () => {
    const before = await tokenScene()
    const { secret } = await before.issue()
    const off = await tokenScene({ tables: before.tables, tokens: { enabled: false } })
    const outcomes = [bearer(secret), basic("__token__", secret), basic("ada", secret), basic(secret, "")].map(
      (authorization) => outcomeOf(off, { authorization })
    )
    expect(await Promise.all(outcomes)).toEqual([refusedBearer, refusedBasic, refusedBasic, refusedBasic])
    expect(off.asked).toEqual([])
  })

  test("PAT-06 is not noted as used when the name beside it is another's", async () => {
    const made = await scene()
    await outcomeOf(made, { authorization: basic("bob", made.secret) })
    await made.clock.advance(0)
    expect(made.asked).not.toContain("tokens.recordUse")
  })

  test("SES-02 a setup token opens nothing as Bearer, as Basic and in the cookie", async () => {
    const made = await tokenScene({ setup: { announce: false } })
    made.tables.isSetUp = false
    const token = reveal((await made.auth.setup.issueToken()) ?? "")
    expect(token).toMatch(/^lk_set_/)
    const outcomes = [
      { authorization: bearer(token) },
      { authorization: basic("__token__", token) },
      { authorization: basic(token, "") },
      { sessionCookie: token }
    ].map((presented) => outcomeOf(made, presented))
    expect(await Promise.all(outcomes)).toEqual([refusedBearer, refusedBasic, refusedBasic, null])
  })
})

describe("a user and a password over Basic, in session mode", () => {
  it.each([
    ["right", "ada", ada.password],
    ["right, by the address", "ada@example.org", ada.password],
    ["wrong", "ada", "a wrong guess"],
    ["nobody's", "nobody", ada.password],
    ["empty", "ada", ""],
    ["of 8 kB", "ada", "x".repeat(6_000)]
  ])("BAS-02 reach neither hasher nor store: %s", async (_, user, password) => {
    const made = await scene()
    expect(await outcomeOf(made, { authorization: basic(user, password) })).toBe(refusedBasic)
    expect(made.asked).toEqual([])
    expect(made.work).toEqual({ hashes: 0, verifies: 0 })
  })
})

describe("any Basic credential", () => {
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

  test("BAS-01 BAS-02 of any user with a token lets in those names alone that the contract lists", async () => {
    const made = await scene()
    const names = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        "ada",
        "Ada",
        "ada@example.org",
        "__token__",
        "oauth2",
        "x-access-token",
        "bob",
        "__Token__",
        "ada."
      )
    )
    const allowed = ["ada", "ada@example.org", "__token__", "oauth2", "x-access-token"]
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        const isOwn =
          allowed.includes(name) || ["ada", "ada@example.org"].includes(name.normalize("NFKC").toLowerCase())
        const outcome = await outcomeOf(made, { authorization: basic(name, made.secret) })
        expect(outcome === "token").toBe(isOwn)
      }),
      { numRuns: 500 }
    )
  })

  test("BAS-01 PAT-01 with any one character of its base64 exchanged lets nobody in", async () => {
    const made = await scene()
    const encoded = base64(`__token__:${made.secret}`)
    const mutants = Array.from(encoded, (character, at) =>
      Array.from(ALPHABET)
        .filter((other) => other !== character)
        .map((other) => encoded.slice(0, at) + other + encoded.slice(at + 1))
    ).flat()
    const outcomes = await Promise.all(mutants.map((mutant) => outcomeOf(made, { authorization: `Basic ${mutant}` })))
    expect(mutants.filter((_, at) => outcomes[at] === "token")).toEqual([])
    expect(mutants.length).toBeGreaterThan(5_000)
  })

  test("HDR-03 is an identity or a failure of two names, and never throws, whatever the header", async () => {
    const made = await scene({ mode: "basic" })
    const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })
    const start = fc.constantFrom("", "Basic ", "Bearer ", "Bearer lk_pat_", "Bearer lk_ses_", "basic bGtf")
    await fc.assert(
      fc.asyncProperty(start, anyText, async (scheme, rest) => {
        const outcome = await outcomeOf(made, { authorization: scheme + rest })
        expect(outcome).toMatch(/^Credential(?:Invalid (?:bearer|basic|other)|Malformed)$/)
      }),
      { numRuns: 1000 }
    )
  })
})

test("RAT-06 a refused token counts no attempt: 256 bits need no limit, and nobody is shut out by it", async () => {
  const made = await scene()
  const buckets = made.tables.buckets.size
  const guesses = Array.from({ length: 50 }, () => outcomeOf(made, { authorization: basic("bob", made.secret) }))
  expect(new Set(await Promise.all(guesses))).toEqual(new Set([refusedBasic]))
  expect(made.tables.buckets.size).toBe(buckets)
  expect(await outcomeOf(made, { authorization: bearer(made.secret) })).toBe("token")
})
