import type { ChallengeStore } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { makeKeys } from "../src/keys.ts"
import {
  approval,
  challenge,
  denial,
  minute,
  now,
  ownKey,
  plenty,
  redemption,
  secretOf,
  userId,
  wholeList
} from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { dyingAfter, pausingAfter, writerOver } from "./writers.ts"

/*
 * What leads to a challenge lives on other nodes of a cluster than the challenge, so most verbs have several steps, on one server too.
 * A process may die, or be frozen and thawed, between any two of them.
 */

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterAll(() => server?.close())

type Verb = (challenges: ChallengeStore) => Effect.Effect<unknown, { readonly _tag: string }>

const [ada, bea] = [userId(1), userId(2)]
const [one, two] = [challenge(1), challenge(2)]
const end = one.challenge.expiresAt

const opened = async () => {
  const prefix = newPrefix()
  const { challenges, users } = await build(redisStore(server.url, { prefix, unsafeNoPersistence: true }))
  const claimsOf = (owner: typeof ada) => server.command("ZRANGE", makeKeys(prefix).ofOwner(owner).claims, "0", "-1")
  return { prefix, challenges, users, claimsOf }
}

const claimOf =
  (row: typeof one, owner = ada, most = plenty): Verb =>
  ({ claim }) =>
    claim(row.challenge.codeHash, owner, now, most)

const insertOf =
  (row: typeof one): Verb =>
  ({ insert }) =>
    insert(row, plenty)

/** What a store comes to whose process died in the last verb, after so many of its scripts. */
const interrupted = async (before: ReadonlyArray<Verb>, verb: Verb, scripts: number) => {
  const store = await opened()
  for (const each of before) expect(await outcome(each(store.challenges))).not.toBe("StoreError")
  const writer = await writerOver(server.url, store.prefix, dyingAfter(scripts))
  onTestFinished(writer.close)
  expect(await outcome(verb(writer.challenges))).toBe("StoreError")
  return store
}

/** A verb that stands still after so many scripts; a function lets it go on, and tells what it came to. */
const frozen = async (before: ReadonlyArray<Verb>, verb: Verb, scripts: number) => {
  const store = await opened()
  for (const each of before) expect(await outcome(each(store.challenges))).not.toBe("StoreError")
  const pause = pausingAfter(scripts)
  const writer = await writerOver(server.url, store.prefix, pause.tamper)
  onTestFinished(writer.close)
  const late = outcome(verb(writer.challenges))
  await pause.asleep
  const goOn = () => {
    pause.wake()
    return late
  }
  return { ...store, goOn }
}

const idsOf = async (challenges: ChallengeStore, owner = ada) =>
  Effect.runPromise(Effect.map(challenges.list(owner, wholeList), (listed) => listed.map(({ id }) => id)))

