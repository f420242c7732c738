import { describe, expect, it } from "vitest"
import { browser, cliLoginScene, interleaved, terminal } from "../../test/cli-login-scene.ts"
import { tally, times } from "../../test/guesses.ts"
import { eventsOf, from } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"
import { tagOf } from "../../test/token-scene.ts"
import type { Actor } from "../store/actor.ts"
import { shownUserCode } from "./user-code.ts"

/** Well formed, and in nobody's hands but by a chance of one in twenty-five thousand million. */
const wrong = "BCDF-GHJK"

describe("entering a user code", () => {
  it("gives who asks, and makes the challenge the user's own (DEV-09, DEV-10)", async () => {
    const { ada, auth, begin, clock, storedOf } = await cliLoginScene()
    const begun = await begin({ program: "acme", scopes: ["packages:read"] })
    await clock.advance("1 minute")
    const challenge = await auth.cliLogins.lookUp({ user: ada }, begun.code, browser)
    expect(challenge).toMatchObject({
      state: "claimed",
      id: begun.id,
      userId: ada.id,
      claimedAt: clock.now(),
      program: "acme",
      scopes: ["packages:read"],
      ip: terminal.ip,
      userAgent: terminal.userAgent
    })
    expect(storedOf(begun)).toEqual(challenge)
  })

  it("approves nothing (DEV-11)", async () => {
    const { claimed, collect } = await cliLoginScene()
    expect(await collect(await claimed())).toMatchObject({ status: "pending" })
  })

  it("takes the code as people see it, in small letters too (DEV-01)", async () => {
    const { ada, auth, begin } = await cliLoginScene()
    const { id, code } = await begin()
    const typed = ` ${shownUserCode(code).toLowerCase().replace("-", " – ")}`
    expect(await auth.cliLogins.lookUp({ user: ada }, typed)).toMatchObject({ id })
  })

  it("again gives the same to the same user, and nothing to another, who learns no more than of a wrong code (DEV-09)", async () => {
    const { ada, auth, bob, claimed, storedOf } = await cliLoginScene()
    const begun = await claimed()
    const before = storedOf(begun)
    expect(await auth.cliLogins.lookUp({ user: ada }, begun.code)).toEqual(before)
    const refusal = auth.cliLogins.lookUp({ user: bob }, begun.code).catch((error: unknown) => error)
    expect(await refusal).toEqual(await auth.cliLogins.lookUp({ user: bob }, wrong).catch((error: unknown) => error))
    expect(await tagOf(refusal.then((error) => Promise.reject(error)))).toBe("CliLoginNotFound")
    expect(storedOf(begun)).toEqual(before)
  })

  it("by two users at one moment, eight times each, gives it to one of them (DEV-09)", async () => {
    const { ada, auth, bob, begin } = await cliLoginScene({ around: interleaved })
    const { code } = await begin()
    const outcomes = await times(16, async (at) => {
      const user = at % 2 === 0 ? bob : ada
      return tagOf(auth.cliLogins.lookUp({ user }, code).then(({ userId }) => userId === user.id && user.username))
    })
    const winners = outcomes.filter((outcome) => ["ada", "bob"].includes(String(outcome)))
    expect(winners.length).toBeGreaterThan(0)
    expect(new Set(winners).size).toBe(1)
  })

  it.each(["", "BCDF", "BCDF-GHJA", "' OR 1=1 --", "x".repeat(100_000)])(
    "costs no store call when it cannot be one: %j (DEV-01)",
    async (typed) => {
      const { ada, asked, auth } = await cliLoginScene()
      expect(await tagOf(auth.cliLogins.lookUp({ user: ada }, typed, browser))).toBe("CliLoginNotFound")
      expect(asked).toEqual([])
    }
  )

  it("tells whoever enters it too late that it has expired, which is no wrong guess, and gives it to nobody (DEV-03)", async () => {
    const { ada, auth, begin, claimed, clock } = await cliLoginScene()
    const [free, own] = [await begin(), await claimed()]
    await clock.advance(299_999)
    expect(await auth.cliLogins.lookUp({ user: ada }, own.code)).toMatchObject({ state: "claimed" })
    await clock.advance(1)
    expect(await tagOf(auth.cliLogins.lookUp({ user: ada }, own.code))).toBe("CliLoginExpired")
    for (let tries = 0; tries < 6; tries++) {
      expect(await tagOf(auth.cliLogins.lookUp({ user: ada }, free.code))).toBe("CliLoginExpired")
    }
    expect(await auth.cliLogins.list(ada.id)).toHaveLength(1)
  })

  it("keeps a hundred of a user's CLI logins, and drops the oldest (DEV-13)", async () => {
    const { ada, auth, begin, clock } = await cliLoginScene({ throttle: { cliLogins: 1_000 } })
    const ids: Array<string> = []
    for (let at = 0; at < 102; at++) {
      await clock.advance("1 second")
      const { id, code } = await begin()
      await auth.cliLogins.lookUp({ user: ada }, code, browser)
      ids.unshift(id)
    }
    const kept = await auth.cliLogins.list(ada.id, { limit: 500 })
    expect(kept.map(({ id }) => id)).toEqual(ids.slice(0, 100))
  })
})

