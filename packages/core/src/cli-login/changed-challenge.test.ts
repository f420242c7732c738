import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { SecretHash } from "../secret/credential.ts"
import { UserId } from "../secret/user-id.ts"
import {
  type Challenge,
  ChallengeId,
  hasChallengeExpired,
  isChallengePastEnd,
  MOST_WRONG_NUMBERS,
  type OwnChallenge,
  toldChallenge
} from "./challenge.ts"
import type { Decision } from "./challenge-store.ts"
import {
  challengesBeyond,
  claimedChallenge,
  decidedChallenge,
  LONGEST_INTERVAL_MS,
  polledChallenge,
  redeemedChallenge
} from "./changed-challenge.ts"

const hashes = fc.constantFrom("0a", "1b", "2c").map((byte) => SecretHash(byte.repeat(32)))
const ids = fc.constantFrom("a", "b", "c").map((end) => ChallengeId(`01a20150-c7f4-7b5e-8f0e-3f2f4e9b1d7${end}`))
const users = fc.constantFrom(UserId("ada"), UserId("bob"))

/** Few instants, so that the ends are met often. */
const instants = fc.integer({ min: 1_000, max: 1_020 })

const asked = fc.record({
  id: ids,
  codeHash: hashes,
  program: fc.constantFrom("acme", "other"),
  scopes: fc.subarray(["packages:read", "packages:write"]),
  result: fc.constantFrom("token" as const, "session" as const),
  hasNumber: fc.boolean(),
  ip: fc.constantFrom(null, "192.0.2.1"),
  userAgent: fc.constantFrom(null, "acme/1"),
  createdAt: instants,
  expiresAt: instants,
  keptUntil: instants,
  pace: fc.record({
    interval: fc.constantFrom(0, 10, 5_000, LONGEST_INTERVAL_MS - 1, LONGEST_INTERVAL_MS, 90_000),
    step: fc.constantFrom(0, 5_000),
    nextPollAt: instants
  })
})
const claim = fc.record({ userId: users, claimedAt: instants })

const states: Readonly<Record<Challenge["state"], fc.Arbitrary<Challenge>>> = {
  pending: asked.map((each) => ({ ...each, state: "pending", userId: null })),
  claimed: fc.tuple(asked, claim).map(([each, own]) => ({ ...each, ...own, state: "claimed" })),
  approved: fc
    .tuple(
      asked,
      claim,
      fc.record({
        approvedAt: instants,
        epoch: fc.nat(3),
        numberHash: fc.option(hashes),
        wrongNumbers: fc.nat(MOST_WRONG_NUMBERS - 1)
      })
    )
    .map(([each, own, rest]) => ({ ...each, ...own, ...rest, state: "approved" })),
  denied: fc
    .tuple(
      asked,
      claim,
      fc.record({
        deniedAt: instants,
        deniedBy: fc.constantFrom("user" as const, "number" as const, "change" as const)
      })
    )
    .map(([each, own, rest]) => ({ ...each, ...own, ...rest, state: "denied" })),
  redeemed: fc
    .tuple(asked, claim, fc.record({ approvedAt: instants, redeemedAt: instants }))
    .map(([each, own, rest]) => ({ ...each, ...own, ...rest, state: "redeemed" }))
}

const challenges = fc.oneof(...Object.values(states))
const decisions: fc.Arbitrary<Decision> = fc.oneof(
  fc.record({ to: fc.constant("approved" as const), epoch: fc.nat(3), numberHash: fc.option(hashes) }),
  fc.record({
    to: fc.constant("denied" as const),
    by: fc.constantFrom("user" as const, "change" as const),
    keptUntil: instants
  })
)
const redemptions = fc.record({ at: instants, numberHash: fc.option(hashes), keptUntil: instants })

/** The fields of a challenge that a change set, took away, or left as they were but for these. */
const changedFields = (before: object, after: object): ReadonlyArray<string> => {
  const [was, is] = [Object.entries(before), Object.entries(after)]
  const names = new Set([...was, ...is].map(([name]) => name))
  const textIn = (entries: typeof was, name: string) =>
    JSON.stringify(entries.filter(([each]) => each === name).map(([, value]) => value))
  return [...names].filter((name) => textIn(was, name) !== textIn(is, name)).sort()
}

