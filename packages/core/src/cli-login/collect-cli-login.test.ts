import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { type CliLoginScene, cliLoginScene, hostScopes, interleaved, terminal } from "../../test/cli-login-scene.ts"
import { tally, times } from "../../test/guesses.ts"
import { ada as adaToBe, eventsOf, newPassword } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"
import { dumpOf, tagOf } from "../../test/token-scene.ts"
import { permits, recently } from "../identity/policies.ts"
import { hashSecret } from "../secret/credential.ts"
import { reveal } from "../secret/secret-text.ts"
import type { User } from "../user/user.ts"
import type { CliLoginToBegin, Collected } from "./cli-login-service.ts"

const statusOf = ({ status }: Collected) => status

/** The tags of several polls, and how often each came. */
const tallyOf = async (polls: ReadonlyArray<Promise<Collected>>) =>
  tally((await Promise.all(polls.map((each) => tagOf(each.then(statusOf))))) as ReadonlyArray<string>)

/** The credential that a poll brought. */
const givenBy = (collected: Collected) => {
  if (collected.status !== "token" && collected.status !== "session") throw new Error(collected.status)
  return reveal(collected.secret)
}

describe("a poll before the decision", () => {
  it("is told to wait, and how long (DEV-05)", async () => {
    const { begin, collect } = await cliLoginScene()
    expect(await collect(await begin())).toEqual({ status: "pending", isEarly: false, interval: 5_000 })
  })

  it("that comes too early is told so, and the interval is five seconds longer from then on (DEV-05, DEV-16)", async () => {
    const { begin, claimed, clock, collect } = await cliLoginScene()
    for (const begun of [await begin(), await claimed()]) {
      await collect(begun)
      await clock.advance(3_999)
      expect(await collect(begun)).toEqual({ status: "pending", isEarly: true, interval: 10_000 })
      await clock.advance(8_000)
      expect(await collect(begun)).toEqual({ status: "pending", isEarly: false, interval: 10_000 })
      expect(await collect(begun)).toEqual({ status: "pending", isEarly: true, interval: 15_000 })
    }
  })

  it("may come a fifth of the interval early, because the network delays one poll more than another (DEV-05)", async () => {
    const { begin, clock, collect } = await cliLoginScene()
    const begun = await begin()
    for (let at = 0; at < 10; at++) {
      expect(await collect(begun)).toMatchObject({ isEarly: false })
      await clock.advance(4_000)
    }
  })

  it("is one of twenty parallel ones that is in time, and the interval ends at a minute (DEV-05)", async () => {
    const { begin, collect } = await cliLoginScene({ around: interleaved })
    const begun = await begin()
    const polls = await times(20, () => collect(begun))
    expect(polls.filter((each) => each.status === "pending" && !each.isEarly)).toHaveLength(1)
    expect(polls.at(-1)).toMatchObject({ interval: 60_000 })
  })

  it("keeps the pace that its caller chose, on another server too (DEV-05)", async () => {
    const here = await cliLoginScene()
    const there = await cliLoginScene({ tables: here.tables })
    const begun = await here.begin({ pace: { interval: 1_000, step: 0 } })
    expect(await here.collect(begun)).toMatchObject({ isEarly: false, interval: 1_000 })
    expect(await there.collect(begun)).toMatchObject({ isEarly: true, interval: 1_000 })
  })

  it("is told that the time is over, from the very end on (DEV-03)", async () => {
    const { begin, clock, collect } = await cliLoginScene()
    const begun = await begin()
    await clock.advance(299_999)
    expect(await collect(begun)).toMatchObject({ status: "pending" })
    await clock.advance(1)
    expect(await tagOf(collect(begun))).toBe("CliLoginExpired")
  })
})

