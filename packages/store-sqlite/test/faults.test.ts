import type { StoreShape } from "@latchkey/core/store"
import type { SqliteHandle } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import { isInTransaction } from "../src/handle.ts"
import { useHandle } from "../src/host-handle.ts"
import { makeStore } from "../src/sqlite-store.ts"
import { failingHandle } from "./failing-handle.ts"
import {
  admin,
  approval,
  challenge,
  challengeKeyOf,
  challengeSecretOf,
  code,
  codeKeyOf,
  codeOf,
  event,
  hour,
  limit,
  now,
  person,
  plenty,
  record,
  redemption,
  rotation,
  session,
  token,
  tokenKeyOf,
  userId
} from "./samples.ts"
import { contents, hostHandles, outcome } from "./stores.ts"

type Verb = (store: StoreShape) => Effect.Effect<unknown, { readonly _tag: string }>

/** Every verb of several statements, in a situation where it uses all of them. */
const verbs: Readonly<Record<string, Verb>> = {
  "users.insert": ({ users }) => users.insert(admin(3)),
  "users.insertFirstAdmin": ({ users }) => users.insertFirstAdmin(admin(3)),
  "users.change": ({ users }) => users.change(userId(1), { isSuperuser: true }, now),
  "users.promote": ({ users }) => users.promote(userId(1), { passwordHash: "new", mustChangePassword: true }, now),
  "users.remove": ({ users }) => users.remove(userId(1), null),
  "tokens.insert": ({ tokens }) => tokens.insert(token(3, userId(1)), 2),
  "tokens.rotate": ({ tokens }) =>
    tokens.rotate(tokenKeyOf(token(1, userId(1))), rotation(token(3, userId(1)), now + 1), 1),
  // In the place of one with the same code, which has ended.
  "challenges.insert": ({ challenges }) =>
    challenges.insert(challenge(4, { codeHash: codeOf(1), createdAt: now + hour }), 9),
  "challenges.claim": ({ challenges }) => challenges.claim(codeOf(1), userId(1), now, 1),
  "challenges.poll": ({ challenges }) => challenges.poll(challengeSecretOf(1), now),
  "challenges.decide": ({ challenges }) => challenges.decide(challengeKeyOf(2, userId(1)), approval(), now),
  "challenges.redeem": ({ challenges }) => challenges.redeem(challengeSecretOf(3), redemption()),
  "codes.insert": ({ codes }) => codes.insert(code(2, userId(1)), "replace"),
  "codes.consume": ({ codes }) => codes.consume(codeKeyOf(code(1, userId(1))), now),
  "attempts.hit": ({ attempts }) =>
    attempts.hit(
      ["a", "b", "c"].map((key) => ({ key, limit })),
      now
    ),
  "attempts.removeExpired": ({ attempts }) => attempts.removeExpired(now + 9 * hour, 10),
  "audit.removeExpired": ({ audit }) => audit.removeExpired(now, 10),
  "users.restore": ({ users }) => users.restore([person(1), admin(3), person(4)]),
  "sessions.restore": ({ sessions }) => sessions.restore([session(3, userId(1)), session(4, userId(2))]),
  "tokens.restore": ({ tokens }) => tokens.restore([token(3, userId(1)), token(4, userId(2))]),
  "codes.restore": ({ codes }) => codes.restore([code(2, userId(2)), code(3, userId(2), { purpose: "invite" })]),
  "audit.restore": ({ audit }) =>
    audit.restore(
      [3, 4].map((sequence) => record(sequence)),
      null
    )
}

/** Two users with sessions and tokens, three CLI logins, a code, a bucket, a mark and two events, and setup still open. */
const prepare = Effect.fnUntraced(function* (store: StoreShape) {
  const { users, sessions, tokens, challenges, codes, attempts, audit } = store
  for (const n of [1, 2]) {
    yield* users.insert(person(n))
    yield* sessions.insert(session(n, userId(n)), plenty)
    yield* tokens.insert(token(n, userId(n)), 1)
  }
  for (const n of [1, 2, 3]) yield* challenges.insert(challenge(n), 9)
  for (const n of [2, 3]) yield* challenges.claim(codeOf(n), userId(1), now, 9)
  yield* challenges.decide(challengeKeyOf(3, userId(1)), approval(), now)
  yield* codes.insert(code(1, userId(1)), "replace")
  for (const n of [1, 2]) yield* audit.append({ event: event(n), link: null })
  yield* attempts.hit([{ key: "b", limit }], now)
  yield* attempts.trust({ account: "a", key: "device", until: now + hour }, { at: now, most: 10, replaced: null })
})

const storeOn = (handle: SqliteHandle) => Effect.runSync(Effect.flatMap(useHandle(handle), makeStore))

interface Situation {
  /** Brings the handle into the situation in which the verb is tried. */
  readonly enter: (handle: SqliteHandle) => void
  /** What must hold after a fault. */
  readonly check: (handle: SqliteHandle) => void
}

/** Lets a verb fail at its first statement, at its second, and so on, until it gets through; gives how many it has. */
const failEverywhere = (verb: Verb, { enter, check }: Situation): number => {
  for (let n = 1; n < 50; n++) {
    const { handle } = hostHandles["node:sqlite"]()
    const { failing, failAt } = failingHandle(handle)
    const store = storeOn(failing)
    Effect.runSync(prepare(store))
    enter(handle)
    const before = contents(handle)
    failAt(n)
    const result = outcome(verb(store))
    if (result !== "StoreError") {
      expect(contents(handle)).not.toEqual(before)
      return n - 1
    }
    expect(contents(handle), `after a fault at statement ${n}`).toEqual(before)
    check(handle)
    expect(outcome(verb(store)), `again after a fault at statement ${n}`).not.toBe("StoreError")
  }
  return expect.unreachable("the verb never got through")
}

test.each(Object.entries(verbs))("STO-03 %s is all or nothing, at whichever statement it fails", (_, verb) => {
  const statements = failEverywhere(verb, {
    enter: () => {},
    check: (handle) => expect(isInTransaction(handle)).toBe(false)
  })
  expect(statements).toBeGreaterThanOrEqual(4)
})

test.each(Object.entries(verbs))("STO-03 %s in the host's transaction undoes its own part alone", (_, verb) => {
  const statements = failEverywhere(verb, {
    enter: (handle) => handle.exec("BEGIN IMMEDIATE; INSERT INTO latchkey_settings VALUES ('host', 'wrote this')"),
    check: (handle) => expect(isInTransaction(handle)).toBe(true)
  })
  expect(statements).toBeGreaterThanOrEqual(4)
})