describe("a poll", () => {
  it("changes the pace alone, and only while a challenge waits for its user and lives (DEV-05)", () => {
    fc.assert(
      fc.property(challenges, instants, (challenge, at) => {
        const { challenge: after, isEarly } = polledChallenge(challenge, at)
        const isWaiting = ["pending", "claimed"].includes(challenge.state) && at < challenge.expiresAt
        if (!isWaiting) {
          expect({ after, isEarly }).toEqual({ after: challenge, isEarly: false })
          return
        }
        expect({ ...after, pace: null }).toEqual({ ...challenge, pace: null })
        expect(after.pace.step).toBe(challenge.pace.step)
        expect(after.pace.nextPollAt).toBe(at + after.pace.interval)
      })
    )
  })

  it("that comes too early makes the interval longer by the step, for good, up to a minute (DEV-05)", () => {
    fc.assert(
      fc.property(states.pending, (pending) => {
        const challenge = { ...pending, expiresAt: 10_000_000 }
        const { interval, step, nextPollAt } = challenge.pace
        const due = nextPollAt - Math.floor(interval / 5)
        const early = polledChallenge(challenge, due - 1)
        expect(early.isEarly).toBe(true)
        const longest = Math.max(interval, LONGEST_INTERVAL_MS)
        expect(early.challenge.pace.interval).toBe(Math.min(interval + step, longest))
        const intime = polledChallenge(challenge, due)
        expect([intime.isEarly, intime.challenge.pace.interval]).toEqual([false, interval])
      })
    )
  })
})

describe("a claim", () => {
  it("is made of a pending challenge that lives, by anybody, and of nothing else (DEV-09, DEV-10)", () => {
    fc.assert(
      fc.property(challenges, users, instants, (challenge, userId, at) => {
        const after = claimedChallenge(challenge, userId, at)
        if (challenge.state !== "pending" || at >= challenge.expiresAt) {
          expect(after).toBeNull()
          return
        }
        expect(after).toEqual({ ...challenge, state: "claimed", userId, claimedAt: at })
      })
    )
  })
})

/** What a decision may be made of. */
const isDecidable = ({ state, expiresAt }: Challenge, at: number): boolean =>
  ["claimed", "approved"].includes(state) && at < expiresAt

/** Whether a decision approves once more what nothing stands in the way of. */
const isNeedless = (challenge: Challenge, { to }: Decision): boolean =>
  to === "approved" && challenge.state === "approved" && challenge.numberHash === null

describe("a decision", () => {
  it("is made of a claimed or approved challenge that lives, and of nothing else (DEV-03, DEV-10)", () => {
    fc.assert(
      fc.property(challenges, decisions, instants, (challenge, decision, at) => {
        const isMade = isDecidable(challenge, at) && !isNeedless(challenge, decision)
        expect(decidedChallenge(challenge, decision, at) !== null).toBe(isMade)
      })
    )
  })

  it("to approve keeps the epoch at which the challenge was first approved, until it takes the number away, and the wrong numbers (DEV-07, DEV-20)", () => {
    fc.assert(
      fc.property(challenges, decisions, instants, (challenge, decision, at) => {
        fc.pre(decision.to === "approved" && isDecidable(challenge, at))
        const decided = decidedChallenge(challenge, decision, at)
        if (decision.to !== "approved" || decided === null) return
        const { epoch, numberHash } = decision
        if (challenge.state === "approved") {
          const opened = { challenge: { ...challenge, epoch, numberHash }, isDone: true }
          const renumbered = { challenge: { ...challenge, numberHash }, isDone: false }
          expect(decided).toEqual(numberHash === null ? opened : renumbered)
          return
        }
        const approval = { state: "approved", approvedAt: at, epoch, numberHash, wrongNumbers: 0 }
        expect(decided).toEqual({ challenge: { ...challenge, ...approval }, isDone: true })
      })
    )
  })

  it("to deny keeps nothing of an approval, and everything that was asked (DEV-10, DEV-15)", () => {
    fc.assert(
      fc.property(challenges, decisions, instants, (challenge, decision, at) => {
        fc.pre(decision.to === "denied" && isDecidable(challenge, at))
        const decided = decidedChallenge(challenge, decision, at)
        if (decision.to !== "denied" || decided === null) return
        expect(decided.isDone).toBe(true)
        expect(decided.challenge).toMatchObject({ state: "denied", deniedAt: at, deniedBy: decision.by })
        expect(decided.challenge.keptUntil).toBe(decision.keptUntil)
        const mayChange = [
          "approvedAt",
          "deniedAt",
          "deniedBy",
          "epoch",
          "keptUntil",
          "numberHash",
          "state",
          "wrongNumbers"
        ]
        expect(changedFields(challenge, decided.challenge).filter((field) => !mayChange.includes(field))).toEqual([])
        for (const field of ["approvedAt", "epoch", "numberHash", "wrongNumbers"]) {
          expect(decided.challenge).not.toHaveProperty(field)
        }
      })
    )
  })
})