describe("who may enter a code", () => {
  it("is no program with a token, which is told so before the store is asked (DEV-14)", async () => {
    const { ada, asked, auth, begin } = await cliLoginScene()
    const { token } = await auth.tokens.issue({ user: ada, scopes: "all" }, { name: "runner" })
    const { code } = await begin()
    asked.length = 0
    const refused = auth.cliLogins.lookUp({ user: ada, token }, code)
    await expect(refused).rejects.toMatchObject({ _tag: "ApproverNotAllowed", reason: "program" })
    expect(asked).toEqual([])
  })

  it("is only who is verified, if the options say so (DEV-12)", async () => {
    const { ada, auth, begin } = await cliLoginScene({ cliLogin: { approvers: "verified" } })
    const { code } = await begin()
    const guest = { ...ada, isVerified: false }
    const refused = auth.cliLogins.lookUp({ user: guest }, code)
    await expect(refused).rejects.toMatchObject({ _tag: "ApproverNotAllowed", reason: "not-verified" })
    await expect(auth.cliLogins.lookUp({ user: { ...ada, email: null } }, code)).rejects.toMatchObject({
      reason: "not-verified"
    })
    expect(await auth.cliLogins.lookUp({ user: ada }, code)).toMatchObject({ userId: ada.id })
  })

  it("is nobody where CLI logins are off (DEV-12)", async () => {
    const { ada, asked, auth } = await cliLoginScene({ cliLogin: { enabled: false } })
    expect(await tagOf(auth.cliLogins.lookUp({ user: ada }, wrong))).toBe("CliLoginDisabled")
    expect(asked).toEqual([])
  })

  it("is nobody whose session has ended; that claims nothing, and is no guess (SES-22)", async () => {
    const { ada, auth, begin, storedOf } = await cliLoginScene()
    const { session } = await auth.sessions.open(ada)
    const begun = await begin()
    await auth.sessions.close({ owner: ada.id, id: session.id })
    for (let at = 0; at < 10; at++) {
      expect(await tagOf(auth.cliLogins.lookUp({ user: ada, session }, begun.code))).toBe("CredentialEnded")
    }
    expect(storedOf(begun)).toMatchObject({ state: "pending" })
    expect(await auth.cliLogins.lookUp({ user: ada }, begun.code)).toMatchObject({ id: begun.id })
  })
})

/** Enters a wrong code, and tells what came of it. */
const guess = (scene: Awaited<ReturnType<typeof cliLoginScene>>, actor: Actor, ip: string) =>
  tagOf(scene.auth.cliLogins.lookUp(actor, wrong, from(ip)).then(() => "found"))

