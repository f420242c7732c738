import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import {
  browser,
  type CliLoginScene,
  cliLoginScene,
  interleaved,
  terminal,
  type Waiting
} from "../../test/cli-login-scene.ts"
import { tally, times } from "../../test/guesses.ts"
import { eventsOf, from } from "../../test/people.ts"
import { type Around, outage } from "../../test/store-around.ts"
import { dumpOf, tagOf } from "../../test/token-scene.ts"
import { reveal } from "../secret/secret-text.ts"
import { ChallengeId } from "./challenge.ts"

const end = "5 minutes"

/** A challenge in each state in which somebody may find it. The last one of Ada's doing. */
const states: Readonly<Record<string, (scene: CliLoginScene) => Promise<Waiting>>> = {
  pending: ({ begin }) => begin(),
  claimed: ({ claimed }) => claimed(),
  approved: ({ approved }) => approved(),
  denied: async ({ ada, auth, claimed }) => {
    const begun = await claimed()
    await auth.cliLogins.deny({ user: ada }, begun.id)
    return begun
  },
  "denied after its approval": async ({ ada, approved, auth }) => {
    const begun = await approved()
    await auth.cliLogins.deny({ user: ada }, begun.id)
    return begun
  },
  redeemed: async ({ approved, collect }) => {
    const begun = await approved()
    await collect(begun)
    return begun
  }
}

/** What may be done with it, and what comes of it, in a word. */
const verbs: Readonly<Record<string, (scene: CliLoginScene, begun: Waiting) => Promise<string>>> = {
  "look up": ({ ada, auth }, { code }) => auth.cliLogins.lookUp({ user: ada }, code).then(({ state }) => state),
  find: ({ ada, auth }, { id }) => auth.cliLogins.find(ada.id, id).then(({ state }) => state),
  approve: ({ ada, auth }, { id }) =>
    auth.cliLogins.approve({ user: ada }, id).then(({ isDone }) => (isDone ? "done" : "done before")),
  deny: ({ ada, auth }, { id }) => auth.cliLogins.deny({ user: ada }, id).then(({ state }) => state),
  collect: ({ collect }, begun) => collect(begun).then(({ status }) => status)
}

/** What each verb comes to in each state, in the order of `verbs`: while the challenge lives, and from its end on. */
const outcomes: Readonly<Record<string, readonly [ReadonlyArray<string>, ReadonlyArray<string>]>> = {
  pending: [
    ["claimed", "CliLoginNotFound", "CliLoginNotFound", "CliLoginNotFound", "pending"],
    ["CliLoginExpired", "CliLoginNotFound", "CliLoginNotFound", "CliLoginNotFound", "CliLoginExpired"]
  ],
  claimed: [
    ["claimed", "claimed", "done", "denied", "pending"],
    ["CliLoginExpired", "claimed", "CliLoginExpired", "CliLoginExpired", "CliLoginExpired"]
  ],
  approved: [
    ["approved", "approved", "done before", "denied", "token"],
    ["CliLoginExpired", "approved", "CliLoginExpired", "CliLoginExpired", "CliLoginExpired"]
  ],
  denied: [
    ["denied", "denied", "CliLoginDecided", "denied", "CliLoginDenied"],
    ["denied", "denied", "CliLoginDecided", "denied", "CliLoginDenied"]
  ],
  "denied after its approval": [
    ["denied", "denied", "CliLoginDecided", "denied", "CliLoginDenied"],
    ["denied", "denied", "CliLoginDecided", "denied", "CliLoginDenied"]
  ],
  redeemed: [
    ["redeemed", "redeemed", "CliLoginDecided", "CliLoginDecided", "CliLoginNotFound"],
    ["redeemed", "redeemed", "CliLoginDecided", "CliLoginDecided", "CliLoginNotFound"]
  ]
}

const cases = Object.entries(outcomes).flatMap(([state, [alive, ended]]) =>
  Object.keys(verbs).flatMap((verb, at) => [
    [state, "lives", verb, alive[at]] as const,
    [state, "has ended", verb, ended[at]] as const
  ])
)

