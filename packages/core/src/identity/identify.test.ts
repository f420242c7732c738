import * as Effect from "effect/Effect"
import { describe, expect, expectTypeOf, it, test } from "vitest"
import { ada, eventsOf, from } from "../../test/people.ts"
import { noting, outage, storeAround, storeOver } from "../../test/store-around.ts"
import type { CheckFailure } from "../password/passwords.ts"
import { reveal } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import type { SessionKind } from "../session/session.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { AMBIGUOUS } from "./cookie.ts"
import { Identify, type Presented } from "./identify.ts"
import type { Identity } from "./identity.ts"
import type { CredentialInvalid, CredentialMalformed } from "./identity-errors.ts"

const nothing: Presented = { authorization: null, sessionCookie: null }

/** Ada with a session of each kind, and the secrets of both. */
const withSessions = async () => {
  const tables = emptyTables()
  const made = await createTestAuth({ store: storeOver(tables) })
  const user = await made.auth.users.register(ada)
  const [browser, bearer] = [
    await made.auth.sessions.open(user, { kind: "browser" }),
    await made.auth.sessions.open(user, { kind: "bearer" })
  ]
  return {
    ...made,
    tables,
    user,
    browser: reveal(browser.secret),
    bearer: reveal(bearer.secret),
    opened: { browser, bearer }
  }
}

type Sessions = Awaited<ReturnType<typeof withSessions>>

/** What comes of presenting something: whom it lets in and how, or the name of the failure. */
const outcomeOf = ({ auth }: Pick<Sessions, "auth">, presented: Partial<Presented>): Promise<unknown> =>
  auth.identify({ ...nothing, ...presented }).then(
    (identity) => (identity === null ? null : identity.via),
    (error: { readonly _tag: string; readonly presentedAs?: string }) =>
      [error._tag, error.presentedAs].join(" ").trim()
  )

/** The ways in which a secret may come. */
const transports: Readonly<Record<string, (secret: string) => Partial<Presented>>> = {
  cookie: (sessionCookie) => ({ sessionCookie }),
  "Bearer header": (secret) => ({ authorization: `Bearer ${secret}` }),
  "Basic password": (secret) => ({ authorization: `Basic ${btoa(`__token__:${secret}`)}` }),
  "Basic user": (secret) => ({ authorization: `Basic ${btoa(`${secret}:`)}` }),
  "header without a scheme": (secret) => ({ authorization: secret })
}

describe("a secret in each transport", () => {
  it.each<[SessionKind, string, unknown]>([
    ["browser", "cookie", "session"],
    ["browser", "Bearer header", "CredentialInvalid bearer"],
    ["browser", "Basic password", "CredentialInvalid basic"],
    ["browser", "Basic user", "CredentialInvalid basic"],
    ["browser", "header without a scheme", "CredentialInvalid other"],
    ["bearer", "cookie", null],
    ["bearer", "Bearer header", "bearer"],
    ["bearer", "Basic password", "CredentialInvalid basic"],
    ["bearer", "Basic user", "CredentialInvalid basic"],
    ["bearer", "header without a scheme", "CredentialInvalid other"]
  ])("SES-17 of a %s session in a %s is %j", async (kind, transport, outcome) => {
    const sessions = await withSessions()
    expect(await outcomeOf(sessions, transports[transport]?.(sessions[kind]) ?? {})).toEqual(outcome)
  })

  it.each<[SessionKind, string]>([
    ["browser", "Bearer header"],
    ["bearer", "cookie"]
  ])("SES-17 of a %s session in a %s does not keep it alive", async (kind, transport) => {
    const sessions = await withSessions()
    await sessions.clock.advance("30 minutes")
    await outcomeOf(sessions, transports[transport]?.(sessions[kind]) ?? {})
    await sessions.clock.advance("30 minutes")
    expect(await sessions.auth.sessions.resume(sessions[kind])).toBeNull()
  })

  it.each(Object.keys(transports))("SES-02 of a device or of setup in a %s opens nothing", async (transport) => {
    const { auth } = await createTestAuth({ admin: null })
    const token = reveal((await auth.setup.issueToken()) ?? "")
    await auth.setup.createFirstAdmin({ ...ada, token })
    const { device } = await auth.sessions.logIn(ada, { kind: "browser" })
    const present = transports[transport] ?? (() => nothing)
    const outcomes = [
      await outcomeOf({ auth }, present(reveal(device ?? ""))),
      await outcomeOf({ auth }, present(token))
    ]
    expect(outcomes.filter((outcome) => outcome === "session" || outcome === "bearer")).toEqual([])
  })
})

