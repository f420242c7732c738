import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { describe, expect, it, test } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { countingHasher } from "../../test/counting-hasher.ts"
import { everyInterleaving } from "../../test/interleavings.ts"
import { ada, eventsOf, from, newPassword, setHash } from "../../test/people.ts"
import { type Around, outage } from "../../test/store-around.ts"
import { dumpOf, type TokenSceneOptions, tokenScene } from "../../test/token-scene.ts"
import type { Client } from "../audit/trace.ts"
import { Passwords } from "../password/passwords.ts"
import { reveal } from "../secret/secret-text.ts"
import type { Sessions } from "../session/sessions.ts"
import type { User } from "../user/user.ts"
import { Users } from "../user/users.ts"
import { AMBIGUOUS } from "./cookie.ts"
import { Identify, type Presented } from "./identify.ts"

const minute = 60_000
const here = from("192.0.2.1")

const basic = (user: string, password: string): string =>
  `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}`

/** What Ada's browser sends with every request. */
const claim = (user: string = ada.username, password: string = ada.password, client: Client = here): Presented => ({
  authorization: basic(user, password),
  sessionCookie: null,
  client
})

const wrong = claim("ada", "a wrong guess")

const scene = (options: TokenSceneOptions = {}) => tokenScene({ mode: "basic", ...options })

type Scene = Awaited<ReturnType<typeof scene>>

/** How someone is let in, or the name of the failure. */
const outcomeOf = ({ auth }: Pick<Scene, "auth">, presented: Presented = claim()): Promise<string | null> =>
  auth.identify(presented).then(
    (identity) => (identity === null ? null : identity.via),
    (error: { readonly _tag: string }) => error._tag
  )

/** What the caller must still do. */
const pendingAs = async ({ auth }: Pick<Scene, "auth">): Promise<string | null> =>
  (await auth.identify(claim()))?.pending ?? null

const times = <A>(count: number, run: (at: number) => Promise<A>): Promise<ReadonlyArray<A>> =>
  Promise.all(Array.from({ length: count }, (_, at) => run(at)))

const identify = (presented: Presented) => Identify.use((service) => service.identify(presented))

/** A hasher at which everyone waits until they are let on. */
const heldHasher = () => {
  const gate = Deferred.makeUnsafe<void>()
  const state = { isHeld: false }
  const before = Effect.suspend(() => (state.isHeld ? Deferred.await(gate) : Effect.void))
  return { ...countingHasher(before), state, release: () => Effect.runPromise(Deferred.succeed(gate, undefined)) }
}