describe("a challenge", () => {
  it.each(cases)("that is %s and %s, at the verb %s: %s (DEV-03, DEV-10)", async (state, life, verb, expected) => {
    const scene = await cliLoginScene()
    const begun = await states[state]?.(scene)
    if (begun === undefined) throw new Error("no such state")
    if (life === "has ended") await scene.clock.advance(end)
    const before = scene.storedOf(begun)
    expect(await tagOf<unknown>(verbs[verb]?.(scene, begun) ?? Promise.resolve())).toBe(expected)
    if (/^CliLogin/.test(expected ?? "")) expect(scene.storedOf(begun)).toEqual(before)
    expect(await scene.liveOf(scene.ada.id)).toBe(state === "redeemed" || expected === "token" ? 1 : 0)
  })

  it.each(Object.keys(states))(
    "that is %s can be seen, approved and denied by nobody but who claimed it (DEV-09)",
    async (state) => {
      const scene = await cliLoginScene()
      const { auth, bob, tables } = scene
      const { id } = (await states[state]?.(scene)) ?? { id: ChallengeId("") }
      const before = dumpOf({ ...tables, buckets: new Map(), audit: [] })
      for (const outcome of [
        auth.cliLogins.find(bob.id, id),
        auth.cliLogins.approve({ user: bob }, id),
        auth.cliLogins.deny({ user: bob }, id)
      ]) {
        expect(await tagOf<unknown>(outcome)).toBe("CliLoginNotFound")
      }
      expect(await auth.cliLogins.list(bob.id)).toEqual([])
      expect(dumpOf({ ...tables, buckets: new Map(), audit: [] })).toBe(before)
    }
  )

  it("of no such id is not found", async () => {
    const { ada, auth } = await cliLoginScene()
    for (const id of ["", "x", "01a20150-c7f4-7b5e-8f0e-3f2f4e9b1d77"].map(ChallengeId)) {
      expect(await tagOf(auth.cliLogins.approve({ user: ada }, id))).toBe("CliLoginNotFound")
    }
  })
})

describe("decisions at one moment", () => {
  it("to approve, sixteen times, are done once, and the trail has one event (DEV-10)", async () => {
    const { ada, auth, claimed, collect } = await cliLoginScene({ around: interleaved })
    const begun = await claimed()
    const approvals = await times(16, () => auth.cliLogins.approve({ user: ada }, begun.id))
    expect(approvals.filter(({ isDone }) => isDone)).toHaveLength(1)
    expect(await eventsOf(auth, { type: "cli-login.approved" })).toHaveLength(1)
    expect(await collect(begun)).toMatchObject({ status: "token" })
  })

  it("to approve and to deny end in the denial, whichever came first, and the trail has it once (DEV-10)", async () => {
    const { ada, auth, claimed, collect, storedOf } = await cliLoginScene({ around: interleaved })
    const begun = await claimed()
    const { id } = begun
    const decided = await times(16, (at) =>
      at % 2 === 0
        ? tagOf(
            auth.cliLogins.approve({ user: ada }, id).then(({ isDone }) => (isDone ? "approved" : "approved again"))
          )
        : tagOf(auth.cliLogins.deny({ user: ada }, id).then(() => "denied"))
    )
    const { denied, CliLoginDecided, approved = 0 } = tally(decided as ReadonlyArray<string>)
    expect(denied).toBe(8)
    expect((CliLoginDecided ?? 0) + approved).toBe(8)
    expect(approved).toBeLessThanOrEqual(1)
    expect(storedOf(begun)).toMatchObject({ state: "denied", deniedBy: "user" })
    expect(await eventsOf(auth, { type: "cli-login.denied" })).toHaveLength(1)
    expect(await tagOf(collect(begun))).toBe("CliLoginDenied")
  })
})

