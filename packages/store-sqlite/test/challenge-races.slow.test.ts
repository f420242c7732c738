import type { StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expect, test, vi } from "vitest"
import { ROUNDS, racers, range, tally } from "./racers.ts"
import {
  approval,
  challenge,
  challengeKeyOf,
  challengeSecretOf,
  codeOf,
  now,
  person,
  plenty,
  userId,
  wholeList
} from "./samples.ts"
import { newPath, openStore } from "./stores.ts"

/** Two processes share two cores with all other tests. */
vi.setConfig({ testTimeout: 60_000 })

const { open, race, rounds } = racers()

/** Calls of each process in one round. */
const CALLS = 8

/** A file that both racers have open, with two users. */
const sharedStore = async () => {
  const path = newPath()
  const store = await openStore(path)
  await open(path)
  for (const n of [1, 2]) Effect.runSync(store.users.insert(person(n)))
  return store
}

/** So many challenges, which wait for their user. */
const pending = ({ challenges }: StoreShape, count: number): void => {
  for (const n of range(0, count)) Effect.runSync(challenges.insert(challenge(n), plenty))
}

/** The same, approved by the first user. */
const approved = (store: StoreShape, count: number, decision = approval()): void => {
  pending(store, count)
  for (const n of range(0, count)) {
    Effect.runSync(store.challenges.claim(codeOf(n), userId(1), now, plenty))
    Effect.runSync(store.challenges.decide(challengeKeyOf(n, userId(1)), decision, now))
  }
}

test(`DEV-06 of 16 redemptions in two processes one gets through, in each of ${ROUNDS} rounds`, async () => {
  const store = await sharedStore()
  approved(store, ROUNDS)
  for (const [n, outcomes] of (await rounds(["redeem", "redeem"], CALLS)).entries()) {
    expect(tally(outcomes), `round ${n}`).toEqual({ redeemed: 1, "not-approved": 15 })
  }
})

test(`DEV-05 of 16 polls in two processes one is in time, in each of ${ROUNDS} rounds`, async () => {
  const store = await sharedStore()
  pending(store, ROUNDS)
  for (const [n, outcomes] of (await rounds(["poll", "poll"], CALLS)).entries()) {
    expect(tally(outcomes), `round ${n}`).toEqual({ "in time": 1, early: 15 })
  }
  const last = Effect.runSync(store.challenges.poll(challengeSecretOf(ROUNDS - 1), now + 60_000))
  expect(last).toMatchObject({ isEarly: false, challenge: { pace: { interval: 60_000 } } })
})

test("DEV-20 of 16 wrong numbers from two processes three are tried", async () => {
  const store = await sharedStore()
  approved(store, ROUNDS, approval(codeOf(0)))
  for (const [n, outcomes] of (await rounds(["guess", "guess"], CALLS)).entries()) {
    expect(tally(outcomes), `round ${n}`).toEqual({ "number-wrong": 3, "not-approved": 13 })
  }
})

test("DEV-10 an approval that is taken back while its program collects is either collected or denied", async () => {
  const store = await sharedStore()
  approved(store, ROUNDS)
  for (const [n, outcomes] of (await rounds(["redeem", "deny"], 1)).entries()) {
    const { state } = Effect.runSync(store.challenges.find(challengeKeyOf(n, userId(1)))) ?? { state: null }
    expect([...outcomes, state], `round ${n}`).toEqual(
      state === "redeemed" ? ["redeemed", "false", "redeemed"] : ["not-approved", "true", "denied"]
    )
  }
})

test("DEV-10 a denial stands, whether another process approves before it or after it", async () => {
  const store = await sharedStore()
  pending(store, ROUNDS)
  for (const n of range(0, ROUNDS)) Effect.runSync(store.challenges.claim(codeOf(n), userId(1), now, plenty))
  for (const [n, outcomes] of (await rounds(["approve", "deny"], 1)).entries()) {
    expect(outcomes[1], `round ${n}`).toBe("true")
    expect(Effect.runSync(store.challenges.find(challengeKeyOf(n, userId(1)))), `round ${n}`).toMatchObject({
      state: "denied"
    })
  }
})

test("DEV-09 a code that two users enter in two processes is claimed by one of them", async () => {
  const store = await sharedStore()
  pending(store, ROUNDS)
  const outcomes = await race(["claim", range(0, ROUNDS)], ["claim", range(1_000, ROUNDS)])
  for (const n of range(0, ROUNDS)) {
    expect(outcomes.map((side) => side[n]).sort(), `round ${n}`).toEqual(["false", "true"])
  }
  const lists = [1, 2].map((n) => Effect.runSync(store.challenges.list(userId(n), wholeList)).length)
  expect(lists).toEqual(outcomes.map((side) => side.filter((name) => name === "true").length))
})

test("DEV-13 of fifty CLI logins that two processes begin at once no more pass than the limit allows", async () => {
  await sharedStore()
  const outcomes = await race(["begin", range(1, 25)], ["begin", range(101, 25)])
  expect(tally(outcomes.flat())).toEqual({ done: 10, TooManyChallenges: 40 })
})

test("DEV-18 of fifty CLI logins with one code that two processes begin at once exactly one is made", async () => {
  await sharedStore()
  const outcomes = await race(["beginWithOneCode", range(1, 25)], ["beginWithOneCode", range(101, 25)])
  expect(tally(outcomes.flat())).toEqual({ done: 1, UserCodeTaken: 49 })
})