describe("a poll with a secret", () => {
  const secrets: Readonly<Record<string, (scene: CliLoginScene) => Promise<string>>> = {
    "of nobody": async () => "a guess",
    "that is empty": async () => "",
    "of another kind": async ({ ada, auth }) => reveal((await auth.sessions.open(ada)).secret),
    "with a typing error": async ({ begin }) => `${(await begin()).secret.slice(0, -1)}!`,
    "of a challenge that is not there": async () => {
      const other = await cliLoginScene()
      return (await other.begin()).secret
    }
  }

  it.each(Object.keys(secrets))("%s is answered as for a code that does not exist (DEV-02)", async (name) => {
    const scene = await cliLoginScene()
    const secret = (await secrets[name]?.(scene)) ?? ""
    expect(await tagOf(scene.collect({ secret }))).toBe("CliLoginNotFound")
  })

  it("that is no credential of a program costs no store call (DEV-02)", async () => {
    const { asked, collect } = await cliLoginScene()
    await tagOf(collect({ secret: "lk_cli_x" }))
    expect(asked).toEqual([])
  })

  it("of one challenge with the code of another is answered in the same way; with its own, in any form, it works (DEV-02)", async () => {
    const { begin, collect } = await cliLoginScene()
    const [one, two] = [await begin(), await begin()]
    for (const code of [two.code, "BCDFGHJK", "", "no code"]) {
      expect(await tagOf(collect(one, { code }))).toBe("CliLoginNotFound")
    }
    expect(await collect(one, { code: one.code.toLowerCase() })).toMatchObject({ status: "pending" })
  })

  it("of a program that now says it is another is answered in the same way; by its own name, in any form, it works (DEV-02)", async () => {
    const { approved, begin, collect } = await cliLoginScene()
    const begun = await begin({ program: "Adéle's tool" })
    expect(await collect(begun, { program: " Ade\u0301le's tool" })).toMatchObject({ status: "pending" })
    const done = await approved({ program: "acme" })
    for (const program of ["", "Acme", "acme\n\n.", "x".repeat(1_000)]) {
      expect(await tagOf(collect(done, { program }))).toBe("CliLoginNotFound")
    }
    expect(await collect(done, { program: "acme" })).toMatchObject({ status: "token" })
  })

  it("is never stored, nor is the user code or the number: only their hashes (DEV-02, DEV-15)", async () => {
    const { approved, tables } = await cliLoginScene()
    const begun = await approved({ canAskForNumber: true })
    const dump = dumpOf(tables)
    expect(dump).toContain(hashSecret(begun.secret))
    expect(dump).toContain(begun.id)
    for (const text of [begun.secret, begun.secret.slice(29, -6), begun.code, `"${begun.number}"`]) {
      expect(dump).not.toContain(text)
    }
  })
})

