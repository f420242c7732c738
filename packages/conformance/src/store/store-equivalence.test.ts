import { Store, StoreError } from "@latchkey/core/store"
import { emptyTables, memoryStore, memoryStoreOver } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, test } from "vitest"
import { firstFailure, registered } from "../../test/first-failure.ts"
import { saboteur } from "../../test/saboteurs/saboteur.ts"
import { commandList } from "./equivalence/command-list.ts"
import { checkEquivalence, storeEquivalence } from "./store-equivalence.ts"

describe("STO-02 a memory store is like another", () => {
  storeEquivalence(test, memoryStore)
})

describe("a failure", () => {
  const forgetful = saboteur([], (_, { users }) => ({ users: { ...users, recordLogin: () => Effect.void } }))

  test("tells the shortest list that shows the difference, what was expected, and how to run it alone", async () => {
    const message = await firstFailure(() => forgetful.store)
    expect(message).toMatch(
      /^the store differs from memoryStore at the last of these calls:\n {2}1\. users\.insert.*\n(?: {2}2\. .*\n)? {2}[23]\. users\.recordLogin.*\n {2}[34]\. .*\n {2}expected .*\n {2}but got .*\nrun it alone: .*$/
    )
    const [, length, seed] = /length: (\d+), seed: (\d+) }\)$/.exec(message ?? "") ?? []
    const alone = registered(() => forgetful.store, { lists: 1, length: Number(length), seed: Number(seed) })
    expect(alone.size).toBe(1)
    for (const run of alone.values()) await expect(run()).rejects.toThrow(message ?? "")
  })

  test("tells why, when the store failed or has a bug", async () => {
    const failing = saboteur([], (_, { users }) => ({
      users: { ...users, insert: () => new StoreError({ operation: "users.insert", cause: "no such table" }) }
    }))
    expect(await firstFailure(() => failing.store)).toContain("but got  StoreError (no such table)")
    const buggy = saboteur([], (_, { users }) => ({ users: { ...users, insert: () => Effect.die("oh") } }))
    expect(await firstFailure(() => buggy.store)).toContain("but got  a defect: oh")
  })

  test("to open a store is that store's own", async () => {
    const failure = new StoreError({ operation: "open", cause: "no disk" })
    const [run] = registered(() => Layer.effect(Store, Effect.fail(failure))).values()
    await expect(run?.()).rejects.toBe(failure)
  })
})

test("the calls of a list go over both connections", async () => {
  const tables = emptyTables()
  const shared = Layer.succeed(Store, memoryStoreOver(tables))
  await Effect.runPromise(checkEquivalence(1, 100, () => ({ store: shared, second: shared })))
  await expect(
    Effect.runPromise(checkEquivalence(1, 100, () => ({ store: memoryStore(), second: memoryStore() })))
  ).rejects.toThrow("differs")
})

describe("the lists", () => {
  const hasFound = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== null && !!value)

  /** What came of each verb in the default run. */
  const outcomes = () => {
    const kinds = new Map<string, Set<string>>()
    for (let seed = 1; seed <= 100; seed++) {
      const store = memoryStoreOver(emptyTables())
      for (const { verb, run } of commandList(seed, 100)) {
        const kind = Effect.runSync(
          Effect.match(run(store), {
            onSuccess: (value) => (value === undefined ? "done" : String(hasFound(value))),
            onFailure: (error) => error._tag
          })
        )
        kinds.set(verb, (kinds.get(verb) ?? new Set()).add(kind))
      }
    }
    return kinds
  }

  test("call every verb, and each to do something and to find nothing to do", () => {
    const { lookupSession: _, lookupToken: __, ...parts } = memoryStoreOver(emptyTables())
    const verbs = Object.entries(parts).flatMap(([part, verbs]) => Object.keys(verbs).map((verb) => `${part}.${verb}`))
    const seen = outcomes()
    expect([...seen.keys()].sort()).toEqual([...verbs, "lookupSession", "lookupToken"].sort())
    const alwaysSame = [...seen].filter(([, kinds]) => kinds.size === 1).map(([verb]) => verb)
    expect(alwaysSame.sort()).toEqual([
      "attempts.forget",
      "attempts.removeExpired",
      "attempts.takeBack",
      "attempts.trust",
      "challenges.removeExpired",
      "codes.removeExpired",
      "sessions.removeExpired",
      "settings.read",
      "tokens.removeExpired",
      "users.count",
      "users.countRevocation",
      "users.list",
      "users.recordLogin"
    ])
  })

  test("meet every failure that a verb may refuse by", () => {
    const seen = outcomes()
    const verbs = ["users.insert", "users.insertFirstAdmin", "users.change", "users.changeWithProof", "users.remove"]
    const refusals = [...verbs, "tokens.insert", "tokens.rotate", "tokens.import", "challenges.insert"].map((verb) => [
      verb,
      [...(seen.get(verb) ?? [])].filter((kind) => /^[A-Z]/u.test(kind) && kind !== "StoreError").sort()
    ])
    expect(Object.fromEntries(refusals)).toEqual({
      "users.insert": ["AccountNameTaken"],
      "users.insertFirstAdmin": ["AccountNameTaken"],
      "users.change": ["AccountNameTaken", "LastSuperuser"],
      "users.changeWithProof": ["AccountNameTaken"],
      "users.remove": ["LastSuperuser"],
      "tokens.insert": ["TokenAlreadyIssued", "TooManyTokens"],
      "tokens.rotate": ["TooManyTokens"],
      "tokens.import": [],
      "challenges.insert": ["TooManyChallenges", "UserCodeTaken"]
    })
  })

  test("are the same for the same seed, and others for another", () => {
    const texts = (seed: number) => commandList(seed, 100).map(({ says }) => says)
    expect(texts(7)).toEqual(texts(7))
    expect(texts(7)).not.toEqual(texts(8))
  })
})