describe("a right user and password", () => {
  test("are the user as stored now, with all that they may do, and the time of the proof", async () => {
    const { auth, clock, user } = await scene()
    await auth.users.change(user.id, { isVerified: true })
    expect(await auth.identify(claim())).toEqual({
      user: { ...user, isVerified: true, lastLoginAt: null },
      pending: null,
      via: "basic",
      scopes: "all",
      authenticatedAt: clock.now()
    })
  })

  it.each(["ada", "ADA", "ada@example.org", "Ada@EXAMPLE.org"])(
    "INP-01 take the name in any spelling: %j",
    async (name) => {
      const { auth, user } = await scene()
      expect(await auth.identify(claim(name))).toMatchObject({ user: { id: user.id } })
    }
  )

  test("may have a colon and letters of any script in the password", async () => {
    const made = await scene()
    const password = "sieben:nasse:Schirme 七つの濡れた傘"
    await made.auth.users.register({ username: "bob", password })
    expect(await outcomeOf(made, claim("bob", password))).toBe("basic")
  })

  test("BAS-08 are hashed once a minute at most", async () => {
    const made = await scene()
    for (let second = 0; second < 60; second++) {
      expect(await outcomeOf(made)).toBe("basic")
      await made.clock.advance(999)
    }
    expect(made.work).toEqual({ hashes: 0, verifies: 1 })
  })

  test("BAS-08 are hashed again from the sixtieth second on", async () => {
    const made = await scene()
    await outcomeOf(made)
    await made.clock.advance(minute - 1)
    expect(await outcomeOf(made)).toBe("basic")
    expect(made.work.verifies).toBe(1)
    await made.clock.advance(1)
    expect(await outcomeOf(made)).toBe("basic")
    expect(made.work.verifies).toBe(2)
  })

  test("BAS-08 keep the time of the proof while they are believed", async () => {
    const { auth, clock } = await scene()
    const provedAt = clock.now()
    await auth.identify(claim())
    await clock.advance(59_000)
    expect(await auth.identify(claim())).toMatchObject({ authenticatedAt: provedAt })
    await clock.advance(1_000)
    expect(await auth.identify(claim())).toMatchObject({ authenticatedAt: provedAt + minute })
  })

  test("BAS-08 cost one store call while they are believed, and no write", async () => {
    const made = await scene()
    await outcomeOf(made)
    made.asked.length = 0
    await outcomeOf(made)
    expect(made.asked).toEqual(["users.findByName"])
  })

  test("BAS-08 are hashed once for 200 requests at one moment", async () => {
    const made = await scene({ around: (_, call) => Effect.andThen(Effect.yieldNow, call) })
    const outcomes = await times(200, () => outcomeOf(made))
    expect(new Set(outcomes)).toEqual(new Set(["basic"]))
    expect(made.work.verifies).toBe(1)
    expect(await eventsOf(made.auth, { type: "login.succeeded" })).toHaveLength(1)
  })

  test("BAS-08 are each user's own", async () => {
    const made = await scene()
    await made.auth.users.register({ username: "bob", password: newPassword })
    expect(await outcomeOf(made)).toBe("basic")
    expect(await outcomeOf(made, claim("bob"))).toBe("CredentialInvalid")
    expect(await outcomeOf(made, claim("ada", newPassword))).toBe("CredentialInvalid")
    expect(await outcomeOf(made, claim("bob", newPassword))).toBe("basic")
  })

  test("BAS-08 are believed by the server alone that saw them", async () => {
    const one = await scene()
    const other = await scene({ tables: one.tables })
    await outcomeOf(one)
    expect(await outcomeOf(other)).toBe("basic")
    expect(other.work.verifies).toBe(1)
  })

  test("AUD-01 BAS-07 are an event and a log-in, once a minute", async () => {
    const made = await scene({ sessions: { collectIp: true } })
    await outcomeOf(made)
    await outcomeOf(made)
    expect(await made.auth.users.find(made.user.id)).toMatchObject({ lastLoginAt: made.clock.now() })
    expect(await eventsOf(made.auth, { type: "login.succeeded" })).toEqual([
      {
        type: "login.succeeded",
        details: { method: "basic" },
        at: made.clock.now(),
        actor: made.user.id,
        subject: made.user.id,
        credential: null,
        actedWith: null,
        ip: "192.0.2.1",
        userAgent: null,
        request: null
      }
    ])
  })

  test("PWD-06 renew a hash that is not current, and are believed all the same", async () => {
    const made = await scene()
    setHash(made.tables, made.user.id, made.tables.users.get(made.user.id)?.passwordHash?.replace("nfc:", "") ?? null)
    expect([await outcomeOf(made), await outcomeOf(made)]).toEqual(["basic", "basic"])
    expect(made.work).toEqual({ hashes: 1, verifies: 1 })
  })

  test("SES-02 stand nowhere in the store, nor what they are remembered by", async () => {
    const made = await scene({ audit: { chain: true } })
    const before = made.tables.users.get(made.user.id)
    await outcomeOf(made)
    expect(dumpOf(made.tables)).not.toContain(ada.password)
    expect(made.tables.users.get(made.user.id)?.passwordHash).toBe(before?.passwordHash)
    expect([made.tables.sessions.size, made.tables.tokens.size]).toEqual([0, 0])
    // Its network is known from now on.
    expect([...made.tables.marks.values()].map((marks) => marks.size)).toEqual([1])
  })
})

