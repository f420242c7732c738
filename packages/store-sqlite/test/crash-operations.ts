import type { StoreShape } from "@latchkey/core/store"
import type * as Effect from "effect/Effect"
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
  record,
  redemption,
  rotation,
  session,
  token,
  tokenKeyOf,
  userId
} from "./samples.ts"

type Step = (store: StoreShape, n: number) => Effect.Effect<unknown, { readonly _tag: string }>

/** Numbers from here on are of rows that come from a backup. */
const RESTORED = 2_000_000

/** The life of user `n`, with every kind of write. Every third user is gone at its end. */
const life: ReadonlyArray<Step> = [
  ({ users }, n) => (n === 0 ? users.insertFirstAdmin(admin(n)) : users.insert(n % 5 === 0 ? admin(n) : person(n))),
  ({ sessions }, n) => sessions.insert(session(2 * n, userId(n)), plenty),
  ({ sessions }, n) => sessions.insert(session(2 * n + 1, userId(n), { createdAt: now + 1 }), plenty),
  ({ sessions }, n) => sessions.touch(keyOf(session(2 * n, userId(n))), { at: now + n, idleExpiresAt: now + 2 * hour }),
  ({ sessions }, n) => sessions.close(keyOf(session(2 * n + 1, userId(n)))),
  ({ users }, n) => users.changeWithProof(userId(n), newPassword(`new-${n}`), { epoch: 0, revocations: null }, now + n),
  ({ users }, n) => users.countRevocation(userId(n)),
  ({ attempts }, n) =>
    attempts.hit(
      [`name-${n}`, "everyone"].map((key) => ({ key, limit })),
      now + n
    ),
  ({ audit }, n) =>
    audit.append({ event: event(n), link: { previous: n === 0 ? null : `hash-${n - 1}`, hash: `hash-${n}` } }),
  ({ settings }, n) => settings.write(`settings-${n}`, n),
  ({ audit }, n) => (n % 3 === 0 ? audit.removeExpired(now, 2) : audit.append({ event: event(n), link: null })),
  ({ sessions }, n) =>
    sessions.replace(keyOf(session(2 * n, userId(n))), session(2 * n, userId(n), { kind: "bearer" }), now),
  ({ tokens }, n) => tokens.insert(token(2 * n, userId(n)), 1),
  ({ tokens }, n) => tokens.import(token(2 * n + 1, userId(n), { isImported: true, createdAt: now + 1 })),
  ({ tokens }, n) => tokens.recordUse(tokenKeyOf(token(2 * n + 1, userId(n))), now + n),
  ({ tokens }, n) =>
    tokens.rotate(
      tokenKeyOf(token(2 * n, userId(n))),
      rotation(token(1_000_000 + n, userId(n), { createdAt: now + 2 })),
      2
    ),
  ({ tokens }, n) => tokens.revoke(tokenKeyOf(token(2 * n + 1, userId(n)))),
  ({ challenges }, n) => challenges.insert(challenge(2 * n), 1_000_000),
  ({ challenges }, n) => challenges.insert(challenge(2 * n + 1, { createdAt: now + 1 }), 1_000_000),
  ({ challenges }, n) => challenges.poll(challengeSecretOf(2 * n), now + n),
  ({ challenges }, n) => challenges.claim(codeOf(2 * n), userId(n), now + 1, 10),
  ({ challenges }, n) => challenges.claim(codeOf(2 * n + 1), userId(n), now + 1, 1 + (n % 2)),
  ({ challenges }, n) =>
    challenges.decide(challengeKeyOf(2 * n + 1, userId(n)), n % 4 === 0 ? denial : approval(), now + 2),
  ({ challenges }, n) => challenges.redeem(challengeSecretOf(2 * n + 1), redemption()),
  ({ codes }, n) => codes.insert(code(3 * n, userId(n)), "replace"),
  ({ codes }, n) => codes.insert(code(3 * n + 1, userId(n), { purpose: "undo-email" }), "or-prolong"),
  ({ codes }, n) => codes.consume(codeKeyOf(code(3 * n, userId(n))), now + 1),
  ({ codes }, n) => codes.giveBack(codeKeyOf(code(3 * (n - (n % 2)), userId(n)))),
  ({ codes }, n) => codes.insert(code(3 * n + 2, userId(n)), n % 2 === 0 ? "replace" : "or-prolong"),
  ({ codes }, n) => codes.remove(codeKeyOf(code(3 * n + 1 + (n % 2), userId(n), { purpose: "undo-email" }))),
  ({ users }, n) => users.restore([person(RESTORED + 2 * n), person(n), person(RESTORED + 2 * n + 1)]),
  ({ sessions }, n) => sessions.restore([session(RESTORED + n, userId(n)), session(2 * n, userId(n))]),
  ({ tokens }, n) => tokens.restore([token(RESTORED + n, userId(n)), token(2 * n, userId(n))]),
  ({ codes }, n) => codes.restore([code(3 * n, userId(n)), code(3 * n, userId(n), { purpose: "invite" })]),
  ({ audit }, n) =>
    audit.restore(
      [1, 2].map((place) => record(1_000 * (n + 1) + place)),
      null
    ),
  ({ users }, n) => (n % 3 === 1 && n % 5 !== 0 ? users.remove(userId(n), null) : users.recordLogin(userId(n), now + n))
]

/** The `k`-th write of an endless sequence that is the same in every process. */
export const operation = (store: StoreShape, k: number): Effect.Effect<unknown, { readonly _tag: string }> => {
  const step = life[k % life.length]
  if (step === undefined) throw new Error("a remainder is an index")
  return step(store, Math.floor(k / life.length))
}

/** How many users the first `k` operations are about. */
export const usersOf = (k: number): number => Math.ceil(k / life.length)