describe("what an approved program gets", () => {
  it("is a token with its name and the scopes that were shown, for thirty days (DEV-12)", async () => {
    const { ada, approved, auth, clock, collect } = await cliLoginScene()
    const begun = await approved({ scopes: ["packages:read"] })
    await clock.advance("1 minute")
    const collected = await collect(begun)
    expect(collected).toMatchObject({
      status: "token",
      user: { id: ada.id },
      token: {
        userId: ada.id,
        name: "acme",
        scopes: ["packages:read"],
        epoch: ada.epoch,
        createdAt: clock.now(),
        expiresAt: clock.now() + 30 * 86_400_000
      }
    })
    expect(await auth.tokens.check(givenBy(collected))).toMatchObject({ user: { id: ada.id } })
  })

  it("is in the owner's list, and can be revoked there", async () => {
    const { ada, approved, auth, collect } = await cliLoginScene()
    const secret = givenBy(await collect(await approved()))
    const [token] = await auth.tokens.list(ada.id)
    expect(token).toMatchObject({ name: "acme" })
    if (token !== undefined) await auth.tokens.revoke({ owner: ada.id, id: token.id })
    expect(await auth.tokens.check(secret)).toBeNull()
  })

  it("lives for as long as the options say, and never longer than any token (PAT-05)", async () => {
    const day = 86_400_000
    const lifeOf = async (scene: CliLoginScene) => {
      const collected = await scene.collect(await scene.approved())
      return collected.status === "token" ? (collected.token.expiresAt ?? 0) - scene.clock.now() : null
    }
    expect(await lifeOf(await cliLoginScene({ cliLogin: { tokenLifetime: "1 day" } }))).toBe(day)
    const short = { scopes: hostScopes, longest: "7 days", lifetime: "1 day" } as const
    expect(await lifeOf(await cliLoginScene({ tokens: short }))).toBe(7 * day)
  })

  it("lacks the scopes that are no longer declared when it is collected (PAT-10)", async () => {
    const { approved, tables } = await cliLoginScene()
    const begun = await approved({ scopes: ["packages:read", "packages:write"] })
    const later = await cliLoginScene({ tables, tokens: { scopes: { "packages:read": "Download packages" } } })
    expect(await later.collect(begun)).toMatchObject({ token: { scopes: ["packages:read"] } })
  })

  it.each([
    ["the program asked for it", { result: "session" }, {}],
    ["the options say so", {}, { cliLogin: { result: "session" } }]
  ] as const)("is a bearer session from the program's network, if %s", async (_, wanted, options) => {
    const { ada, approved, auth, collect } = await cliLoginScene(options)
    const collected = await collect(await approved(wanted as CliLoginToBegin))
    expect(collected).toMatchObject({
      status: "session",
      user: { id: ada.id },
      session: { userId: ada.id, kind: "bearer", ip: terminal.ip, userAgent: terminal.userAgent }
    })
    expect(await auth.sessions.resume(givenBy(collected), "bearer")).toMatchObject({ user: { id: ada.id } })
  })

  it("is a session that is not recent: what asks for a recent log-in asks for the password (DEV-22)", async () => {
    const { ada, approved, auth, collect } = await cliLoginScene()
    const collected = await collect(await approved({ result: "session" }))
    if (collected.status !== "session") throw new Error(collected.status)
    const { session: opened } = collected
    const identity = { user: ada, via: "bearer", scopes: "all", pending: null, session: opened } as const
    const now = opened.createdAt
    expect(permits(recently("10 minutes"), identity, now)).toBe(false)
    const { session } = await auth.sessions.open(ada)
    expect(permits(recently("10 minutes"), { ...identity, session }, now)).toBe(true)
    expect(await auth.tokens.list(ada.id)).toEqual([])
  })

  it("is written down, without the secret (DEV-15)", async () => {
    const { ada, approved, auth, collect } = await cliLoginScene()
    const { id } = await approved().then(async (begun) => {
      await collect(begun)
      return begun
    })
    expect(await eventsOf(auth, { type: "cli-login.collected" })).toMatchObject([
      {
        actor: ada.id,
        subject: ada.id,
        credential: `cli-login:${id}`,
        ip: terminal.ip,
        details: { program: "acme", result: "token" }
      }
    ])
  })

  it("is there at once, however early the poll comes after the approval (DEV-05)", async () => {
    const { ada, auth, claimed, collect } = await cliLoginScene()
    const begun = await claimed()
    await times(5, () => collect(begun))
    await auth.cliLogins.approve({ user: ada }, begun.id)
    expect(await collect(begun)).toMatchObject({ status: "token" })
  })
})