describe("a redemption", () => {
  it("is made of an approved challenge that lives, with its number if it has one (DEV-06, DEV-10, DEV-20)", () => {
    fc.assert(
      fc.property(fc.oneof(challenges, states.approved), redemptions, (challenge, redemption) => {
        const { challenge: after, outcome } = redeemedChallenge(challenge, redemption)
        if (challenge.state !== "approved" || redemption.at >= challenge.expiresAt) {
          expect({ after, outcome }).toEqual({ after: challenge, outcome: "not-approved" })
          return
        }
        const { numberHash, wrongNumbers } = challenge
        if (numberHash === null || numberHash === redemption.numberHash) {
          expect(outcome).toBe("redeemed")
          expect(after).toMatchObject({
            state: "redeemed",
            redeemedAt: redemption.at,
            keptUntil: redemption.keptUntil,
            approvedAt: challenge.approvedAt
          })
          const mayChange = ["epoch", "keptUntil", "numberHash", "redeemedAt", "state", "wrongNumbers"]
          expect(changedFields(challenge, after).filter((field) => !mayChange.includes(field))).toEqual([])
          for (const field of ["epoch", "numberHash", "wrongNumbers"]) expect(after).not.toHaveProperty(field)
          return
        }
        if (redemption.numberHash === null) {
          expect({ after, outcome }).toEqual({ after: challenge, outcome: "number-missing" })
          return
        }
        expect(outcome).toBe("number-wrong")
        if (wrongNumbers + 1 < MOST_WRONG_NUMBERS) {
          expect(after).toEqual({ ...challenge, wrongNumbers: wrongNumbers + 1 })
          return
        }
        expect(after).toMatchObject({ state: "denied", deniedBy: "number", keptUntil: redemption.keptUntil })
      }),
      { numRuns: 2_000 }
    )
  })
})

describe("the end of a challenge", () => {
  it("is at the very instant, and a millisecond before it lives (DEV-03)", () => {
    fc.assert(
      fc.property(challenges, (challenge) => {
        expect(isChallengePastEnd(challenge, challenge.expiresAt - 1)).toBe(false)
        expect(isChallengePastEnd(challenge, challenge.expiresAt)).toBe(true)
      })
    )
  })

  it("expires what nobody denied or collected, and nothing else (DEV-03)", () => {
    fc.assert(
      fc.property(challenges, (challenge) => {
        const isOpen = ["pending", "claimed", "approved"].includes(challenge.state)
        expect(hasChallengeExpired(challenge, challenge.expiresAt)).toBe(isOpen)
        expect(hasChallengeExpired(challenge, challenge.expiresAt - 1)).toBe(false)
      })
    )
  })
})

describe("what is told of a challenge", () => {
  it("is all of it, but of an approval that is being checked: that is told as claimed (DEV-10)", () => {
    fc.assert(
      fc.property(fc.oneof(challenges, states.approved), (challenge) => {
        if (challenge.state === "pending") return
        const isChecked = challenge.state === "approved" && !challenge.hasNumber && challenge.numberHash !== null
        const told = toldChallenge(challenge)
        if (!isChecked) {
          expect(told).toEqual(challenge)
          return
        }
        expect(told.state).toBe("claimed")
        const changed = ["approvedAt", "epoch", "numberHash", "state", "wrongNumbers"]
        expect(changedFields(challenge, told)).toEqual(changed)
        expect(Object.keys(told)).not.toContain("numberHash")
      })
    )
  })
})

describe("a user's challenges beyond the limit", () => {
  const own = fc.uniqueArray(fc.oneof(states.claimed, states.denied, states.redeemed) as fc.Arbitrary<OwnChallenge>, {
    selector: ({ createdAt }) => createdAt,
    maxLength: 12
  })

  it("are the oldest, so that with the claimed one there are no more than the limit (DEV-13)", () => {
    fc.assert(
      fc.property(own, fc.integer({ min: 1, max: 14 }), (others, most) => {
        const beyond = challengesBeyond(others, most)
        expect(others.length - beyond.length).toBe(Math.min(others.length, most - 1))
        const times = others.map(({ createdAt }) => createdAt).sort((a, b) => a - b)
        expect(beyond.map(({ createdAt }) => createdAt)).toEqual(times.slice(0, beyond.length))
      })
    )
  })

  it("are no more than a hundred in one step (OPS-07)", () => {
    const [sample] = fc.sample(states.claimed as fc.Arbitrary<OwnChallenge>, 1)
    if (sample === undefined) throw new Error("no sample")
    const many = Array.from({ length: 300 }, (_, createdAt) => ({ ...sample, createdAt }))
    expect(challengesBeyond(many, 1).map(({ createdAt }) => createdAt)).toEqual(
      Array.from({ length: 100 }, (_, at) => at)
    )
  })
})