describe("sessions.requireVerified", () => {
  /** Ada, who logged in and made a token while her address was verified. */
  const whileVerified = async () => {
    const made = await createTestAuth({ sessions: { requireVerified: true } })
    const { id } = await made.auth.users.register(ada)
    const user = await made.auth.users.change(id, { isVerified: true })
    const [browser, bearer, token] = [
      await made.auth.sessions.open(user, { kind: "browser" }),
      await made.auth.sessions.open(user, { kind: "bearer" }),
      await made.auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    ]
    const ways: Readonly<Record<string, Partial<Presented>>> = {
      cookie: { sessionCookie: reveal(browser.secret) },
      bearer: { authorization: `Bearer ${reveal(bearer.secret)}` },
      token: { authorization: `Bearer ${reveal(token.secret)}` },
      "token as a password": { authorization: `Basic ${btoa(`ada:${reveal(token.secret)}`)}` }
    }
    return { ...made, user, ways }
  }

  it.each(["cookie", "bearer", "token", "token as a password"])(
    "SES-25 a user whose new address is not verified is pending from the next request on: %s",
    async (way) => {
      const { auth, user, ways } = await whileVerified()
      const identify = () => auth.identify({ ...nothing, ...ways[way] })
      expect(await identify()).toMatchObject({ user: { id: user.id }, pending: null })
      await auth.users.change(user.id, { email: "victim@example.org" })
      expect(await identify()).toMatchObject({ user: { id: user.id }, pending: "email-verification" })
      await auth.users.change(user.id, { isVerified: true })
      expect(await identify()).toMatchObject({ pending: null })
    }
  )

  test("SES-25 nobody is pending without the option", async () => {
    const sessions = await withSessions()
    expect(await sessions.auth.identify({ ...nothing, sessionCookie: sessions.browser })).toMatchObject({
      user: { isVerified: false },
      pending: null
    })
  })
})

describe("who is calling", () => {
  test("is nobody when nothing is presented", async () => {
    expect(await outcomeOf(await withSessions(), {})).toBeNull()
  })

  test("SES-10 is the user as stored now, with the session, and all scopes", async () => {
    const sessions = await withSessions()
    await sessions.auth.users.change(sessions.user.id, { isVerified: true })
    const identity = await sessions.auth.identify({ ...nothing, sessionCookie: sessions.browser })
    expect(identity).toEqual({
      user: { ...sessions.user, isVerified: true },
      pending: null,
      via: "session",
      scopes: "all",
      session: sessions.opened.browser.session
    })
  })

  test("is nobody once the cookie's session has ended, and an invalid credential once the bearer's has", async () => {
    const sessions = await withSessions()
    await sessions.auth.users.endCredentials(sessions.user.id)
    expect(await outcomeOf(sessions, { sessionCookie: sessions.browser })).toBeNull()
    expect(await outcomeOf(sessions, { authorization: `Bearer ${sessions.bearer}` })).toBe("CredentialInvalid bearer")
  })

  test("SES-09 is nobody when the user is inactive, whatever is presented", async () => {
    const sessions = await withSessions()
    await sessions.auth.users.change(sessions.user.id, { isActive: false })
    expect(await outcomeOf(sessions, { sessionCookie: sessions.browser })).toBeNull()
    expect(await outcomeOf(sessions, { authorization: `Bearer ${sessions.bearer}` })).toBe("CredentialInvalid bearer")
  })

  it.each([
    ["an unknown credential of the right form", `lk_ses_${"0".repeat(71)}`],
    ["junk", "junk"],
    ["nothing", ""],
    ["a name of Object's", "__proto__"]
  ])("COO-04 is nobody with %s in the cookie, and the store is not asked", async (_, sessionCookie) => {
    const asked: Array<string> = []
    const { auth } = await createTestAuth({ store: storeAround(noting(asked)) })
    asked.length = 0
    expect(await outcomeOf({ auth }, { sessionCookie })).toBeNull()
    expect(asked).toEqual([])
  })
})