describe("a refusal", () => {
  type Arrange = (scene: Scene) => Promise<Presented> | Presented

  const withHash = (hash: string | null): Arrange => {
    return ({ tables, user }) => {
      setHash(tables, user.id, hash)
      return claim()
    }
  }

  const refusals: ReadonlyArray<readonly [string, string, Arrange]> = [
    ["a wrong password", "wrong-password", () => wrong],
    ["a blank behind the password", "wrong-password", () => claim("ada", `${ada.password} `)],
    ["an over-long password", "wrong-password", () => claim("ada", "x".repeat(5_000))],
    ["an unknown user", "unknown-user", () => claim("nobody")],
    ["a login nobody can have", "unknown-user", () => claim("a b")],
    ["no user", "unknown-user", () => claim("")],
    ["a user without a password", "no-password", withHash(null)],
    ["a hash of nothing", "unreadable-hash", withHash("")],
    [
      "an inactive user",
      "inactive",
      async ({ auth, user }) => {
        await auth.users.change(user.id, { isActive: false })
        return claim()
      }
    ]
  ]

  it.each(refusals)(
    "ENU-01 ENU-02 BAS-07 of %s costs the work of exactly one hash (%s)",
    async (_, reason, arrange) => {
      const made = await scene()
      const presented = await arrange(made)
      expect(await outcomeOf(made, presented)).toBe("CredentialInvalid")
      expect(made.work).toEqual({ hashes: 0, verifies: 1 })
      const events = await eventsOf(made.auth, { type: "login.refused" })
      expect(events.map(({ details }) => details)).toEqual([{ method: "basic", reason }])
    }
  )

  it.each(refusals)("ENU-01 of %s is the one answer that all get", async (_, _reason, arrange) => {
    const made = await scene()
    const error = await made.auth.identify(await arrange(made)).catch((error: unknown) => error)
    expect([JSON.stringify(error), Object.keys(error as object).sort()]).toEqual([
      '{"presentedAs":"basic","_tag":"CredentialInvalid"}',
      ["_tag", "presentedAs"]
    ])
  })

  it.each(refusals)("BAS-08 of %s is never remembered: it is hashed each time", async (_, _reason, arrange) => {
    const made = await scene()
    const presented = await arrange(made)
    for (let time = 0; time < 3; time++) expect(await outcomeOf(made, presented)).toBe("CredentialInvalid")
    expect(made.work.verifies).toBe(3)
  })

  test("BAS-08 does not make a wrong password right for whoever was right before", async () => {
    const made = await scene()
    expect([await outcomeOf(made), await outcomeOf(made, wrong), await outcomeOf(made)]).toEqual([
      "basic",
      "CredentialInvalid",
      "basic"
    ])
  })

  test("BAS-02 of an empty password costs neither hash nor store call, whoever it is for", async () => {
    const made = await scene()
    made.asked.length = 0
    expect(await outcomeOf(made, claim("ada", ""))).toBe("CredentialInvalid")
    expect(await outcomeOf(made, claim("nobody", ""))).toBe("CredentialInvalid")
    expect(made.asked).toEqual([])
    expect(made.work).toEqual({ hashes: 0, verifies: 0 })
  })
})

describe("guessing", () => {
  test("BAS-07 RAT-01 is bounded as log-ins are: of 100 guesses at one moment, as many are hashed as the limit says", async () => {
    const made = await scene({ throttle: { perAccountAndNetwork: 10 } })
    const outcomes = await times(100, (at) => outcomeOf(made, claim("ada", `guess number ${at}`)))
    expect(outcomes.filter((outcome) => outcome === "CredentialInvalid")).toHaveLength(10)
    expect(outcomes.filter((outcome) => outcome === "TooManyAttempts")).toHaveLength(90)
    expect(made.work.verifies).toBe(10)
  })

  test("BAS-07 RAT-06 counts together with the log-in page, one after the other", async () => {
    const made = await scene({ throttle: { perAccountAndNetwork: 4 } })
    const guess = (at: number) =>
      at % 2 === 0
        ? outcomeOf(made, wrong)
        : made.auth.sessions.logIn({ ...ada, password: "x" }, { client: here }).catch(({ _tag }) => _tag)
    const outcomes = [await guess(0), await guess(1), await guess(2), await guess(3), await guess(4), await guess(5)]
    expect(outcomes).toEqual([
      "CredentialInvalid",
      "InvalidCredentials",
      "CredentialInvalid",
      "InvalidCredentials",
      "TooManyAttempts",
      "TooManyAttempts"
    ])
  })

  test("BAS-07 says when to come back", async () => {
    const made = await scene({ throttle: { perAccountAndNetwork: 1 } })
    await outcomeOf(made, wrong)
    await expect(made.auth.identify(wrong)).rejects.toMatchObject({
      _tag: "TooManyAttempts",
      retryAt: made.clock.now() + 1_000,
      retryAfter: 1
    })
  })

  test("RAT-10 shuts out nobody who is believed already, nor do 2000 right requests", async () => {
    const made = await scene({ throttle: { perAccountAndNetwork: 5, perAccount: 5 } })
    await times(2_000, () => outcomeOf(made))
    await times(20, (at) => outcomeOf(made, claim("ada", `guess number ${at}`)))
    expect(await outcomeOf(made)).toBe("basic")
  })

  const spellings = (name: string) => [name, name.toUpperCase(), `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`]

  it.each([
    ["ada", "one name"],
    ["nobody", "a name of nobody"]
  ])("ENU-06 with one password at one moment, in each spelling of a name, is one attempt: %s (%s)", async (name) => {
    const made = await scene()
    const claims = Array.from({ length: 10 }, () => spellings(name)).flat()
    await Promise.all(claims.map((spelling) => outcomeOf(made, claim(spelling, "a wrong guess"))))
    expect(made.work.verifies).toBe(1)
  })

  it.each(["ada", "nobody"])("ENU-06 stops at the same guess for somebody and nobody: %s", async (name) => {
    const made = await scene({ throttle: { perAccountAndNetwork: 3 } })
    const outcomes = await times(6, (at) => outcomeOf(made, claim(name, `guess number ${at}`)))
    expect(outcomes.filter((outcome) => outcome === "TooManyAttempts")).toHaveLength(3)
  })
})

