import { describe, expect, test } from "vitest"
import { countingHasher } from "../../test/counting-hasher.ts"
import { attempt, here, tally, there, times, withAda } from "../../test/guesses.ts"
import { ada, eventsOf, from, newPassword } from "../../test/people.ts"
import { outage, storeAround } from "../../test/store-around.ts"
import type { Auth } from "../auth/create-auth.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { TooManyAttempts } from "./throttle-errors.ts"

describe("how many guesses reach the hasher", () => {
  test("RAT-01 of 100 at the same moment, exactly as many as the limit says", async () => {
    const { auth, work } = await withAda({ throttle: { perAccountAndNetwork: 10 } })
    const outcomes = await times(100, () => attempt(auth))
    expect(tally(outcomes)).toEqual({ InvalidCredentials: 10, TooManyAttempts: 90 })
    expect(work.verifies).toBe(10)
  })

  test("RAT-02 the same from a hundred networks: exactly as many as one account takes", async () => {
    const { auth, work } = await withAda({ throttle: { perAccount: 10 } })
    const outcomes = await times(100, (at) => attempt(auth, { client: from(`203.0.113.${at}`) }))
    expect(tally(outcomes)).toEqual({ InvalidCredentials: 10, TooManyAttempts: 90 })
    expect(work.verifies).toBe(10)
  })

  test("RAT-02 the same at a hundred accounts from one network: exactly as many as a network takes", async () => {
    const { auth, work } = await withAda({ throttle: { perNetwork: 10 } })
    const outcomes = await times(100, (at) => attempt(auth, { username: `user-${at}` }))
    expect(tally(outcomes)).toEqual({ InvalidCredentials: 10, TooManyAttempts: 90 })
    expect(work.verifies).toBe(10)
  })

  test("RAT-02 addresses of one IPv6 subscriber are one network, and an IPv4 address is one however it is written", async () => {
    const { auth } = await withAda({ throttle: { perAccountAndNetwork: 2 } })
    await attempt(auth, { client: from("2001:db8::1") })
    await attempt(auth, { client: from("2001:db8::ffff:2") })
    expect(await attempt(auth, { client: from("2001:db8:0:0:3::") })).toBe("TooManyAttempts")
    expect(await attempt(auth, { client: from("2001:db8:0:1::1") })).toBe("InvalidCredentials")
    await attempt(auth, { client: from("192.0.2.9") })
    await attempt(auth, { client: from("::ffff:192.0.2.9") })
    expect(await attempt(auth, { client: from("192.0.2.9") })).toBe("TooManyAttempts")
  })

  test("RAT-12 clients without an address share one budget, not none", async () => {
    const { auth } = await withAda({ throttle: { perAccountAndNetwork: 2 } })
    const nowhere = { ip: null, userAgent: null }
    await attempt(auth, { client: nowhere })
    await attempt(auth, { client: { ...nowhere, ip: "not an address" } })
    expect(await attempt(auth, { client: nowhere })).toBe("TooManyAttempts")
    expect(await attempt(auth, { client: here })).toBe("InvalidCredentials")
  })

  test("RAT-06 confirming and changing the password are one budget of the user, beside that of the log-in", async () => {
    const { auth, user } = await withAda({ throttle: { perAccountAndNetwork: 2 } })
    const { session } = await auth.sessions.open(user)
    const refused = { _tag: "TooManyAttempts" }
    const confirm = (password: string) => auth.sessions.confirm(session, password, here)
    const change = (current: string) =>
      auth.passwords.change({ user: user.id, current, next: newPassword, client: here })
    await confirm("a wrong guess").catch(() => {})
    await change("a wrong guess").catch(() => {})
    await expect(confirm(ada.password)).rejects.toMatchObject(refused)
    await expect(change(ada.password)).rejects.toMatchObject(refused)
    expect(await attempt(auth, { password: ada.password })).toBe("in")
  })

  test("RAT-06 guesses at the setup token count against the network", async () => {
    const { auth } = await createTestAuth({ admin: null, throttle: { perNetwork: 3 } })
    const guess = () =>
      auth.setup
        .createFirstAdmin({ ...ada, token: "a wrong guess" }, here)
        .catch((error: { _tag: string }) => error._tag)
    expect(await times(5, guess)).toEqual([
      "SetupTokenInvalid",
      "SetupTokenInvalid",
      "SetupTokenInvalid",
      "TooManyAttempts",
      "TooManyAttempts"
    ])
  })

  test("ENU-06 an account that does not exist is slowed down like one that does", async () => {
    const { auth, clock } = await withAda({ throttle: { perAccountAndNetwork: 3 } })
    const sequence = async (username: string, client: typeof here) => {
      const outcomes: Array<unknown> = []
      for (let at = 0; at < 8; at++) {
        const error = await auth.sessions
          .logIn({ username, password: "x" }, { client })
          .catch((error: unknown) => error)
        outcomes.push(error instanceof TooManyAttempts ? error.retryAfter : "refused")
        if (at % 2 === 1) await clock.advance("1 second")
      }
      return outcomes
    }
    const real = await sequence("ada", here)
    expect(await sequence("nobody", there)).toEqual(real)
    expect(real).toContain(1)
  })

  test.each([
    ["of one account", "ada", "ada@example.org"],
    ["of two accounts", "bob", "ada@example.org"],
    ["that nobody has", "nobody", "nobody@example.org"]
  ])("RAT-16 a username and an address %s are limited alike: the limits tie no two names", async (_, name, address) => {
    const { auth } = await withAda({ throttle: { perAccountAndNetwork: 3, perAccount: 5 } })
    await auth.users.register({ username: "bob", password: newPassword })
    const near = [
      ...(await times(4, () => attempt(auth, { username: name }))),
      await attempt(auth, { username: address })
    ]
    expect(near).toEqual([...Array(3).fill("InvalidCredentials"), "TooManyAttempts", "InvalidCredentials"])
    await times(5, (at) => attempt(auth, { username: name, client: from(`203.0.113.${at}`) }))
    const far = [name, address].map((username) => attempt(auth, { username, client: there }))
    expect(await Promise.all(far)).toEqual(["TooManyAttempts", "InvalidCredentials"])
  })

  test("ENU-06 spellings of one login are one budget, whether it exists or not", async () => {
    const { auth } = await withAda({ throttle: { perAccountAndNetwork: 2 } })
    await attempt(auth, { username: "NOBODY" })
    await attempt(auth, { username: "nobody" })
    expect(await attempt(auth, { username: "ｎobody" })).toBe("TooManyAttempts")
    await attempt(auth, { username: "a b" })
    await attempt(auth, { username: "c d" })
    expect(await attempt(auth, { username: "e f" })).toBe("TooManyAttempts")
  })
})

