import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import { browser, cliLoginScene, interleaved, terminal } from "../../test/cli-login-scene.ts"
import { times } from "../../test/guesses.ts"
import { from } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"
import { tagOf } from "../../test/token-scene.ts"
import { RandomBytes } from "../secret/random.ts"

describe("what a program may ask for", () => {
  it("is nothing: then it has a name, no scopes, and a token to wait for", async () => {
    const { auth, clock, tables } = await cliLoginScene()
    const { id } = await auth.cliLogins.begin()
    expect(tables.challenges.get(id)?.challenge).toEqual({
      state: "pending",
      userId: null,
      id,
      codeHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      program: "command-line program",
      scopes: [],
      result: "token",
      hasNumber: false,
      ip: null,
      userAgent: null,
      createdAt: clock.now(),
      expiresAt: clock.now() + 300_000,
      keptUntil: clock.now() + 900_000,
      pace: { interval: 5_000, step: 5_000, nextPollAt: clock.now() }
    })
  })

  it("has a life of five minutes and an interval of five seconds, which it is told (DEV-03)", async () => {
    const { begin } = await cliLoginScene()
    expect(await begin()).toMatchObject({ expiresIn: 300_000, interval: 5_000, hasNumber: false })
  })

  it("lives and waits as the options say, or as its caller does (DEV-03)", async () => {
    const { begin, clock, storedOf } = await cliLoginScene({
      cliLogin: { lifetime: "10 minutes", interval: "7 seconds" }
    })
    const usual = await begin()
    expect(usual).toMatchObject({ expiresIn: 600_000, interval: 7_000 })
    expect(storedOf(usual)?.expiresAt).toBe(clock.now() + 600_000)
    const own = await begin({ pace: { interval: 1_000, step: 0 } })
    expect([own.interval, storedOf(own)?.pace]).toEqual([1_000, { interval: 1_000, step: 0, nextPollAt: clock.now() }])
  })

  it("is any of the declared scopes, each once", async () => {
    const { begin, storedOf } = await cliLoginScene()
    const scopes = ["packages:write", "packages:read", "packages:write"]
    expect(storedOf(await begin({ scopes }))?.scopes).toEqual(["packages:write", "packages:read"])
  })

  it.each(["packages:delete", "", "toString", "packages:read packages:write"])(
    "is no scope that is not declared, such as %j, and nothing is asked of the store (PAT-10)",
    async (scope) => {
      const { asked, begin } = await cliLoginScene()
      expect(await tagOf(begin({ scopes: ["packages:read", scope] }))).toBe("ScopeNotGrantable")
      expect(asked).toEqual([])
    }
  )

  it.each([
    ["", "missing"],
    [" \u200b ", "missing"],
    ["x".repeat(101), "too-long"],
    ["x".repeat(100_000), "too-long"],
    ["ac\nme", "malformed"],
    ["\u202eacme", "malformed"]
  ])(
    "is no name that could forge a line or hide its end, and nothing is asked of the store: %j",
    async (program, problem) => {
      const { asked, begin } = await cliLoginScene()
      await expect(begin({ program })).rejects.toMatchObject({ _tag: "ProgramNameInvalid", problem })
      expect(asked).toEqual([])
    }
  )

  it("is a name of up to 100 characters in its composed form", async () => {
    const { begin, storedOf } = await cliLoginScene()
    expect(storedOf(await begin({ program: " Ade\u0301le's tool " }))?.program).toBe("Adéle's tool")
    expect(storedOf(await begin({ program: "💻".repeat(100) }))?.program).toBe("💻".repeat(100))
  })

  it("comes with its address and its agent, as far as the options allow", async () => {
    const client = { ip: "203.0.113.5", userAgent: "x".repeat(300) }
    const open = await cliLoginScene()
    const kept = open.storedOf(await open.begin({ client }))
    expect(kept).toMatchObject({ ip: "203.0.113.5", userAgent: "x".repeat(256) })
    const closed = await cliLoginScene({ sessions: { collectIp: false, collectUserAgent: false } })
    expect(closed.storedOf(await closed.begin({ client }))).toMatchObject({ ip: null, userAgent: null })
  })
})

describe("what the options refuse", () => {
  it("is everything, where CLI logins are off (DEV-12)", async () => {
    const { asked, begin } = await cliLoginScene({ cliLogin: { enabled: false } })
    expect(await tagOf(begin())).toBe("CliLoginDisabled")
    expect(asked).toEqual([])
  })

  it("is a token where tokens are off; a session is still to be had (PAT-08)", async () => {
    const { begin } = await cliLoginScene({ tokens: { enabled: false } })
    expect(await tagOf(begin())).toBe("TokensDisabled")
    expect(await begin({ result: "session" })).toMatchObject({ hasNumber: false })
  })

  it.each([
    ["offered", true, true],
    ["offered", false, false],
    ["never", true, false],
    ["never", false, false],
    ["always", true, true]
  ] as const)(
    "is decided for the number too: %s, to a program that can ask for it: %j (DEV-20)",
    async (number, canAskForNumber, hasNumber) => {
      const { begin, storedOf } = await cliLoginScene({ cliLogin: { number } })
      const begun = await begin({ canAskForNumber })
      expect([begun.hasNumber, storedOf(begun)?.hasNumber]).toEqual([hasNumber, hasNumber])
    }
  )

  it("is a program that cannot ask for the number, where there must always be one (DEV-20)", async () => {
    const { asked, begin } = await cliLoginScene({ cliLogin: { number: "always" } })
    expect(await tagOf(begin())).toBe("NumberNotSupported")
    expect(asked).toEqual([])
  })
})