/** Something that is to happen once, right after the store has answered a call of this name. */
const after = (operation: string) => {
  let pending: (() => Promise<unknown>) | null = null
  const around: Around = (name, call) => {
    if (name !== operation || pending === null) return call
    const happen = pending
    pending = null
    return Effect.tap(call, () => Effect.promise(happen))
  }
  const arm = (happen: () => Promise<unknown>) => {
    pending = happen
  }
  return { around, arm }
}

describe("between the two writes of an approval", () => {
  it("a denial wins, and the approval is told so (DEV-10)", async () => {
    const { around, arm } = after("challenges.decide")
    const { ada, auth, claimed, collect } = await cliLoginScene({ around })
    const begun = await claimed()
    arm(() => auth.cliLogins.deny({ user: ada }, begun.id))
    await expect(auth.cliLogins.approve({ user: ada }, begun.id)).rejects.toMatchObject({
      _tag: "CliLoginDecided",
      state: "denied"
    })
    expect(await tagOf(collect(begun))).toBe("CliLoginDenied")
    expect(await eventsOf(auth, { type: "cli-login.approved" })).toEqual([])
  })

  it("a second approval may be collected: then it is the one that was done (DEV-06, DEV-10)", async () => {
    const { around, arm } = after("challenges.decide")
    const { ada, auth, claimed, collect, liveOf } = await cliLoginScene({ around })
    const begun = await claimed()
    arm(async () => {
      expect(await auth.cliLogins.approve({ user: ada }, begun.id)).toMatchObject({ isDone: true })
      expect(await collect(begun)).toMatchObject({ status: "token" })
    })
    expect(await auth.cliLogins.approve({ user: ada }, begun.id)).toMatchObject({ isDone: false })
    expect(await eventsOf(auth, { type: "cli-login.approved" })).toHaveLength(1)
    expect(await liveOf(ada.id)).toBe(1)
  })
})

