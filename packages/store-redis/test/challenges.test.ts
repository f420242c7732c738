import { ChallengeId } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { makeKeys } from "../src/keys.ts"
import {
  admin,
  approval,
  challenge,
  denial,
  hour,
  minute,
  now,
  ownKey,
  person,
  plenty,
  redemption,
  secretOf,
  userId,
  wholeList
} from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterEach(async () => {
  if (hasRedis) await server.command("CONFIG", "SET", "maxmemory", "0")
})
afterAll(() => server?.close())

const ada = userId(1)
const [one, two] = [challenge(1), challenge(2)]
const day = 24 * hour

/** A store in which Ada has claimed the first challenge, and its keys. */
const opened = async () => {
  const prefix = newPrefix()
  const store = await build(redisStore(server.url, { prefix, unsafeNoPersistence: true }))
  const keys = makeKeys(prefix)
  await Effect.runPromise(store.challenges.insert(one, plenty))
  await Effect.runPromise(store.challenges.claim(one.challenge.codeHash, ada, now, plenty))
  const { self, ends } = keys.ofChallenge(one.challenge.id)
  return { prefix, store, challenges: store.challenges, keys, self, ends, claims: keys.ofOwner(ada).claims }
}

const millisecondsLeft = async (key: string): Promise<number> => Number(await server.command("PTTL", key))

const decided = { ...denial, keptUntil: now + 30 * day }

describe.runIf(hasRedis)("when keys of challenges end", () => {
  test("a challenge that is kept longer stays longer, and so does the list that it is in (DEV-15)", async () => {
    const { challenges, self, claims, ends } = await opened()
    expect(await outcome(challenges.decide(ownKey(ada, one), decided, now))).toMatchObject({ isDone: true })
    for (const key of [self, claims]) {
      expect(await millisecondsLeft(key), key).toBeGreaterThan(30 * day)
      expect(await millisecondsLeft(key), key).toBeLessThanOrEqual(30 * day + hour)
    }
    expect(await server.command("ZSCORE", ends, one.challenge.id)).toBe(String(decided.keptUntil))
  })

  test("a redeemed one as well, and nothing of its number is left (DEV-15)", async () => {
    const { challenges, self, claims } = await opened()
    const numberHash = two.secretHash // any hash
    await Effect.runPromise(challenges.decide(ownKey(ada, one), { ...approval, numberHash }, now))
    expect(await server.command("GET", self)).toContain(numberHash)
    const redeemed = challenges.redeem(secretOf(one), { at: now, numberHash, keptUntil: now + 30 * day })
    expect(await outcome(redeemed)).toMatchObject({ outcome: "redeemed" })
    for (const key of [self, claims]) expect(await millisecondsLeft(key), key).toBeGreaterThan(30 * day)
    expect(await server.command("GET", self)).not.toContain(numberHash)
  })

  test("a poll, a claim and an approval let no key stay longer (RDS-02)", async () => {
    const { challenges, self, claims } = await opened()
    await Effect.runPromise(challenges.poll(secretOf(one), now + minute))
    await Effect.runPromise(challenges.decide(ownKey(ada, one), approval, now))
    for (const key of [self, claims]) {
      expect(await millisecondsLeft(key), key).toBeGreaterThan(hour)
      expect(await millisecondsLeft(key), key).toBeLessThanOrEqual(20 * minute + hour)
    }
  })

  test("a challenge that ends later does not shorten the list of one that is kept long", async () => {
    const { challenges, claims } = await opened()
    await Effect.runPromise(challenges.decide(ownKey(ada, one), decided, now))
    await Effect.runPromise(challenges.insert(two, plenty))
    await Effect.runPromise(challenges.claim(two.challenge.codeHash, ada, now, plenty))
    expect(await millisecondsLeft(claims)).toBeGreaterThan(30 * day)
  })

  test("a sweep removes a challenge and all that led to it (DEV-15)", async () => {
    const { challenges, prefix } = await opened()
    await Effect.runPromise(challenges.insert(two, plenty))
    expect(await outcome(challenges.removeExpired(one.challenge.keptUntil - 1, 9))).toBe(0)
    expect(await outcome(challenges.removeExpired(one.challenge.keptUntil, 1))).toBe(1)
    expect(await outcome(challenges.removeExpired(one.challenge.keptUntil, 9))).toBe(1)
    const left = Object.keys(await server.contents()).filter((key) => key.includes(prefix))
    expect(left.map((key) => key.replace(prefix, "")).sort()).toEqual(["{}:incarnation", "{}:layout"])
  })

  test("a sweep forgets a challenge that the server cleared away, and does not count it (TIM-02)", async () => {
    const { challenges, self, ends } = await opened()
    await server.command("DEL", self)
    expect(await outcome(challenges.removeExpired(now + day, 9))).toBe(0)
    expect(await server.command("EXISTS", ends)).toBe(0)
  })

  test("a sweep puts right an index that is too early, and removes nothing that is kept (DEV-15)", async () => {
    const { challenges, ends } = await opened()
    await server.command("ZADD", ends, "1", one.challenge.id)
    expect(await outcome(challenges.removeExpired(now, 9))).toBe(0)
    expect(await server.command("ZSCORE", ends, one.challenge.id)).toBe(String(one.challenge.keptUntil))
    expect(await outcome(challenges.find(ownKey(ada, one)))).toMatchObject({ state: "claimed" })
  })

  test("the list of open challenges forgets those whose end is some time ago (OPS-07)", async () => {
    const { challenges, keys } = await opened()
    for (let n = 10; n < 40; n++) {
      const at = now + n * hour
      const row = challenge(n, { createdAt: at, expiresAt: at + minute, keptUntil: at + 11 * minute })
      await Effect.runPromise(challenges.insert(row, 1))
    }
    expect(await server.command("ZCARD", keys.directory.openChallenges)).toBe(1)
  })
})