describe("what ends the belief", () => {
  type Ending = (user: User) => Effect.Effect<unknown, unknown, Sessions | Users | Passwords>

  const endings: ReadonlyArray<readonly [string, Ending]> = [
    ["deactivating the user", ({ id }) => Users.use((users) => users.change(id, { isActive: false }))],
    ["removing the user", ({ id }) => Users.use((users) => users.remove(id))],
    [
      "changing the password",
      ({ id }) => Passwords.use((passwords) => passwords.change({ user: id, current: ada.password, next: newPassword }))
    ],
    ["setting a password", (user) => Passwords.use((passwords) => passwords.set({ user, next: newPassword }))]
  ]

  it.each(endings)("BAS-08 %s: the password is dead at once, while it was believed", async (_, end) => {
    const made = await scene()
    expect(await outcomeOf(made)).toBe("basic")
    await made.auth.run(end(made.user))
    expect(await outcomeOf(made)).toBe("CredentialInvalid")
  })

  it.each<[string, Ending]>([
    ["promoting the user", ({ id }) => Users.use((users) => users.change(id, { isSuperuser: true }))],
    ["ending all their credentials", ({ id }) => Users.use((users) => users.endCredentials(id))]
  ])("BAS-08 %s: the password is hashed again", async (_, end) => {
    const made = await scene()
    await outcomeOf(made)
    await made.auth.run(end(made.user))
    expect(await outcomeOf(made)).toBe("basic")
    expect(made.work.verifies).toBe(2)
  })

  test("BAS-08 that came before: the password is believed again for a minute", async () => {
    const made = await scene()
    await made.auth.users.change(made.user.id, { isSuperuser: true })
    expect([await outcomeOf(made), await outcomeOf(made)]).toEqual(["basic", "basic"])
    expect(made.work.verifies).toBe(1)
  })

  test("BAS-08 a new user of an old name: the old password is not theirs", async () => {
    const made = await scene()
    await outcomeOf(made)
    await made.auth.users.remove(made.user.id)
    await made.auth.users.register({ ...ada, password: newPassword })
    expect([await outcomeOf(made), await outcomeOf(made, claim("ada", newPassword))]).toEqual([
      "CredentialInvalid",
      "basic"
    ])
  })

  test("BAS-08 a name that was given up: it opens nothing, and the new one does", async () => {
    const made = await scene()
    await outcomeOf(made)
    await made.auth.users.change(made.user.id, { username: "countess" })
    expect([await outcomeOf(made), await outcomeOf(made, claim("countess"))]).toEqual(["CredentialInvalid", "basic"])
  })

  it.each(endings)("BAS-08 %s at the moment of a request: the next one is refused (F13)", async (_, end) => {
    const orders = await everyInterleaving(async ({ around, atOnce }) => {
      const made = await scene({ around })
      await made.auth.run(atOnce<Sessions | Users | Passwords | Identify>(identify(claim()), end(made.user)))
      expect(await outcomeOf(made)).toBe("CredentialInvalid")
    })
    expect(orders).toBeGreaterThan(1)
  })

  test("BAS-08 a clock that jumps back: the password is hashed again", async () => {
    const made = await scene()
    await made.clock.advance("1 hour")
    await outcomeOf(made)
    await made.clock.advance("-1 second")
    expect(await outcomeOf(made)).toBe("basic")
    expect(made.work.verifies).toBe(2)
  })
})