describe("how long a delay lasts", () => {
  const blocked = async (auth: Auth) => {
    const error = await auth.sessions
      .logIn({ username: "ada", password: "x" }, { client: here })
      .catch((error: unknown) => error)
    return error instanceof TooManyAttempts ? error : null
  }

  test("RAT-09 TIM-01 a delay ends at its instant: a millisecond before it still holds", async () => {
    const { auth, clock } = await withAda({ throttle: { perAccountAndNetwork: 1 } })
    await attempt(auth)
    const until = (await blocked(auth))?.retryAt ?? 0
    expect(until - clock.now()).toBe(1_000)
    await clock.advance(999)
    expect(await blocked(auth)).toMatchObject({ retryAt: until, retryAfter: 1 })
    await clock.advance(1)
    expect(await attempt(auth)).toBe("InvalidCredentials")
  })

  test("RAT-03 delays double up to the longest, and no account is ever locked for good", async () => {
    const { auth, clock } = await withAda({ throttle: { perAccountAndNetwork: 1, longestDelay: "15 minutes" } })
    const delays: Array<number> = []
    for (let at = 0; at < 12; at++) {
      await attempt(auth)
      delays.push((await blocked(auth))?.retryAfter ?? 0)
      await clock.advance(`${delays[at] ?? 0} seconds`)
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
    expect(await attempt(auth, { password: ada.password })).toBe("in")
  })

  test("RAT-03 a quarter of an hour after a delay without an attempt, all is forgotten", async () => {
    const { auth, clock } = await withAda({ throttle: { perAccountAndNetwork: 2 } })
    const two = () => times(2, () => attempt(auth))
    await two()
    await clock.advance(1_000 + 15 * 60_000 - 1)
    expect([await attempt(auth), await attempt(auth)]).toEqual(["InvalidCredentials", "TooManyAttempts"])
    await clock.advance(2_000 + 15 * 60_000)
    expect([await two(), await attempt(auth)]).toEqual([
      ["InvalidCredentials", "InvalidCredentials"],
      "TooManyAttempts"
    ])
  })

  test("a network waits a minute at most, for it may be an office", async () => {
    const { auth, clock } = await withAda({ throttle: { perNetwork: 1, perAccountAndNetwork: 100 } })
    for (let at = 0; at < 10; at++) {
      await attempt(auth)
      await clock.advance(`${(await blocked(auth))?.retryAfter ?? 0} seconds`)
    }
    await attempt(auth)
    expect((await blocked(auth))?.retryAfter).toBe(60)
  })

  test("RAT-09 whole seconds, at least one, are told; and a block is an event that names its subject", async () => {
    const { auth, clock, user } = await withAda({ throttle: { perAccountAndNetwork: 1 } })
    await attempt(auth)
    await clock.advance(500)
    expect(await blocked(auth)).toMatchObject({ retryAfter: 1, message: "too many attempts: try again in 1 s" })
    const retryAt = clock.now() + 500
    await clock.advance("1 minute")
    expect(await eventsOf(auth, { type: "throttle.blocked" })).toMatchObject([
      { subject: user.id, details: { action: "login", retryAt } }
    ])
  })
})

describe("what success forgives", () => {
  test("RAT-05 a log-in forgets the account's failures from its own network, and nothing else", async () => {
    const { auth } = await withAda({ throttle: { perAccountAndNetwork: 3, perAccount: 7 } })
    await times(2, () => attempt(auth))
    await times(3, () => attempt(auth, { client: there }))
    expect(await attempt(auth, { password: ada.password })).toBe("in")
    await times(2, (at) => attempt(auth, { client: from(`203.0.113.${at}`) }))
    expect(await attempt(auth, { client: there })).toBe("TooManyAttempts")
    expect(await attempt(auth, { client: from("203.0.113.3") })).toBe("TooManyAttempts")
  })

  test("RAT-05 an attacker's own account does not wash his guesses at another", async () => {
    const { auth } = await withAda({ throttle: { perNetwork: 6 } })
    await auth.users.register({ username: "mallory", password: newPassword })
    const own = () => attempt(auth, { username: "mallory", password: newPassword })
    for (let guess = 1; guess <= 5; guess++) {
      expect([await attempt(auth), await own()]).toEqual(["InvalidCredentials", "in"])
    }
    expect(await attempt(auth)).toBe("InvalidCredentials")
    expect([await attempt(auth), await own()]).toEqual(["TooManyAttempts", "TooManyAttempts"])
  })

  test("RAT-05 log-ins to an account of his own buy an attacker no guess, at the same moment neither", async () => {
    const { auth } = await withAda({ throttle: { perNetwork: 3 } })
    await auth.users.register({ username: "mallory", password: newPassword })
    const own = () => attempt(auth, { username: "mallory", password: newPassword })
    const guess = () => attempt(auth)
    const outcomes = [...(await Promise.all([own(), own(), guess(), guess(), guess(), guess()]))]
    for (let more = 0; more < 4; more++) outcomes.push(await guess())
    expect(tally(outcomes)).toEqual({ in: 2, InvalidCredentials: 3, TooManyAttempts: 5 })
  })

  test("RAT-05 an attacker's failures stay counted, however often the owner logs in", async () => {
    const { auth } = await withAda({ throttle: { perAccount: 5 } })
    const outcomes: Array<string> = []
    for (let guess = 0; guess < 5; guess++) {
      for (let login = 0; login < 4; login++) {
        expect(await attempt(auth, { password: ada.password })).toBe("in")
      }
      outcomes.push(await attempt(auth, { client: from(`203.0.113.${guess}`) }))
    }
    expect(tally(outcomes)).toEqual({ InvalidCredentials: 5 })
    expect(await attempt(auth, { client: there })).toBe("TooManyAttempts")
    expect(await attempt(auth, { password: ada.password, client: there })).toBe("TooManyAttempts")
  })

  test("RAT-05 a trusted device takes back nothing: its attempts are not counted for all", async () => {
    const { auth } = await withAda({ throttle: { perAccount: 3, perNetwork: 3 } })
    const { device } = await auth.sessions.logIn(ada, { kind: "browser", client: here })
    await times(2, () => attempt(auth))
    for (let login = 0; login < 5; login++) {
      expect(await attempt(auth, { password: ada.password, device })).toBe("in")
    }
    expect([await attempt(auth), await attempt(auth)]).toEqual(["InvalidCredentials", "TooManyAttempts"])
    expect(await attempt(auth, { username: "nobody" })).toBe("TooManyAttempts")
  })

  test("RAT-05 a right password of an inactive user forgives nothing", async () => {
    const { auth, user } = await withAda({ throttle: { perAccountAndNetwork: 2 } })
    await auth.users.change(user.id, { isActive: false })
    await attempt(auth, { password: ada.password })
    await attempt(auth, { password: ada.password })
    expect(await attempt(auth, { password: ada.password })).toBe("TooManyAttempts")
  })

  test("RAT-10 any number of right passwords one after another is let in", async () => {
    const limits = { perAccountAndNetwork: 5, perAccount: 5, perNetwork: 5 }
    const { auth, tables } = await withAda({ throttle: limits })
    const outcomes: Array<string> = []
    for (let login = 0; login < 50; login++) outcomes.push(await attempt(auth, { password: ada.password }))
    expect(tally(outcomes)).toEqual({ in: 50 })
    // All but the one of the registration are forgotten.
    expect(tables.buckets.size).toBe(1)
  })

  test("RAT-10 the last free attempt at an account lets in, and leaves it open", async () => {
    const { auth } = await withAda({ throttle: { perAccount: 3 } })
    await times(2, (at) => attempt(auth, { client: from(`203.0.113.${at}`) }))
    for (let login = 0; login < 5; login++) {
      expect(await attempt(auth, { password: ada.password, client: from(`198.51.100.${login}`) })).toBe("in")
    }
    expect(await attempt(auth, { client: from("203.0.113.9") })).toBe("InvalidCredentials")
    expect(await attempt(auth, { password: ada.password, client: from("203.0.113.9") })).toBe("TooManyAttempts")
  })

  test("RAT-10 twenty right passwords at the same moment all open a session", async () => {
    const { auth } = await withAda()
    expect(tally(await times(20, () => attempt(auth, { password: ada.password })))).toEqual({ in: 20 })
  })
})

describe("registrations", () => {
  test("RAT-13 are slowed down by network, and nobody's log-ins with them", async () => {
    const { auth, clock } = await withAda({ throttle: { registrations: 3 } })
    const register = (at: number, client = here) =>
      auth.users.register({ username: `user-${at}`, password: newPassword }, { client }).then(
        () => "made",
        (error: { readonly _tag: string }) => error._tag
      )
    expect(tally(await times(5, (at) => register(at)))).toEqual({ made: 3, TooManyAttempts: 2 })
    expect(await register(9, there)).toBe("made")
    expect(await attempt(auth, { password: ada.password })).toBe("in")
    await clock.advance("1 minute")
    expect(await eventsOf(auth, { type: "throttle.blocked" })).toMatchObject([
      { subject: null, details: { action: "register", count: 2 } }
    ])
  })
})

describe("the store of attempts", () => {
  test("RAT-07 an outage refuses passwords, and asks no hash; sessions go on", async () => {
    const { work, layer } = countingHasher()
    let isDown = false
    const store = storeAround(outage((operation) => isDown && operation.startsWith("attempts.")))
    const { auth } = await createTestAuth({ store, hasher: layer })
    const user = await auth.users.register(ada)
    const { secret, session } = await auth.sessions.logIn(ada)
    isDown = true
    work.verifies = 0
    const failure = { _tag: "StoreError" }
    await expect(auth.sessions.logIn(ada)).rejects.toMatchObject(failure)
    await expect(auth.sessions.confirm(session, ada.password)).rejects.toMatchObject(failure)
    await expect(
      auth.passwords.change({ user: user.id, current: ada.password, next: newPassword })
    ).rejects.toMatchObject(failure)
    await expect(auth.users.register({ username: "bob", password: newPassword })).rejects.toMatchObject(failure)
    expect(work.verifies).toBe(0)
    expect(await auth.sessions.resume(secret)).toMatchObject({ user: { id: user.id } })
  })

  test("RAT-08 holds no name and no address, in keys of one length whatever was typed", async () => {
    const { auth, tables } = await withAda()
    await attempt(auth, { username: `${"x".repeat(60)}` })
    await attempt(auth, { username: "y".repeat(100_000) })
    await attempt(auth, { username: '"],["account' })
    await auth.sessions.logIn(ada, { kind: "browser", client: here })
    await attempt(auth)
    const marks = [...tables.marks].flatMap(([account, owned]) => [account, ...owned.keys()])
    const keys = [...tables.buckets.keys(), ...marks]
    expect(keys.length).toBeGreaterThan(7)
    expect(keys.filter((key) => !/^[0-9a-f]{64}$/.test(key))).toEqual([])
  })
})