describe("an approval", () => {
  it("is written down with the program, what it may do, and where it and the browser are (DEV-15)", async () => {
    const { ada, auth, claimed } = await cliLoginScene()
    const { id } = await claimed({ scopes: ["packages:read", "packages:write"] })
    await auth.cliLogins.approve({ user: ada }, id, browser)
    expect(await eventsOf(auth, { type: "cli-login.approved" })).toMatchObject([
      {
        actor: ada.id,
        subject: ada.id,
        credential: `cli-login:${id}`,
        ip: browser.ip,
        details: { program: "acme", scopes: "packages:read packages:write", result: "token", from: terminal.ip }
      }
    ])
  })

  it("shows a number, if the program can ask for it, and a new one each time (DEV-20)", async () => {
    const { ada, auth, claimed, collect, storedOf } = await cliLoginScene()
    const begun = await claimed({ canAskForNumber: true })
    const [first, second] = [
      await auth.cliLogins.approve({ user: ada }, begun.id),
      await auth.cliLogins.approve({ user: ada }, begun.id)
    ]
    expect([first.isDone, second.isDone]).toEqual([true, false])
    const numbers = [first, second].map(({ number }) => reveal(number ?? ""))
    expect(numbers).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^\d{6}$/)])
    expect(JSON.stringify(storedOf(begun))).not.toContain(numbers[1])
    if (numbers[0] !== numbers[1]) {
      expect(await collect(begun, { number: numbers[0] ?? "" })).toMatchObject({ attemptsLeft: 2 })
    }
    expect(await collect(begun, { number: numbers[1] ?? "" })).toMatchObject({ status: "token" })
  })

  it("shows no number to a program that cannot ask for it (DEV-20)", async () => {
    const { ada, auth, claimed } = await cliLoginScene()
    const { id } = await claimed()
    expect(await auth.cliLogins.approve({ user: ada }, id)).toMatchObject({
      number: null,
      isDone: true,
      challenge: { state: "approved", numberHash: null, epoch: ada.epoch }
    })
  })

  it("is told when the user has no room for a token, and decides nothing (RAT-13)", async () => {
    const { ada, auth, claimed, storedOf } = await cliLoginScene({ tokens: { perUser: 2 } })
    const [begun, session] = [await claimed(), await claimed({ result: "session" })]
    for (const name of ["one", "two"]) await auth.tokens.issue({ user: ada, scopes: "all" }, { name })
    await expect(auth.cliLogins.approve({ user: ada }, begun.id)).rejects.toMatchObject({
      _tag: "TooManyTokens",
      most: 2
    })
    expect(storedOf(begun)).toMatchObject({ state: "claimed" })
    expect(await auth.cliLogins.approve({ user: ada }, session.id)).toMatchObject({ isDone: true })
    const [live] = await auth.tokens.list(ada.id)
    if (live !== undefined) await auth.tokens.revoke({ owner: ada.id, id: live.id })
    expect(await auth.cliLogins.approve({ user: ada }, begun.id)).toMatchObject({ isDone: true })
  })

  it("is told as decided, if that filled the room for tokens (RAT-13, DEV-10)", async () => {
    const { ada, approved, auth, collect } = await cliLoginScene({ tokens: { perUser: 1 } })
    const begun = await approved()
    await collect(begun)
    await expect(auth.cliLogins.approve({ user: ada }, begun.id)).rejects.toMatchObject({
      _tag: "CliLoginDecided",
      state: "redeemed"
    })
  })

  it("counts all of a user's tokens for that, beyond one page of them (RAT-13)", async () => {
    const { ada, auth, claimed } = await cliLoginScene({ tokens: { perUser: 501 } })
    const { id } = await claimed()
    for (let at = 0; at < 500; at++) await auth.tokens.issue({ user: ada, scopes: "all" }, { name: `runner ${at}` })
    expect(await auth.cliLogins.approve({ user: ada }, id)).toMatchObject({ isDone: true })
    await auth.tokens.issue({ user: ada, scopes: "all" }, { name: "last" })
    expect(await tagOf(auth.cliLogins.approve({ user: ada }, id))).toBe("TooManyTokens")
  }, 20_000)

  it("is told when tokens were turned off since the program began (PAT-08)", async () => {
    const scene = await cliLoginScene()
    const { ada, claimed, tables } = scene
    const { id } = await claimed()
    const off = await cliLoginScene({ tables, tokens: { enabled: false } })
    expect(await tagOf(off.auth.cliLogins.approve({ user: ada }, id))).toBe("TokensDisabled")
  })

  it("is nobody's where CLI logins are off, and a denial still is (DEV-12)", async () => {
    const { ada, claimed, tables } = await cliLoginScene()
    const { id } = await claimed()
    const off = await cliLoginScene({ tables, cliLogin: { enabled: false } })
    expect(await tagOf(off.auth.cliLogins.approve({ user: ada }, id))).toBe("CliLoginDisabled")
    expect(await off.auth.cliLogins.deny({ user: ada }, id)).toMatchObject({ state: "denied" })
  })

  it("PWD-25 is not for who must choose another password, whatever the options say; they may look it up afterwards", async () => {
    const { ada, auth, begin, claimed } = await cliLoginScene()
    const { id } = await claimed()
    const user = { ...ada, mustChangePassword: true }
    const refused = { _tag: "ApproverNotAllowed", reason: "password-change" }
    await expect(auth.cliLogins.approve({ user }, id)).rejects.toMatchObject(refused)
    const { code } = await begin()
    await expect(auth.cliLogins.lookUp({ user }, code)).rejects.toMatchObject(refused)
    expect(await auth.cliLogins.lookUp({ user: ada }, code)).toMatchObject({ state: "claimed" })
  })

  it("is only for who is verified, if the options say so (DEV-12)", async () => {
    const { ada, auth, claimed } = await cliLoginScene({ cliLogin: { approvers: "verified" } })
    const { id } = await claimed()
    const refused = auth.cliLogins.approve({ user: { ...ada, isVerified: false } }, id)
    await expect(refused).rejects.toMatchObject({ _tag: "ApproverNotAllowed", reason: "not-verified" })
    expect(await auth.cliLogins.approve({ user: ada }, id)).toMatchObject({ isDone: true })
  })
})