describe("sessions.requireVerified", () => {
  test("SES-25 a right password of an address that is not verified is a pending identity, and no log-in", async () => {
    const made = await scene({ sessions: { requireVerified: true } })
    expect([await pendingAs(made), await pendingAs(made)]).toEqual(["email-verification", "email-verification"])
    expect(made.work.verifies).toBe(1)
    expect((await eventsOf(made.auth, { type: "login.refused" })).map(({ details }) => details)).toEqual([
      { method: "basic", reason: "not-verified" }
    ])
    expect((await made.auth.users.find(made.user.id))?.lastLoginAt).toBeNull()
    await made.auth.users.change(made.user.id, { isVerified: true })
    expect(await pendingAs(made)).toBeNull()
    expect(await eventsOf(made.auth, { type: "login.succeeded" })).toHaveLength(1)
    expect((await made.auth.users.find(made.user.id))?.lastLoginAt).toBe(made.clock.now())
  })

  test("SES-25 a wrong password of an address that is not verified is invalid like any other", async () => {
    const made = await scene({ sessions: { requireVerified: true } })
    expect([await outcomeOf(made), await outcomeOf(made, wrong)]).toEqual(["basic", "CredentialInvalid"])
  })

  test("Regression: a password was believed for a minute after its user's address was new and not verified", async () => {
    const made = await scene({ sessions: { requireVerified: true } })
    await made.auth.users.change(made.user.id, { isVerified: true })
    expect(await pendingAs(made)).toBeNull()
    await made.auth.users.change(made.user.id, { email: "countess@example.org" })
    expect(await pendingAs(made)).toBe("email-verification")
  })
})

describe("a user who must choose another password", () => {
  const demand = async () => {
    const made = await scene()
    expect(await pendingAs(made)).toBeNull()
    await made.auth.users.change(made.user.id, { mustChangePassword: true })
    return made
  }

  test("PWD-25 is pending from the next request on, whatever was remembered of the password; it is checked anew once", async () => {
    const made = await demand()
    expect([await pendingAs(made), await pendingAs(made)]).toEqual(["password-change", "password-change"])
    expect(made.work.verifies).toBe(2)
  })

  test("PWD-25 has logged in, and that is on record: they may choose one", async () => {
    const made = await demand()
    await pendingAs(made)
    expect(await eventsOf(made.auth, { type: "login.succeeded" })).toHaveLength(2)
    expect(await eventsOf(made.auth, { type: "login.refused" })).toEqual([])
  })

  test("PWD-25 is invalid with the old password once there is another, and no longer pending with that", async () => {
    const made = await demand()
    await pendingAs(made)
    await made.auth.passwords.change({ user: made.user.id, current: ada.password, next: newPassword })
    expect(await outcomeOf(made)).toBe("CredentialInvalid")
    expect((await made.auth.identify(claim("ada", newPassword)))?.pending).toBeNull()
  })

  test("PWD-25 is somebody again once the demand is taken back", async () => {
    const made = await demand()
    expect(await pendingAs(made)).toBe("password-change")
    await made.auth.users.change(made.user.id, { mustChangePassword: false })
    expect(await pendingAs(made)).toBeNull()
  })
})