describe.runIf(hasRedis)("a process that dies", () => {
  test("in an insert leaves a code that leads to nothing, and a place that is taken until the end (DEV-13)", async () => {
    const { challenges } = await interrupted([], insertOf(one), 1)
    expect(await outcome(claimOf(one)(challenges))).toBeNull()
    expect(await outcome(challenges.poll(secretOf(one), now))).toBeNull()
    expect(await outcome(challenges.insert(two, 1))).toBe("TooManyChallenges")
    const same = challenge(3, { codeHash: one.challenge.codeHash })
    expect(await outcome(challenges.insert(same, plenty))).toBe("UserCodeTaken")
    const later = { ...same, challenge: { ...same.challenge, createdAt: end, expiresAt: end + minute } }
    expect(await outcome(challenges.insert(later, 1))).toBeUndefined()
    const claimed = challenges.claim(one.challenge.codeHash, ada, end, plenty)
    expect(await outcome(claimed)).toMatchObject({ id: later.challenge.id })
  })

  test("in a claim, before it is made, leaves the challenge to whoever claims it (DEV-09)", async () => {
    const { challenges } = await interrupted([insertOf(one), insertOf(two), claimOf(two)], claimOf(one), 1)
    expect(await idsOf(challenges)).toEqual([two.challenge.id])
    expect(await outcome(challenges.find(ownKey(ada, one)))).toBeNull()
    expect(await outcome(claimOf(one, bea)(challenges))).toMatchObject({ userId: bea })
    expect(await idsOf(challenges, bea)).toEqual([one.challenge.id])
    expect(await outcome(challenges.list(ada, { after: null, limit: 1 }))).toMatchObject([{ id: two.challenge.id }])
    expect(await outcome(challenges.removeAll(ada))).toBe(1)
    expect(await outcome(challenges.find(ownKey(bea, one)))).toMatchObject({ state: "claimed" })
  })

  test("in a claim, once it is made, leaves it in the list, and the next claim makes room (OPS-07)", async () => {
    const before = [insertOf(one), insertOf(two), claimOf(one)]
    const { challenges } = await interrupted(before, claimOf(two, ada, 1), 2)
    expect(await idsOf(challenges)).toEqual([two.challenge.id, one.challenge.id])
    expect(await outcome(claimOf(two)(challenges))).toMatchObject({ id: two.challenge.id, state: "claimed" })
    const third = challenge(3)
    await outcome(challenges.insert(third, plenty))
    await outcome(claimOf(third, ada, 1)(challenges))
    expect(await idsOf(challenges)).toEqual([third.challenge.id])
  })

  test("in a redemption, before it is made, leaves the approval (DEV-06)", async () => {
    const approve: Verb = ({ decide }) => decide(ownKey(ada, one), approval, now)
    const redeem: Verb = (store) => store.redeem(secretOf(one), redemption)
    const { challenges } = await interrupted([insertOf(one), claimOf(one), approve], redeem, 1)
    expect(await outcome(redeem(challenges))).toMatchObject({ outcome: "redeemed" })
    expect(await outcome(redeem(challenges))).toMatchObject({ outcome: "not-approved" })
  })

  test("in a denial, before it is made, leaves the challenge as it was", async () => {
    const deny: Verb = ({ decide }) => decide(ownKey(ada, one), denial, now)
    const { challenges } = await interrupted([insertOf(one), claimOf(one)], deny, 1)
    expect(await outcome(challenges.find(ownKey(ada, one)))).toMatchObject({ state: "claimed" })
    expect(await outcome(deny(challenges))).toMatchObject({ isDone: true })
  })

  test("in a removal of all leaves the rest to the next one", async () => {
    const before = [insertOf(one), insertOf(two), claimOf(one), claimOf(two)]
    const { challenges, claimsOf } = await interrupted(before, ({ removeAll }) => removeAll(ada), 1)
    expect(await idsOf(challenges)).toHaveLength(1)
    expect(await outcome(challenges.removeAll(ada))).toBe(1)
    expect(await idsOf(challenges)).toEqual([])
    expect(await claimsOf(ada)).toEqual([])
  })
})

describe.runIf(hasRedis)("a process that is frozen in a claim", () => {
  test("that another user makes meanwhile gets nothing, and keeps nothing of it (DEV-09)", async () => {
    const { challenges, claimsOf, goOn } = await frozen([insertOf(one)], claimOf(one), 1)
    expect(await outcome(claimOf(one, bea)(challenges))).toMatchObject({ userId: bea })
    expect(await goOn()).toBeNull()
    expect(await claimsOf(ada)).toEqual([])
    expect(await outcome(challenges.find(ownKey(bea, one)))).toMatchObject({ state: "claimed" })
  })

  test("that the same user makes meanwhile gets the same", async () => {
    const { challenges, goOn } = await frozen([insertOf(one)], claimOf(one), 1)
    const claimed = await outcome(claimOf(one)(challenges))
    expect(await goOn()).toEqual(claimed)
    expect(await idsOf(challenges)).toEqual([one.challenge.id])
  })

  test.each([1, 2])(
    "after script %i leaves one challenge and not none when another claim has taken the only place (OPS-07)",
    async (scripts) => {
      const { challenges, goOn } = await frozen([insertOf(one), insertOf(two)], claimOf(one, ada, 1), scripts)
      expect(await outcome(claimOf(two, ada, 1)(challenges))).toMatchObject({ id: two.challenge.id })
      await goOn()
      expect(await idsOf(challenges)).toEqual([two.challenge.id])
      expect(await outcome(challenges.find(ownKey(ada, two)))).toMatchObject({ state: "claimed" })
      expect(await outcome(challenges.find(ownKey(ada, one)))).toBeNull()
      expect(await outcome(challenges.poll(secretOf(one), now))).toBeNull()
    }
  )

  test("goes on after a removal of all with the challenge in the list", async () => {
    const { challenges, goOn } = await frozen([insertOf(one)], claimOf(one), 1)
    expect(await outcome(challenges.removeAll(ada))).toBe(0)
    expect(await goOn()).toMatchObject({ state: "claimed" })
    expect(await idsOf(challenges)).toEqual([one.challenge.id])
  })

  test("brings nothing back that a sweep has removed (RDS-03)", async () => {
    const { challenges, claimsOf, goOn } = await frozen([insertOf(one)], claimOf(one), 1)
    expect(await outcome(challenges.removeExpired(one.challenge.keptUntil, 9))).toBe(1)
    expect(await goOn()).toBeNull()
    expect(await outcome(challenges.poll(secretOf(one), now))).toBeNull()
    expect(await claimsOf(ada)).toEqual([])
  })
})