describe("guessing user codes", () => {
  it("ends for a user after five, from whatever networks and at one moment, and right codes wait too (DEV-04, RAT-01)", async () => {
    const scene = await cliLoginScene({ around: interleaved })
    const { ada, auth, begin, bob, clock } = scene
    const outcomes = await times(100, (at) => guess(scene, { user: ada }, `198.51.100.${at}`))
    expect(tally(outcomes as ReadonlyArray<string>)).toEqual({ CliLoginNotFound: 5, TooManyAttempts: 95 })
    const { code } = await begin()
    const refused = auth.cliLogins.lookUp({ user: ada }, code, browser)
    await expect(refused).rejects.toMatchObject({ retryAfter: 900, retryAt: clock.now() + 900_000 })
    expect(await auth.cliLogins.lookUp({ user: bob }, code, browser)).toMatchObject({ userId: bob.id })
  })

  it.each([
    ["as they are", {}],
    ["with the shortest delays", { throttle: { longestDelay: "1 millis" } }],
    ["with the longest life of a code", { cliLogin: { lifetime: "10 minutes" } }]
  ] as const)(
    "meets one code by at most 2^-32 in its life, for one user who never stops trying, with the options %s (DEV-04)",
    async (_, options) => {
      const scene = await cliLoginScene(options)
      const { ada, auth, begin, clock } = scene
      const { expiresIn } = await begin()
      let guesses = 0
      for (let at = 0; at < expiresIn; at += 10_000) {
        if ((await guess(scene, { user: ada }, "198.51.100.7")) === "CliLoginNotFound") guesses += 1
        await clock.advance("10 seconds")
      }
      expect(auth.settings.throttle.userCodes).toBe(5)
      expect(guesses).toBe(5)
      expect(guesses / 20 ** 8).toBeLessThanOrEqual(2 ** -32)
    }
  )

  it("can be begun again after a quarter of an hour, once: five more need a quarter of an hour without any (DEV-04)", async () => {
    const scene = await cliLoginScene()
    const { ada, clock } = scene
    const five = () => times(6, () => guess(scene, { user: ada }, "198.51.100.7"))
    await five()
    await clock.advance(899_999)
    expect(await guess(scene, { user: ada }, "198.51.100.7")).toBe("TooManyAttempts")
    await clock.advance(1)
    expect(tally((await five()) as ReadonlyArray<string>)).toEqual({ CliLoginNotFound: 1, TooManyAttempts: 5 })
    await clock.advance("30 minutes")
    expect(tally((await five()) as ReadonlyArray<string>)).toEqual({ CliLoginNotFound: 5, TooManyAttempts: 1 })
  })

  it("ends for a network after a hundred, of however many users, and is slowed down from then on by a minute (DEV-04, RAT-02)", async () => {
    const scene = await cliLoginScene({ around: interleaved })
    const { auth, clock } = scene
    const users = await times(21, (at) => auth.users.create({ username: `user-${at}` }))
    const outcomes = await Promise.all(
      users.flatMap((user) => [1, 2, 3, 4, 5].map(() => guess(scene, { user }, "198.51.100.7")))
    )
    expect(tally(outcomes as ReadonlyArray<string>)).toEqual({ CliLoginNotFound: 100, TooManyAttempts: 5 })
    await clock.advance("1 minute")
    const [event] = await eventsOf(auth, { type: "throttle.blocked" })
    expect(event).toMatchObject({ details: { action: "user-code" } })
  })

  it("by one user does not slow down the others behind the same address, however often it is tried (DEV-04)", async () => {
    const scene = await cliLoginScene()
    const { ada, auth, begin, bob } = scene
    await times(500, () => guess(scene, { user: ada }, "192.0.2.1"))
    const { code } = await begin()
    expect(await auth.cliLogins.lookUp({ user: bob }, code, browser)).toMatchObject({ userId: bob.id })
  })

  it("is not what who enters right codes does: they never count, not even one's own expired or decided ones (RAT-10)", async () => {
    const scene = await cliLoginScene()
    const { ada, approved, auth, begin, clock, collect } = scene
    const done = await approved()
    await collect(done)
    for (let at = 0; at < 20; at++) {
      const { code } = await begin()
      await auth.cliLogins.lookUp({ user: ada }, code, browser)
      await auth.cliLogins.lookUp({ user: ada }, code, browser)
      expect(await auth.cliLogins.lookUp({ user: ada }, done.code, browser)).toMatchObject({ state: "redeemed" })
    }
    const late = await scene.claimed()
    await clock.advance("5 minutes")
    for (let at = 0; at < 10; at++) {
      expect(await tagOf(auth.cliLogins.lookUp({ user: ada }, late.code, browser))).toBe("CliLoginExpired")
    }
  })

  it("is forgiven up to four times when a right code comes, and not forgotten (DEV-04)", async () => {
    const scene = await cliLoginScene()
    const { ada, auth, begin } = scene
    for (let at = 0; at < 4; at++) await guess(scene, { user: ada }, "192.0.2.1")
    const { code } = await begin()
    expect(await auth.cliLogins.lookUp({ user: ada }, code, browser)).toMatchObject({ userId: ada.id })
    expect(await guess(scene, { user: ada }, "192.0.2.1")).toBe("CliLoginNotFound")
    expect(await guess(scene, { user: ada }, "192.0.2.1")).toBe("TooManyAttempts")
  })

  it("counts a code that another user has claimed like one that nobody has (DEV-04, DEV-09)", async () => {
    const { auth, bob, claimed } = await cliLoginScene()
    const { code } = await claimed()
    const outcomes = await times(7, () => tagOf(auth.cliLogins.lookUp({ user: bob }, code).then(() => "found")))
    expect(tally(outcomes as ReadonlyArray<string>)).toEqual({ CliLoginNotFound: 5, TooManyAttempts: 2 })
  })

  it("counts nothing that the store did not answer, and lets nothing pass that cannot be counted (RAT-07, RAT-17)", async () => {
    let down = "challenges.claim"
    const scene = await cliLoginScene({ around: outage((operation) => operation === down) })
    const { ada, auth, begin } = scene
    const { code } = await begin()
    for (let at = 0; at < 10; at++) expect(await tagOf(auth.cliLogins.lookUp({ user: ada }, code))).toBe("StoreError")
    down = "attempts.hit"
    scene.asked.length = 0
    expect(await tagOf(auth.cliLogins.lookUp({ user: ada }, code))).toBe("StoreError")
    expect(scene.asked).toEqual(["attempts.hit"])
    down = ""
    expect(await auth.cliLogins.lookUp({ user: ada }, code)).toMatchObject({ userId: ada.id })
  })
})