describe("a cookie, in mode basic", () => {
  it.each<[string, (cookie: string) => Presented["sessionCookie"]]>([
    ["good", (cookie) => cookie],
    ["ambiguous", () => AMBIGUOUS],
    ["junk", () => "junk"]
  ])("CSR-04 is not believed, and asks the store nothing: %s", async (_, cookieOf) => {
    const made = await scene()
    const { secret } = await made.auth.sessions.open(made.user, { kind: "browser" })
    made.asked.length = 0
    const presented: Presented = { authorization: null, sessionCookie: cookieOf(reveal(secret)) }
    expect(await outcomeOf(made, presented)).toBeNull()
    expect(made.asked).toEqual([])
  })

  test("HDR-05 does not help a wrong password", async () => {
    const made = await scene()
    const { secret } = await made.auth.sessions.open(made.user, { kind: "browser" })
    expect(await outcomeOf(made, { ...wrong, sessionCookie: reveal(secret) })).toBe("CredentialInvalid")
  })
})

describe("requests that wait for one hash", () => {
  test("BAS-08 do not fail when the first of them is given up", async () => {
    const { state, release, layer, work } = heldHasher()
    const made = await scene({ hasher: layer })
    Object.assign(work, { hashes: 0, verifies: 0 })
    state.isHeld = true
    const first = await made.auth.run(Effect.forkDetach(identify(claim())))
    await made.clock.advance(0)
    const others = times(5, () => outcomeOf(made))
    await made.clock.advance(0)
    await made.auth.run(Fiber.interrupt(first))
    await release()
    expect(await others).toEqual(Array(5).fill("basic"))
    expect(work.verifies).toBe(1)
  })

  test("BAS-08 do not fail when others of them are given up", async () => {
    const { state, release, layer } = heldHasher()
    const made = await scene({ hasher: layer })
    state.isHeld = true
    const first = outcomeOf(made)
    await made.clock.advance(0)
    const other = await made.auth.run(Effect.forkDetach(identify(claim())))
    await made.clock.advance(0)
    await made.auth.run(Fiber.interrupt(other))
    await release()
    expect(await first).toBe("basic")
  })

  test("BAS-08 share a failure, and the next one is tried anew", async () => {
    let isDown = false
    const made = await scene({ around: outage((operation) => isDown && operation === "attempts.hit") })
    isDown = true
    expect(await times(5, () => outcomeOf(made))).toEqual(Array(5).fill("StoreError"))
    isDown = false
    expect(await outcomeOf(made)).toBe("basic")
  })

  test("Regression: one whose store call was never answered held up all later ones with the same password", async () => {
    let isLost = false
    const around: Around = (operation, call) => (isLost && operation === "attempts.hit" ? Effect.never : call)
    const made = await scene({ around })
    isLost = true
    const first = await made.auth.run(Effect.forkDetach(identify(claim())))
    await made.clock.advance("1 second")
    await made.auth.run(Fiber.interrupt(first))
    const second = outcomeOf(made)
    isLost = false
    await made.clock.advance("29 seconds")
    expect(await second).toBe("StoreError")
    expect(await outcomeOf(made)).toBe("basic")
  })

  test("Regression: a request to a server that has been closed was never answered", async () => {
    const made = await scene()
    await made.auth.close()
    await expect(made.auth.identify(claim())).rejects.toBeDefined()
  })
})

describe("an outage", () => {
  it.each(["users.findByName", "attempts.hit", "users.recordLogin"])(
    "SES-13 RAT-07 of %s is a StoreError: neither somebody nor nobody, and nothing is believed by it",
    async (broken) => {
      let isDown = false
      const made = await scene({ around: outage((operation) => isDown && operation === broken) })
      isDown = true
      expect([await outcomeOf(made), await outcomeOf(made, wrong)]).toContain("StoreError")
      expect(await outcomeOf(made)).toBe("StoreError")
      isDown = false
      expect(await outcomeOf(made, wrong)).toBe("CredentialInvalid")
      expect(await outcomeOf(made)).toBe("basic")
    }
  )

  test("SES-13 while the password is believed is a StoreError too: the user is read each time", async () => {
    let isDown = false
    const made = await scene({ around: outage(() => isDown) })
    await outcomeOf(made)
    isDown = true
    expect(await outcomeOf(made)).toBe("StoreError")
  })

  test("ERR-03 of the trail turns nobody away", async () => {
    const log = capturedLog()
    const around = outage((operation) => operation === "audit.append")
    const made = await scene({ around, ambient: log.layer })
    expect([await outcomeOf(made), await outcomeOf(made, wrong)]).toEqual(["basic", "CredentialInvalid"])
    expect(log.lines.join("\n")).not.toContain(ada.password)
  })
})