describe("the token of one approval", () => {
  it.each(["token", "session"] as const)(
    "is got by one of sixteen parallel polls, on two servers, and the others find nothing: a %s (DEV-06)",
    async (result) => {
      const here = await cliLoginScene({ around: interleaved })
      const there = await cliLoginScene({ around: interleaved, tables: here.tables })
      const begun = await here.approved({ result })
      const polls = Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? here : there).collect(begun))
      expect(await tallyOf(polls)).toEqual({ [result]: 1, CliLoginNotFound: 15 })
      expect(await here.liveOf(here.ada.id)).toBe(1)
      expect(await eventsOf(here.auth, { type: "cli-login.collected" })).toHaveLength(1)
    }
  )

  it("is never given a second time, even if its answer was lost (DEV-08)", async () => {
    const { ada, approved, clock, collect, liveOf, storedOf } = await cliLoginScene()
    const begun = await approved()
    await collect(begun)
    for (let at = 0; at < 5; at++) {
      await clock.advance("2 minutes")
      expect(await tagOf(collect(begun))).toBe("CliLoginNotFound")
    }
    expect(await liveOf(ada.id)).toBe(1)
    expect(storedOf(begun)).toMatchObject({ state: "redeemed" })
  })

  it("is not made a second time by a store that has lost the redemption (DEV-06)", async () => {
    const { ada, approved, collect, liveOf, tables } = await cliLoginScene()
    const begun = await approved()
    const before = structuredClone(tables.challenges.get(begun.id))
    await collect(begun)
    if (before !== undefined) tables.challenges.set(begun.id, before)
    expect(await tagOf(collect(begun))).toBe("CliLoginNotFound")
    expect(await liveOf(ada.id)).toBe(1)
  })

  it("is not made when the owner has no room any more; the program must begin again (RAT-13)", async () => {
    const { ada, approved, auth, collect, liveOf } = await cliLoginScene({ tokens: { scopes: hostScopes, perUser: 1 } })
    const begun = await approved()
    await auth.tokens.issue({ user: ada, scopes: "all" }, { name: "runner" })
    expect(await tagOf(collect(begun))).toBe("TooManyTokens")
    expect(await tagOf(collect(begun))).toBe("CliLoginNotFound")
    expect(await liveOf(ada.id)).toBe(1)
    expect(await eventsOf(auth, { type: "cli-login.collected" })).toEqual([])
  })

  it("is kept for a program while tokens or CLI logins are off (PAT-08, DEV-12)", async () => {
    const { approved, collect, tables } = await cliLoginScene()
    const begun = await approved()
    const noTokens = await cliLoginScene({ tables, tokens: { enabled: false } })
    expect(await tagOf(noTokens.collect(begun))).toBe("TokensDisabled")
    const noLogins = await cliLoginScene({ tables, cliLogin: { enabled: false } })
    expect(await tagOf(noLogins.collect(begun))).toBe("CliLoginDisabled")
    expect(noLogins.asked).toEqual([])
    expect(await collect(begun)).toMatchObject({ status: "token" })
  })

  it("is not had after the end, although it was approved before (DEV-03, DEV-07)", async () => {
    const { ada, approved, clock, collect, liveOf } = await cliLoginScene()
    const begun = await approved()
    await clock.advance("5 minutes")
    expect(await tagOf(collect(begun))).toBe("CliLoginExpired")
    expect(await liveOf(ada.id)).toBe(0)
  })

  it("is not had once the user has denied it, of whatever came first (DEV-10)", async () => {
    const { ada, approved, auth, collect, liveOf } = await cliLoginScene({ around: interleaved })
    const begun = await approved()
    const [denied, collected] = await Promise.all([
      tagOf(auth.cliLogins.deny({ user: ada }, begun.id).then(({ state }) => state)),
      tagOf(collect(begun).then(statusOf))
    ])
    const isDenied = denied === "denied"
    expect([denied, collected]).toEqual(isDenied ? ["denied", "CliLoginDenied"] : ["CliLoginDecided", "token"])
    expect(await liveOf(ada.id)).toBe(isDenied ? 0 : 1)
  })
})

/** What may happen to the approver. */
const changes: Readonly<Record<string, (scene: CliLoginScene, user: User) => Promise<unknown>>> = {
  "is deactivated": ({ auth }, { id }) => auth.users.change(id, { isActive: false }),
  "is deactivated and activated again": async ({ auth }, { id }) => {
    await auth.users.change(id, { isActive: false })
    await auth.users.change(id, { isActive: true })
  },
  "is demoted": ({ auth }, { id }) => auth.users.change(id, { isSuperuser: false }),
  "changes the password": ({ auth }, { id }) =>
    auth.passwords.change({ user: id, current: adaToBe.password, next: newPassword }),
  "must choose another password": ({ auth }, { id }) => auth.users.change(id, { mustChangePassword: true }),
  "logs out everywhere": ({ auth }, { id }) => auth.users.endCredentials(id),
  "is removed": ({ auth }, { id }) => auth.users.remove(id),
  "is no longer verified": ({ auth }, { id }) => auth.users.change(id, { isVerified: false }),
  "has another address": ({ auth }, { id }) => auth.users.change(id, { email: "ada@example.net" })
}

const verifiedOnly = { cliLogin: { approvers: "verified" } } as const

/** A program that a superuser has approved, where only the verified may. */
const approvedByAdmin = async (around?: Parameters<typeof cliLoginScene>[0], wanted?: CliLoginToBegin) => {
  const scene = await cliLoginScene({ ...verifiedOnly, ...around })
  const user = await scene.auth.users.change(scene.ada.id, { isSuperuser: true })
  const begun = await scene.begin(wanted)
  await scene.auth.cliLogins.lookUp({ user }, begun.code)
  await scene.auth.cliLogins.approve({ user }, begun.id)
  return { ...scene, user, begun }
}