describe.runIf(hasRedis)("what a server has cleared away", () => {
  test("is a challenge that nobody finds, and that no verb brings back (RDS-03)", async () => {
    const { challenges, self } = await opened()
    await server.command("DEL", self)
    const key = ownKey(ada, one)
    expect(await outcome(challenges.poll(secretOf(one), now))).toBeNull()
    expect(await outcome(challenges.redeem(secretOf(one), redemption))).toBeNull()
    expect(await outcome(challenges.decide(key, approval, now))).toBeNull()
    expect(await outcome(challenges.decide(key, denial, now))).toBeNull()
    expect(await outcome(challenges.claim(one.challenge.codeHash, ada, now, plenty))).toBeNull()
    expect(await outcome(challenges.find(key))).toBeNull()
    expect(await server.command("EXISTS", self)).toBe(0)
  })

  test("makes no page of the list short", async () => {
    const { challenges, keys } = await opened()
    const rows = [2, 3, 4, 5, 6].map((n) => challenge(n))
    for (const row of rows) {
      await Effect.runPromise(challenges.insert(row, plenty))
      await Effect.runPromise(challenges.claim(row.challenge.codeHash, ada, now, plenty))
    }
    for (const n of [6, 5, 3]) {
      await server.command("DEL", keys.ofChallenge(ChallengeId(`challenge-${n}`)).self)
    }
    const page = await Effect.runPromise(challenges.list(ada, { after: null, limit: 2 }))
    expect(page.map(({ id }) => id)).toEqual(["challenge-4", "challenge-2"])
    const next = await Effect.runPromise(challenges.list(ada, { after: page[1] ?? null, limit: 2 }))
    expect(next.map(({ id }) => id)).toEqual(["challenge-1"])
  })

  test("is a code that leads to nothing, while the program goes on", async () => {
    const { challenges, keys } = await opened()
    await server.command("DEL", keys.directory.ofUserCode(one.challenge.codeHash))
    expect(await outcome(challenges.claim(one.challenge.codeHash, ada, now, plenty))).toBeNull()
    expect(await outcome(challenges.poll(secretOf(one), now))).toMatchObject({ challenge: { state: "claimed" } })
  })
})