describe("who acts with a credential", () => {
  it("that a program holds can neither approve nor deny, and nothing is asked of the store (DEV-14)", async () => {
    const { ada, asked, auth, claimed, storedOf } = await cliLoginScene()
    const begun = await claimed()
    const { token } = await auth.tokens.issue({ user: ada, scopes: "all" }, { name: "runner" })
    asked.length = 0
    for (const decide of [auth.cliLogins.approve, auth.cliLogins.deny]) {
      const refused = decide({ user: ada, token }, begun.id)
      await expect(refused).rejects.toMatchObject({ _tag: "ApproverNotAllowed", reason: "program" })
    }
    expect(asked).toEqual([])
    expect(storedOf(begun)).toMatchObject({ state: "claimed" })
  })

  it("that has ended can neither approve nor deny, and changes nothing (SES-22)", async () => {
    const { ada, auth, claimed, storedOf } = await cliLoginScene()
    const { session } = await auth.sessions.open(ada)
    const begun = await claimed()
    await auth.sessions.close({ owner: ada.id, id: session.id })
    for (const decide of [auth.cliLogins.approve, auth.cliLogins.deny]) {
      expect(await tagOf<unknown>(decide({ user: ada, session }, begun.id))).toBe("CredentialEnded")
    }
    expect(storedOf(begun)).toMatchObject({ state: "claimed" })
  })

  it.each([true, false])(
    "that ends while the approval is written gives no program anything; with a number: %j (SES-22, DEV-07)",
    async (canAskForNumber) => {
      const { around, arm } = after("challenges.decide")
      const { ada, auth, claimed, collect, liveOf } = await cliLoginScene({ around })
      const { session } = await auth.sessions.open(ada)
      const begun = await claimed({ canAskForNumber, result: "session" })
      arm(() => auth.sessions.close({ owner: ada.id, id: session.id }))
      expect(await tagOf(auth.cliLogins.approve({ user: ada, session }, begun.id))).toBe("CredentialEnded")
      expect(await tagOf(collect(begun).then(({ status }) => status))).toBe(
        canAskForNumber ? "number-needed" : "pending"
      )
      expect(await liveOf(ada.id)).toBe(0)
      // With a number, whoever approves it again gets one, so the trail has the approval.
      expect(await eventsOf(auth, { type: "cli-login.approved" })).toHaveLength(canAskForNumber ? 1 : 0)
      // Who is there with another session can still decide.
      expect(await auth.cliLogins.deny({ user: ada }, begun.id)).toMatchObject({ state: "denied" })
    }
  )
})