describe("between the approval and the collection", () => {
  it.each(Object.keys(changes))(
    "the approver %s: no token, and the program is told for good (DEV-07)",
    async (name) => {
      const scene = await approvedByAdmin()
      const { auth, begun, collect, liveOf, user } = scene
      await changes[name]?.(scene, user)
      expect(await tagOf(collect(begun))).toBe(name === "is removed" ? "CliLoginNotFound" : "CliLoginDenied")
      expect(await tagOf(collect(begun))).toBe(name === "is removed" ? "CliLoginNotFound" : "CliLoginDenied")
      expect(await liveOf(user.id)).toBe(0)
      const denials = await eventsOf(auth, { type: "cli-login.denied" })
      expect(denials).toMatchObject(
        name === "is removed" ? [] : [{ actor: null, subject: user.id, details: { by: "change", program: "acme" } }]
      )
    }
  )

  it("the approver may log out of the browser, and have another name: the program gets its token (DEV-07)", async () => {
    const scene = await cliLoginScene()
    const { ada, auth, claimed, collect } = scene
    const { session } = await auth.sessions.open(ada)
    const begun = await claimed()
    await auth.cliLogins.approve({ user: ada, session }, begun.id)
    await auth.sessions.close({ owner: ada.id, id: session.id })
    await auth.users.change(ada.id, { username: "ada.l" })
    expect(await collect(begun)).toMatchObject({ status: "token" })
  })

  it("an approver who was inactive all the time gives nothing (DEV-07)", async () => {
    const { auth, begin, bob, collect } = await cliLoginScene()
    const user = await auth.users.change(bob.id, { isActive: false })
    const begun = await begin()
    await auth.cliLogins.lookUp({ user }, begun.code)
    await auth.cliLogins.approve({ user }, begun.id)
    expect(await tagOf(collect(begun))).toBe("CliLoginDenied")
  })

  it("sixteen polls at one moment find the change, and the trail has one denial (DEV-07)", async () => {
    const { ada, approved, auth, collect } = await cliLoginScene({ around: interleaved })
    const begun = await approved()
    await auth.users.endCredentials(ada.id)
    expect(await tallyOf(Array.from({ length: 16 }, () => collect(begun)))).toEqual({ CliLoginDenied: 16 })
    expect(await eventsOf(auth, { type: "cli-login.denied" })).toHaveLength(1)
  })

  it("a guest stays allowed where everyone may approve (DEV-12)", async () => {
    const { ada, approved, auth, collect } = await cliLoginScene()
    const begun = await approved()
    await auth.users.change(ada.id, { isVerified: false })
    expect(await collect(begun)).toMatchObject({ status: "token" })
  })

  it("the server begins to ask for verified addresses: no session for who has none, and no second try (SES-25)", async () => {
    const { ada, approved, auth, liveOf, tables } = await cliLoginScene()
    await auth.users.change(ada.id, { isVerified: false })
    const begun = await approved({ result: "session" })
    const strict = await cliLoginScene({ tables, sessions: { requireVerified: true } })
    expect(await tagOf(strict.collect(begun))).toBe("CliLoginDenied")
    expect(await liveOf(ada.id)).toBe(0)
  })
})

describe("between the check of the approver and the answer", () => {
  const cases = Object.keys(changes).flatMap((name) => [[name, "token"] as const, [name, "session"] as const])

  it.each(cases)(
    "the approver %s, before whichever store call: no %s that works was given before the change (DEV-07)",
    async (name, result) => {
      let changedAt = 0
      for (let at = 1; changedAt === at - 1; at++) {
        let callsLeft = Number.POSITIVE_INFINITY
        let change: () => Promise<unknown> = async () => null
        const scene = await approvedByAdmin(
          {
            around: (_, call) =>
              Effect.suspend(() => {
                callsLeft -= 1
                return callsLeft === 0 ? Effect.andThen(Effect.promise(change), call) : call
              })
          },
          { result }
        )
        const { begun, collect, liveOf, user } = scene
        change = async () => {
          changedAt = at
          await changes[name]?.(scene, user)
        }
        callsLeft = at
        const outcome = await tagOf(collect(begun).then(statusOf))
        callsLeft = Number.POSITIVE_INFINITY
        if (changedAt !== at) {
          expect(outcome).toBe(result)
          continue
        }
        // A change after the last look at the approver finds a token that was given before it. One that ends all credentials ends it too.
        const isEndedByItself = !["is no longer verified", "has another address"].includes(name)
        if (isEndedByItself || outcome !== result) expect(await liveOf(user.id)).toBe(0)
        expect([result, "CliLoginDenied", "CliLoginNotFound"]).toContain(outcome)
        const [made, ended] = await Promise.all(
          (["token.issued", "token.revoked"] as const).map((type) => eventsOf(scene.auth, { type }))
        )
        // What was made and taken away again has both events.
        if (!isEndedByItself && outcome !== result) expect(ended?.length).toBe(made?.length)
      }
      expect(changedAt).toBeGreaterThan(5)
    }
  )
})

