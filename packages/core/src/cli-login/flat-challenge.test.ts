import { describe, expect, it } from "vitest"
import { SecretHash } from "../secret/credential.ts"
import { UserId } from "../secret/user-id.ts"
import { type Challenge, ChallengeId } from "./challenge.ts"
import { challengeOfRow, type FlatChallenge, flatChallenge } from "./flat-challenge.ts"

const asked = {
  id: ChallengeId("01a20150-c7f4-7b5e-8f0e-3f2f4e9b1d7a"),
  codeHash: SecretHash("0a".repeat(32)),
  program: "acme",
  scopes: ["packages:read"],
  result: "token",
  hasNumber: true,
  ip: null,
  userAgent: null,
  createdAt: 1,
  expiresAt: 2,
  keptUntil: 3,
  pace: { interval: 4, step: 5, nextPollAt: 6 }
} as const
const claim = { userId: UserId("ada"), claimedAt: 7 }

const challenges: { readonly [State in Challenge["state"]]: Challenge & { readonly state: State } } = {
  pending: { ...asked, state: "pending", userId: null },
  claimed: { ...asked, ...claim, state: "claimed" },
  approved: { ...asked, ...claim, state: "approved", approvedAt: 8, epoch: 0, numberHash: null, wrongNumbers: 0 },
  denied: { ...asked, ...claim, state: "denied", deniedAt: 8, deniedBy: "number" },
  redeemed: { ...asked, ...claim, state: "redeemed", approvedAt: 8, redeemedAt: 9 }
}

/** What a row of each state cannot be without. */
const needs: { readonly [State in Challenge["state"]]: ReadonlyArray<keyof FlatChallenge> } = {
  pending: [],
  claimed: ["userId", "claimedAt"],
  approved: ["userId", "claimedAt", "approvedAt", "epoch", "wrongNumbers"],
  denied: ["userId", "claimedAt", "deniedAt", "deniedBy"],
  redeemed: ["userId", "claimedAt", "approvedAt", "redeemedAt"]
}

describe("the row of a challenge", () => {
  it.each(Object.values(challenges))(
    "that is $state gives the challenge back, with no field of another state",
    (each) => {
      expect(challengeOfRow(flatChallenge(each))).toStrictEqual(each)
    }
  )

  it.each(Object.values(challenges))("that is $state has every column, those of other states empty", (each) => {
    expect(Object.keys(flatChallenge(each)).sort()).toEqual(Object.keys(flatChallenge(challenges.approved)).sort())
    expect(Object.values(flatChallenge(each))).not.toContain(undefined)
  })

  it.each(Object.values(challenges))("that is $state is none without what that state needs", (each) => {
    for (const name of needs[each.state]) {
      expect(challengeOfRow({ ...flatChallenge(each), [name]: null }), name).toBeNull()
    }
  })

  it("that nobody has claimed is none with an owner", () => {
    expect(challengeOfRow({ ...flatChallenge(challenges.pending), userId: claim.userId })).toBeNull()
  })
})