/** A server whose codes are made of these bytes, one byte for each code, and of zeros when they are used up. */
const withCodes = (bytes: ReadonlyArray<number>) => {
  const left = [...bytes]
  const fixed = (size: number): Uint8Array =>
    size === 8 ? new Uint8Array(8).fill(left.shift() ?? 0) : globalThis.crypto.getRandomValues(new Uint8Array(size))
  return cliLoginScene({ ambient: Layer.succeed(RandomBytes, fixed) })
}

describe("a user code that is taken", () => {
  it("is replaced by another, and the one before keeps its challenge (DEV-18)", async () => {
    const { asked, begin, collect } = await withCodes([0, 0, 0, 1])
    const first = await begin()
    asked.length = 0
    const second = await begin()
    expect([first.code, second.code]).toEqual(["BBBBBBBB", "CCCCCCCC"])
    expect(asked.filter((operation) => operation === "challenges.insert")).toHaveLength(3)
    expect(await collect(first)).toMatchObject({ status: "pending" })
  })

  it("five times in a row is a fault of the random bytes, and no challenge is lost (DEV-18)", async () => {
    const { asked, begin, storedOf } = await withCodes([])
    const first = await begin()
    asked.length = 0
    await expect(begin()).rejects.toThrow("this user code is in use")
    expect(asked.filter((operation) => operation === "challenges.insert")).toHaveLength(5)
    expect(storedOf(first)).toMatchObject({ state: "pending" })
  })

  it("is free again when its time is over (DEV-18)", async () => {
    const { begin, clock } = await withCodes([])
    await begin()
    await clock.advance("5 minutes")
    expect((await begin()).code).toBe("BBBBBBBB")
  })
})

describe("how many programs may begin", () => {
  it("is one write each (DEV-13)", async () => {
    const { asked, begin } = await cliLoginScene()
    await begin()
    expect(asked).toEqual(["attempts.hit", "challenges.insert"])
  })

  it("is no more at once than the option says, of parallel ones too, until the first are over (DEV-13)", async () => {
    const { begin, clock, tables } = await cliLoginScene({ around: interleaved, cliLogin: { mostOpen: 3 } })
    const outcomes = await times(16, () => tagOf(begin().then(() => "begun")))
    expect(outcomes.filter((outcome) => outcome === "begun")).toHaveLength(3)
    expect(outcomes.filter((outcome) => outcome === "TooManyChallenges")).toHaveLength(13)
    expect(tables.challenges.size).toBe(3)
    await clock.advance("5 minutes")
    expect(await begin()).toMatchObject({ expiresIn: 300_000 })
  })

  it("is limited for each network, with a time after which to try again (DEV-13, RAT-09, RAT-13)", async () => {
    const { begin, clock, tables } = await cliLoginScene({ around: interleaved, throttle: { cliLogins: 2 } })
    const outcomes = await times(8, () => tagOf(begin().then(() => "begun")))
    expect(outcomes).toEqual(["begun", "begun", ...Array(6).fill("TooManyAttempts")])
    expect(tables.challenges.size).toBe(2)
    await expect(begin()).rejects.toMatchObject({ retryAfter: 1, retryAt: clock.now() + 1_000 })
    expect(await begin({ client: browser })).toMatchObject({ interval: 5_000 })
    await clock.advance("1 second")
    expect(await begin()).toMatchObject({ interval: 5_000 })
  })

  it("counts a subscriber's IPv6 addresses as one network, and the programs without an address as another (RAT-02, RAT-12)", async () => {
    const { begin } = await cliLoginScene({ throttle: { cliLogins: 1 } })
    const at = (ip: string) => tagOf(begin({ client: from(ip) }).then(() => "begun"))
    expect([await at("2001:db8::1"), await at("2001:db8::2"), await at("2001:db8:0:1::1")]).toEqual([
      "begun",
      "TooManyAttempts",
      "begun"
    ])
    expect([await at(""), await at("no address")]).toEqual(["begun", "TooManyAttempts"])
  })

  it("holds one network back by at most a minute (RAT-03)", async () => {
    const { begin, clock } = await cliLoginScene({ throttle: { cliLogins: 1 } })
    await begin()
    for (const delay of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await expect(begin()).rejects.toMatchObject({ retryAfter: delay })
      await clock.advance(`${delay} seconds`)
      await begin()
    }
  })

  it("is not counted when the store fails, and is counted when it is full (RAT-17, DEV-13)", async () => {
    let isDown = true
    const around = outage((operation) => isDown && operation === "challenges.insert")
    const { begin } = await cliLoginScene({ around, throttle: { cliLogins: 2 }, cliLogin: { mostOpen: 1 } })
    for (let at = 0; at < 5; at++) expect(await tagOf(begin())).toBe("StoreError")
    isDown = false
    await begin()
    expect(await tagOf(begin())).toBe("TooManyChallenges")
    expect(await tagOf(begin())).toBe("TooManyAttempts")
  })

  it("is nothing while attempts cannot be counted (RAT-07)", async () => {
    const { asked, begin, tables } = await cliLoginScene({
      around: outage((operation) => operation === "attempts.hit")
    })
    expect(await tagOf(begin({ client: terminal }))).toBe("StoreError")
    expect(asked).toEqual(["attempts.hit"])
    expect(tables.challenges.size).toBe(0)
  })
})