describe("the confirmation number", () => {
  const numbered = { canAskForNumber: true }

  it("is asked for once the user has approved, and not before; the right one brings the token (DEV-20)", async () => {
    const { ada, auth, claimed, collect } = await cliLoginScene()
    const begun = await claimed(numbered)
    expect(await collect(begun, { number: "000000" })).toMatchObject({ status: "pending" })
    const { number } = await auth.cliLogins.approve({ user: ada }, begun.id)
    const asked = { status: "number-needed", attemptsLeft: 3, interval: 5_000 }
    expect(await collect(begun)).toEqual(asked)
    expect(await collect(begun)).toEqual(asked)
    const typed = reveal(number ?? "").replace(/^(...)/, " $1-")
    expect(await collect(begun, { number: typed })).toMatchObject({ status: "token" })
  })

  it("may be wrong twice; the third wrong one denies, and the right one comes too late (DEV-20)", async () => {
    const { ada, approved, auth, collect, liveOf, storedOf } = await cliLoginScene()
    const { number, ...begun } = await approved(numbered)
    expect(await collect(begun, { number: `${number}0` })).toMatchObject({ status: "number-needed", attemptsLeft: 2 })
    expect(await collect(begun, { number: "" })).toMatchObject({ status: "number-needed", attemptsLeft: 1 })
    expect(await tagOf(collect(begun, { number: "no number" }))).toBe("CliLoginDenied")
    expect(await tagOf(collect(begun, { number }))).toBe("CliLoginDenied")
    expect(storedOf(begun)).toMatchObject({ state: "denied", deniedBy: "number" })
    expect(await liveOf(ada.id)).toBe(0)
    expect(await eventsOf(auth, { type: "cli-login.denied" })).toMatchObject([{ details: { by: "number" } }])
  })

  it("can be tried by no more than three of a hundred parallel polls (DEV-20)", async () => {
    const { approved, auth, collect } = await cliLoginScene({ around: interleaved })
    const { number, ...begun } = await approved(numbered)
    const wrong = Array.from({ length: 101 }, (_, at) => String(at).padStart(6, "0")).filter((each) => each !== number)
    expect(await tallyOf(wrong.slice(0, 100).map((each) => collect(begun, { number: each })))).toEqual({
      "number-needed": 2,
      CliLoginDenied: 98
    })
    expect(await eventsOf(auth, { type: "cli-login.denied" })).toHaveLength(1)
  })

  it("that is renewed gives no further tries (DEV-20)", async () => {
    const { ada, approved, auth, collect } = await cliLoginScene()
    const begun = await approved(numbered)
    await collect(begun, { number: "x" })
    await auth.cliLogins.approve({ user: ada }, begun.id)
    expect(await collect(begun, { number: "x" })).toMatchObject({ attemptsLeft: 1 })
    await auth.cliLogins.approve({ user: ada }, begun.id)
    expect(await tagOf(collect(begun, { number: "x" }))).toBe("CliLoginDenied")
  })

  it("of one challenge is wrong for another (DEV-20)", async () => {
    const { approved, collect } = await cliLoginScene()
    const [one, two] = [await approved(numbered), await approved(numbered)]
    if (one.number !== two.number) {
      expect(await collect(one, { number: two.number })).toMatchObject({ attemptsLeft: 2 })
    }
    expect(await collect(one, { number: one.number })).toMatchObject({ status: "token" })
  })

  it("is ignored from a program that was not asked for one (DEV-20)", async () => {
    const { approved, collect } = await cliLoginScene()
    expect(await collect(await approved(), { number: "000000" })).toMatchObject({ status: "token" })
  })
})

