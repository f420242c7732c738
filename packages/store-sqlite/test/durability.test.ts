import type { AuditEvent } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import type { Connection } from "../src/connection.ts"
import { openFile } from "../src/open-file.ts"
import { rowOf } from "../src/row.ts"
import { makeStore } from "../src/sqlite-store.ts"
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
import { newPath } from "./stores.ts"

/** The writes whose loss costs nobody more than a log-in. */
const LOSABLE = [
  "users.countRevocation",
  "users.recordLogin",
  "sessions.insert",
  "sessions.touch",
  "sessions.removeExpired",
  "tokens.recordUse",
  "tokens.removeExpired",
  "challenges.insert",
  "challenges.poll",
  "challenges.removeExpired",
  "codes.removeExpired",
  "attempts.hit",
  "attempts.takeBack",
  "attempts.forget",
  "attempts.trust",
  "attempts.removeExpired",
  "audit.append, a count",
  "audit.removeExpired"
]
const counted: AuditEvent = { ...event(1), type: "cookie.ambiguous", details: { count: 9, networks: "one" } }
const NORMAL = 1
const FULL = 2

const synchronous = (connection: Connection): unknown => rowOf(connection.prepare("PRAGMA synchronous").get())?.[0]

/** `PRAGMA synchronous` right after each verb, with the other mode before it. */
const synchronousAfterEach = async (durability: "full" | "normal") => {
  const seen: Array<readonly [string, unknown]> = []
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* openFile(newPath(), durability)
        const { users, sessions, tokens, challenges, codes, attempts, audit } = yield* makeStore(connection)
        yield* users.insert(admin(9))
        const [id, one] = [userId(1), session(1, userId(1))]
        const key = keyOf(one)
        const tokenKey = tokenKeyOf(token(1, id))
        const verbs = {
          "users.insert": users.insert(person(1)),
          "users.insertFirstAdmin": users.insertFirstAdmin(admin(2)),
          "users.change": users.change(id, { isVerified: false }, now),
          "users.changeWithProof": users.changeWithProof(id, newPassword("x"), { epoch: 0, revocations: 0 }, now),
          "users.countRevocation": users.countRevocation(id),
          "users.rehash": users.rehash(id, { from: "x", to: "y" }),
          "users.releaseEmail": users.releaseEmail(id, "", now),
          "users.endCredentials": users.endCredentials(id, now),
          "users.promote": users.promote(id, { passwordHash: "z", mustChangePassword: true }, now),
          "users.recordLogin": users.recordLogin(id, now),
          "sessions.insert": sessions.insert(one, plenty),
          "sessions.touch": sessions.touch(key, { at: now, idleExpiresAt: now + hour }),
          "sessions.setData": sessions.setData(key, { version: 0, data: 1 }),
          "sessions.setEpoch": sessions.setEpoch(key, { from: 0, to: 1 }),
          "sessions.replace": sessions.replace(key, session(2, id), now),
          "sessions.close": sessions.close(keyOf(session(2, id))),
          "sessions.closeAll": sessions.closeAll(id, null),
          "sessions.removeExpired": sessions.removeExpired(now, 1),
          "tokens.insert": tokens.insert(token(1, id), 10),
          "tokens.recordUse": tokens.recordUse(tokenKey, now),
          "tokens.rotate": tokens.rotate(tokenKey, rotation(token(2, id)), 10),
          "tokens.revoke": tokens.revoke(tokenKey),
          "tokens.revokeAll": tokens.revokeAll(id),
          "tokens.import": tokens.import(token(3, id, { isImported: true })),
          "tokens.removeExpired": tokens.removeExpired(now, 1),
          "challenges.insert": challenges.insert(challenge(1), 10),
          "challenges.claim": challenges.claim(codeOf(1), id, now, 10),
          "challenges.poll": challenges.poll(challengeSecretOf(1), now),
          "challenges.decide": challenges.decide(challengeKeyOf(1, id), approval(), now),
          "challenges.redeem": challenges.redeem(challengeSecretOf(1), redemption()),
          "challenges.removeAll": challenges.removeAll(id),
          "challenges.removeExpired": challenges.removeExpired(now, 1),
          "codes.insert": codes.insert(code(1, id), "replace"),
          "codes.consume": codes.consume(codeKeyOf(code(1, id)), now),
          "codes.giveBack": codes.giveBack(codeKeyOf(code(1, id))),
          "codes.remove": codes.remove({ ...codeKeyOf(code(1, id)), hash: null }),
          "codes.removeAll": codes.removeAll(id),
          "codes.removeExpired": codes.removeExpired(now, 1),
          "attempts.hit": attempts.hit([{ key: "k", limit }], now),
          "attempts.takeBack": attempts.takeBack([{ key: "k", limit }], now),
          "attempts.forget": attempts.forget({ key: "k", limit }, now),
          "attempts.trust": attempts.trust(
            { account: "a", key: "k", until: now },
            { at: now, most: 10, replaced: null }
          ),
          "attempts.removeExpired": attempts.removeExpired(now, 1),
          "audit.append": audit.append({ event: event(1), link: null }),
          "audit.append, a count": audit.append({ event: counted, link: null }),
          "audit.removeExpired": audit.removeExpired(now, 1),
          "users.remove": users.remove(id, null),
          "users.restore": users.restore([person(1)]),
          "sessions.restore": sessions.restore([one]),
          "tokens.restore": tokens.restore([token(1, id)]),
          "codes.restore": codes.restore([code(1, id)]),
          "audit.restore": audit.restore([], null)
        }
        for (const [name, verb] of Object.entries(verbs)) {
          const lasts = durability === "full" && !LOSABLE.includes(name)
          yield* lasts ? attempts.forget({ key: "other", limit }, now) : audit.append({ event: event(1), link: null })
          yield* verb
          seen.push([name, synchronous(connection)])
        }
      })
    )
  )
  return seen
}

test("X02 every write waits for the disk but those whose loss costs no more than a log-in, or a count (AUD-07)", async () => {
  const seen = await synchronousAfterEach("full")
  expect(seen).toHaveLength(52)
  expect(seen.filter(([, mode]) => mode === NORMAL).map(([name]) => name)).toEqual(LOSABLE)
  expect(seen.filter(([, mode]) => mode === FULL)).toHaveLength(52 - LOSABLE.length)
})

test("with durability normal no write waits for the disk", async () => {
  const seen = await synchronousAfterEach("normal")
  expect(seen.filter(([, mode]) => mode !== NORMAL)).toEqual([])
})