describe("an outage", () => {
  it("while the approval is checked leaves an approval that opens nothing, and that can be repeated (DEV-10)", async () => {
    let isDown = false
    const around = outage((operation) => isDown && operation === "sessions.isThere")
    const scene = await cliLoginScene({
      around: (operation, call) => {
        if (operation === "challenges.decide") isDown = true
        return around(operation, call)
      }
    })
    const { ada, auth, claimed, collect } = scene
    const { session } = await auth.sessions.open(ada)
    const begun = await claimed()
    expect(await tagOf(auth.cliLogins.approve({ user: ada, session }, begun.id))).toBe("StoreError")
    const told = { state: "claimed", id: begun.id }
    expect(await auth.cliLogins.find(ada.id, begun.id)).toMatchObject(told)
    expect(await auth.cliLogins.lookUp({ user: ada }, begun.code)).toMatchObject(told)
    expect(await auth.cliLogins.list(ada.id)).toMatchObject([told])
    for (const number of ["000000", "000001", "000002", "000003"]) {
      expect(await collect(begun, { number })).toMatchObject({ status: "pending" })
    }
    expect(await eventsOf(auth, { type: "cli-login.approved" })).toEqual([])
    expect(await auth.cliLogins.approve({ user: ada }, begun.id)).toMatchObject({ isDone: true })
    expect(await eventsOf(auth, { type: "cli-login.approved" })).toHaveLength(1)
    expect(await collect(begun)).toMatchObject({ status: "token" })
  })

  it("before the number is shown leaves an approval that the trail has, once, when it is given again (DEV-20)", async () => {
    let isDown = false
    const around = outage((operation) => isDown && operation === "sessions.isThere")
    const { ada, auth, claimed, collect } = await cliLoginScene({
      around: (operation, call) => {
        if (operation === "challenges.decide") isDown = true
        return around(operation, call)
      }
    })
    const { session } = await auth.sessions.open(ada)
    const begun = await claimed({ canAskForNumber: true })
    expect(await tagOf(auth.cliLogins.approve({ user: ada, session }, begun.id))).toBe("StoreError")
    const { number } = await auth.cliLogins.approve({ user: ada }, begun.id)
    expect(await collect(begun, { number: reveal(number ?? "") })).toMatchObject({ status: "token" })
    expect(await eventsOf(auth, { type: "cli-login.approved" })).toHaveLength(1)
  })

  it("in a needless second approval leaves the first one as it was (DEV-10)", async () => {
    let decisions = 0
    const around = outage((operation) => decisions === 3 && operation === "sessions.isThere")
    const { ada, auth, approved, collect } = await cliLoginScene({
      around: (operation, call) => {
        if (operation === "challenges.decide") decisions++
        return around(operation, call)
      }
    })
    const { session } = await auth.sessions.open(ada)
    const begun = await approved()
    expect(decisions).toBe(2)
    expect(await tagOf(auth.cliLogins.approve({ user: ada, session }, begun.id))).toBe("StoreError")
    expect(await auth.cliLogins.find(ada.id, begun.id)).toMatchObject({ state: "approved" })
    expect(await collect(begun)).toMatchObject({ status: "token" })
  })
})

describe("the networks of program and browser", () => {
  it("may differ, unless the option refuses it; then unknown ones are refused too (DEV-12)", async () => {
    const free = await cliLoginScene()
    const { id } = await free.claimed()
    expect(await free.auth.cliLogins.approve({ user: free.ada }, id, browser)).toMatchObject({ isDone: true })
    const strict = await cliLoginScene({ cliLogin: { otherNetwork: "refuse" } })
    const begun = await strict.claimed()
    for (const client of [browser, from(""), undefined]) {
      expect(await tagOf(strict.auth.cliLogins.approve({ user: strict.ada }, begun.id, client))).toBe("OtherNetwork")
    }
    expect(strict.storedOf(begun)).toMatchObject({ state: "claimed" })
    expect(await strict.auth.cliLogins.approve({ user: strict.ada }, begun.id, from(terminal.ip))).toMatchObject({
      isDone: true
    })
  })
})

describe("a denial", () => {
  it("is final, is written down once, and is kept for the retention without any secret (DEV-10, DEV-15)", async () => {
    const { ada, approved, auth, clock, collect, storedOf } = await cliLoginScene({ cliLogin: { retention: "7 days" } })
    const begun = await approved()
    await clock.advance("1 minute")
    await auth.cliLogins.deny({ user: ada }, begun.id, browser)
    await auth.cliLogins.deny({ user: ada }, begun.id, browser)
    expect(await tagOf(collect(begun))).toBe("CliLoginDenied")
    expect(storedOf(begun)).toMatchObject({
      state: "denied",
      deniedBy: "user",
      deniedAt: clock.now(),
      keptUntil: clock.now() + 7 * 86_400_000
    })
    expect(await eventsOf(auth, { type: "cli-login.denied" })).toMatchObject([
      { actor: ada.id, credential: `cli-login:${begun.id}`, ip: browser.ip, details: { by: "user", program: "acme" } }
    ])
  })
})
