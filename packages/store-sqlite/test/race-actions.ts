import { SecretHash, type StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import {
  admin,
  approval,
  challenge,
  challengeKeyOf,
  challengeSecretOf,
  code,
  codeKeyOf,
  codeOf,
  denial,
  event,
  hour,
  keyOf,
  limit,
  newPassword,
  now,
  person,
  plenty,
  redemption,
  rotation,
  session,
  token,
  tokenKeyOf,
  userId
} from "./samples.ts"

type Action = (store: StoreShape, n: number) => Effect.Effect<unknown, { readonly _tag: string }>

/** The session `n` of the first user: what the actions on sessions are about. */
export const sessionOfFirst = (n: number) => session(n, userId(1))

/** The token `n` of the first user. */
export const tokenOfFirst = (n: number) => token(n, userId(1))

/** What processes do against each other; `n` tells the calls of one race apart. */
export const actions = {
  setUp: ({ users }, n) => users.insertFirstAdmin(admin(n)),
  register: ({ users }, n) => users.insert(person(n, { username: "Ada", email: null })),
  demote: ({ users }, n) => users.change(userId(n), { isSuperuser: false }, now),
  changePassword: ({ users }, n) =>
    users.changeWithProof(userId(1), newPassword(`new-${n}`), { epoch: 0, revocations: null }, now),
  touch: ({ sessions }, n) => sessions.touch(keyOf(sessionOfFirst(n)), { at: now + 1, idleExpiresAt: now + 2 * hour }),
  close: ({ sessions }, n) => sessions.close(keyOf(sessionOfFirst(n))),
  setData: ({ sessions }, n) => sessions.setData(keyOf(sessionOfFirst(1)), { version: n, data: n }),
  issue: ({ tokens }, n) => tokens.insert(tokenOfFirst(n), 10),
  /** Each call has a secret of its own, and all have one id. */
  issueOnce: ({ tokens }, n) => tokens.insert(token(n, userId(1), { id: tokenOfFirst(1).token.id }), 10),
  rotate: ({ tokens }, n) => tokens.rotate(tokenKeyOf(tokenOfFirst(1)), rotation(tokenOfFirst(n)), 10),
  revokeAll: ({ tokens }) => tokens.revokeAll(userId(1)),
  /** Each side has a user of its own, and both one secret for each `n` below a hundred. */
  import: ({ tokens }, n) => tokens.import(token(n % 100, userId(n < 100 ? 1 : 2), { isImported: true })),
  begin: ({ challenges }, n) => challenges.insert(challenge(n), 10),
  /** All calls have one code. */
  beginWithOneCode: ({ challenges }, n) => challenges.insert(challenge(n, { codeHash: codeOf(0) }), plenty),
  /** The first user enters the code of challenge `n`, and the second that of `n - 1000`. */
  claim: ({ challenges }, n) =>
    Effect.map(
      challenges.claim(codeOf(n % 1_000), userId(n < 1_000 ? 1 : 2), now, plenty),
      (claimed) => claimed !== null
    ),
  poll: ({ challenges }, n) =>
    Effect.map(challenges.poll(challengeSecretOf(n), now), (polled) => (polled?.isEarly ? "early" : "in time")),
  redeem: ({ challenges }, n) =>
    Effect.map(challenges.redeem(challengeSecretOf(n), redemption()), (redeemed) => redeemed?.outcome),
  guess: ({ challenges }, n) =>
    Effect.map(
      challenges.redeem(challengeSecretOf(n), redemption(SecretHash("a wrong number"))),
      (redeemed) => redeemed?.outcome
    ),
  deny: ({ challenges }, n) =>
    Effect.map(challenges.decide(challengeKeyOf(n, userId(1)), denial, now), (decided) => decided?.isDone),
  approve: ({ challenges }, n) =>
    Effect.map(challenges.decide(challengeKeyOf(n, userId(1)), approval(), now), (decided) => decided?.isDone),
  /** The user `n` uses their code. */
  useCode: ({ codes }, n) =>
    Effect.map(codes.consume(codeKeyOf(code(n, userId(n))), now), (used) =>
      used === null ? "nothing" : used.isFirst ? "first" : "again"
    ),
  /** The user `n` gets another code for the same purpose. */
  replaceCode: ({ codes }, n) => codes.insert(code(10_000 + n, userId(n)), "replace"),
  /** The user `n % 1000` gets a way back, unless they have one. */
  addUndo: ({ codes }, n) => codes.insert(code(n, userId(n % 1_000), { purpose: "undo-email" }), "or-prolong"),
  removeCode: ({ codes }, n) => codes.remove({ ...codeKeyOf(code(n, userId(n))), hash: null }),
  hit: ({ attempts }) => attempts.hit([{ key: "bucket", limit }], now),
  append: ({ audit }, n) => audit.append({ event: event(n), link: { previous: null, hash: `hash-${n}` } }),
  writeSettings: ({ settings }, n) => settings.write(`settings-${n}`, 0),
  removeOldest: ({ audit }) => audit.removeExpired(now, 3),
  /** A life of a user, with every kind of write. */
  live: ({ users, sessions, tokens, challenges, codes, attempts, audit, settings }, n) =>
    Effect.gen(function* () {
      const id = userId(n)
      yield* users.insert(person(n))
      yield* sessions.insert(session(n, id), plenty)
      yield* attempts.hit([{ key: "shared", limit: { ...limit, free: 10_000 } }], now)
      yield* users.change(id, { isVerified: false }, now + 1)
      yield* sessions.touch(keyOf(session(n, id)), { at: now + 1, idleExpiresAt: now + 2 * hour })
      yield* sessions.close(keyOf(session(n, id)))
      yield* tokens.insert(token(2 * n, id), 1)
      yield* tokens.recordUse(tokenKeyOf(token(2 * n, id)), now)
      yield* tokens.rotate(tokenKeyOf(token(2 * n, id)), rotation(token(2 * n + 1, id)), 1)
      yield* tokens.revoke(tokenKeyOf(token(2 * n, id)))
      yield* tokens.import(token(n, id, { isImported: true }))
      yield* challenges.insert(challenge(n), plenty)
      yield* challenges.claim(codeOf(n), id, now, plenty)
      yield* challenges.poll(challengeSecretOf(n), now)
      yield* challenges.decide(challengeKeyOf(n, id), approval(), now)
      yield* challenges.redeem(challengeSecretOf(n), redemption())
      yield* codes.insert(code(n, id), "replace")
      yield* codes.consume(codeKeyOf(code(n, id)), now)
      yield* codes.remove(codeKeyOf(code(n, id)))
      yield* audit.append({ event: event(n), link: null })
      yield* settings.write(`settings-${n}`, (yield* settings.read).version)
    })
} satisfies Record<string, Action>

export type ActionName = keyof typeof actions