describe.runIf(hasRedis)("out of memory", () => {
  test("what was approved can be denied and removed, and nothing is approved or redeemed (DEV-10)", async () => {
    const { challenges } = await opened()
    await Effect.runPromise(challenges.insert(two, plenty))
    await Effect.runPromise(challenges.claim(two.challenge.codeHash, ada, now, plenty))
    await Effect.runPromise(challenges.decide(ownKey(ada, two), approval, now))
    await server.command("CONFIG", "SET", "maxmemory", "1")
    expect(await outcome(challenges.decide(ownKey(ada, one), approval, now))).toBe("StoreError")
    expect(await outcome(challenges.redeem(secretOf(two), redemption))).toBe("StoreError")
    expect(await outcome(challenges.poll(secretOf(two), now))).toMatchObject({ challenge: { state: "approved" } })
    expect(await outcome(challenges.decide(ownKey(ada, two), denial, now))).toMatchObject({ isDone: true })
    expect(await outcome(challenges.poll(secretOf(two), now))).toMatchObject({ challenge: { state: "denied" } })
    expect(await outcome(challenges.removeAll(ada))).toBe(2)
    expect(await outcome(challenges.list(ada, wholeList))).toEqual([])
  })

  test("a wrong number is not told before it is counted (DEV-20)", async () => {
    const { challenges } = await opened()
    const numberHash = two.secretHash
    await Effect.runPromise(challenges.decide(ownKey(ada, one), { ...approval, numberHash }, now))
    await server.command("CONFIG", "SET", "maxmemory", "1")
    const wrong = { ...redemption, numberHash: one.secretHash }
    for (let n = 0; n < 4; n++) expect(await outcome(challenges.redeem(secretOf(one), wrong))).toBe("StoreError")
    await server.command("CONFIG", "SET", "maxmemory", "0")
    expect(await outcome(challenges.redeem(secretOf(one), wrong))).toMatchObject({ challenge: { wrongNumbers: 1 } })
  })

  test("a sweep removes what need not be kept (DEV-15)", async () => {
    const { challenges } = await opened()
    await server.command("CONFIG", "SET", "maxmemory", "1")
    expect(await outcome(challenges.removeExpired(now + day, 9))).toBe(1)
  })
})

describe.runIf(hasRedis)("a removed user", () => {
  test("takes the challenges along, and what led to them (ADM-06)", async () => {
    const { store, challenges, self, claims, keys } = await opened()
    for (const row of [admin(2), person(1)]) await Effect.runPromise(store.users.insert(row))
    expect(await outcome(store.users.remove(ada, null))).toBe(true)
    expect(await outcome(challenges.poll(secretOf(one), now))).toBeNull()
    const code = keys.directory.ofUserCode(one.challenge.codeHash)
    expect(await server.command("EXISTS", self, claims, code)).toBe(0)
  })

  test("is removed, and told as removed, when the challenges cannot be", async () => {
    const { store, claims } = await opened()
    for (const row of [admin(2), person(1)]) await Effect.runPromise(store.users.insert(row))
    await server.command("SET", claims, "of another type")
    expect(await outcome(store.users.remove(ada, null))).toBe(true)
    expect(await outcome(store.users.find(ada))).toBeNull()
  })
})

describe.runIf(hasRedis)("the place of a challenge", () => {
  test("is one of many, so that a cluster spreads the polls (RDS-08)", () => {
    const keys = makeKeys("test")
    const ids = Array.from({ length: 1_000 }, () => ChallengeId(crypto.randomUUID()))
    expect(new Set(ids.map((id) => keys.ofChallenge(id).ends)).size).toBeGreaterThan(200)
  })

  test.each([
    ["a state", "claimed", "postponed"],
    ["a result", '"token"', '"cookie"'],
    ["an owner", `"${ada}"`, "null"]
  ])("is a StoreError where %s is none that this version knows", async (_, known, unknown) => {
    const { challenges, self } = await opened()
    const text = String(await server.command("GET", self))
    expect(text).toContain(known)
    await server.command("SET", self, text.replace(known, unknown), "KEEPTTL")
    expect(await outcome(challenges.poll(secretOf(one), now))).toBe("StoreError")
  })
})