describe("an Authorization header beside a cookie", () => {
  it.each([
    ["a Bearer of nobody", "Bearer junk", "CredentialInvalid bearer"],
    ["an empty Bearer", "Bearer ", "CredentialInvalid other"],
    ["Basic", `Basic ${btoa("ada:secret")}`, "CredentialInvalid basic"],
    ["a broken Basic", "Basic %%%", "CredentialInvalid other"],
    ["a scheme of others", "Digest username=ada", "CredentialInvalid other"],
    ["two credentials", "Bearer a, Bearer b", "CredentialMalformed"],
    ["nothing in it", "", "CredentialMalformed"]
  ])("HDR-05 decides alone: %s is refused though the cookie is good", async (_, authorization, outcome) => {
    const sessions = await withSessions()
    expect(await outcomeOf(sessions, { authorization, sessionCookie: sessions.browser })).toBe(outcome)
  })

  test("HDR-05 decides alone: a good one is believed, though the cookie is another's, ambiguous or junk", async () => {
    const sessions = await withSessions()
    const bob = await sessions.auth.users.register({ username: "bob", password: "eleven dry parasols" })
    const his = reveal((await sessions.auth.sessions.open(bob, { kind: "browser" })).secret)
    const cookies = [his, AMBIGUOUS, "junk", null] as const
    const identities = await Promise.all(
      cookies.map((sessionCookie) =>
        sessions.auth.identify({ authorization: `Bearer ${sessions.bearer}`, sessionCookie })
      )
    )
    expect(identities.map((identity) => identity?.user.id)).toEqual(cookies.map(() => sessions.user.id))
    await sessions.clock.advance("1 minute")
    expect(await eventsOf(sessions.auth, { type: "cookie.ambiguous" })).toEqual([])
  })

  test("HDR-01 that came twice is refused, also with one and the same credential", async () => {
    const sessions = await withSessions()
    const twice = `Bearer ${sessions.bearer}, Bearer ${sessions.bearer}`
    expect(await outcomeOf(sessions, { authorization: twice })).toBe("CredentialMalformed")
  })
})

test("COO-03 two different cookies of our name are neither believed, and an event", async () => {
  const { auth, clock } = await createTestAuth({ sessions: { collectIp: true } })
  const presented = { ...nothing, sessionCookie: AMBIGUOUS, client: from("192.0.2.1") } as const
  expect(await outcomeOf({ auth }, presented)).toBe("CredentialInvalid cookie")
  await clock.advance("1 minute")
  expect(await eventsOf(auth, { type: "cookie.ambiguous" })).toMatchObject([{ ip: "192.0.2.1" }])
})

test("BAS-02 a user and password over Basic reach neither hasher nor store", async () => {
  const asked: Array<string> = []
  const { auth } = await createTestAuth({ store: storeAround(noting(asked)) })
  await auth.users.register(ada)
  asked.length = 0
  const authorization = `Basic ${btoa(`${ada.username}:${ada.password}`)}`
  expect(await outcomeOf({ auth }, { authorization })).toBe("CredentialInvalid basic")
  expect(asked).toEqual([])
})

it.each(["cookie", "Bearer header"])(
  "SES-13 an outage behind a %s is a StoreError: neither somebody nor nobody",
  async (transport) => {
    let isDown = false
    const store = storeAround(outage(() => isDown))
    const { auth } = await createTestAuth({ store })
    const user = await auth.users.register(ada)
    const kind = transport === "cookie" ? "browser" : "bearer"
    const { secret } = await auth.sessions.open(user, { kind })
    isDown = true
    expect(await outcomeOf({ auth }, transports[transport]?.(reveal(secret)) ?? {})).toBe("StoreError")
  }
)

test("ERR-03 an audit trail that cannot be written does not turn a refusal into an outage", async () => {
  const { auth } = await createTestAuth({ store: storeAround(outage((operation) => operation === "audit.append")) })
  expect(await outcomeOf({ auth }, { sessionCookie: AMBIGUOUS })).toBe("CredentialInvalid cookie")
})

test("SES-14 what comes back is an identity, null or a failure: there is no other truthy value to mistake for one", async () => {
  const { auth, browser } = await withSessions()
  const identity = await auth.identify({ ...nothing, sessionCookie: browser })
  if (identity) expectTypeOf(identity.user.id).toEqualTypeOf<UserId>()
  expectTypeOf(identity).toEqualTypeOf<Identity | null>()
  const { identify } = await auth.run(Effect.service(Identify))
  expectTypeOf(identify).returns.toEqualTypeOf<
    Effect.Effect<Identity | null, CredentialInvalid | CredentialMalformed | CheckFailure>
  >()
})