describe("a clock", () => {
  it("that is five seconds behind that of another server counts as the same, and one that is set back ends a code (TIM-01, TIM-02)", async () => {
    const scene = await cliLoginScene()
    const behind = await cliLoginScene({ tables: scene.tables })
    const { ada, auth } = behind
    await scene.clock.advance("5 seconds")
    const near = await scene.approved()
    expect(await behind.collect(near)).toMatchObject({ status: "token" })
    await scene.clock.advance(1)
    const [begun, claimed, approved] = [await scene.begin(), await scene.claimed(), await scene.approved()]
    expect(await tagOf(auth.cliLogins.lookUp({ user: ada }, begun.code))).toBe("CliLoginExpired")
    expect(await tagOf(auth.cliLogins.approve({ user: ada }, claimed.id))).toBe("CliLoginExpired")
    for (const each of [begun, claimed, approved]) expect(await tagOf(behind.collect(each))).toBe("CliLoginExpired")
    expect(await scene.collect(approved)).toMatchObject({ status: "token" })
  })
})

describe("an ended CLI login", () => {
  it("is kept without secrets for the retention, and is swept then (DEV-15)", async () => {
    const scene = await cliLoginScene()
    const { ada, approved, auth, claimed, clock, collect, storedOf, tables } = scene
    const done = await approved()
    await collect(done)
    const denied = await claimed()
    await auth.cliLogins.deny({ user: ada }, denied.id)
    const late = await claimed()
    await clock.advance("14 minutes")
    expect(storedOf(late)).toMatchObject({ state: "claimed" })
    await clock.advance("30 minutes")
    expect(storedOf(late)).toBeNull()
    expect(storedOf(done)).toEqual({
      state: "redeemed",
      ...{ id: done.id, program: "acme", scopes: [], result: "token", hasNumber: false, userId: ada.id },
      codeHash: expect.any(String),
      ip: terminal.ip,
      userAgent: terminal.userAgent,
      createdAt: expect.any(Number),
      claimedAt: expect.any(Number),
      approvedAt: expect.any(Number),
      redeemedAt: expect.any(Number),
      expiresAt: expect.any(Number),
      keptUntil: expect.any(Number),
      pace: expect.any(Object)
    })
    await clock.advance("29 days")
    expect((await auth.cliLogins.list(ada.id)).map(({ state }) => state).sort()).toEqual(["denied", "redeemed"])
    await clock.advance("1 day")
    expect(tables.challenges.size).toBe(0)
  })

  it("of somebody else is no part of one's list, which comes in pages, newest first", async () => {
    const { ada, auth, begin, bob, clock } = await cliLoginScene()
    const ids: Array<string> = []
    for (let at = 0; at < 7; at++) {
      await clock.advance("1 second")
      const { id, code } = await begin()
      await auth.cliLogins.lookUp({ user: at === 3 ? bob : ada }, code)
      if (at !== 3) ids.unshift(id)
    }
    await begin()
    const first = await auth.cliLogins.list(ada.id, { limit: 4 })
    const last = first.at(-1) ?? null
    const rest = await auth.cliLogins.list(ada.id, { after: last, limit: 4 })
    expect([...first, ...rest].map(({ id }) => id)).toEqual(ids)
    expect([first.length, rest.length]).toEqual([4, 2])
    expect(await auth.cliLogins.list(ada.id)).toHaveLength(6)
    expect((await auth.cliLogins.list(ada.id, { limit: -1 })).map(({ id }) => id)).toEqual(ids.slice(0, 1))
    expect(await auth.cliLogins.list(bob.id)).toHaveLength(1)
  })

  it("is gone with its user (DEV-15)", async () => {
    const { ada, approved, auth, tables } = await cliLoginScene()
    await approved()
    await auth.users.remove(ada.id)
    expect(tables.challenges.size).toBe(0)
  })
})

describe("an outage", () => {
  it("of the store is told as such to the poll, which may come again (ERR-03)", async () => {
    let isDown = true
    const { approved, collect } = await cliLoginScene({
      around: outage((operation) => isDown && operation === "challenges.poll")
    })
    const begun = await approved()
    expect(await tagOf(collect(begun))).toBe("StoreError")
    isDown = false
    expect(await collect(begun)).toMatchObject({ status: "token" })
  })
})
