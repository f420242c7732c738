import { SecretHash, SessionId } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import {
  awkwardTexts,
  fullSession,
  hour,
  keyOf,
  minute,
  plenty,
  sampleSession,
  sampleUser,
  secretHash,
  start,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("sessions")

const ada = userId(1)
const bo = userId(2)

/** What adding, finding and listing sessions promises. */
export const sessionFindLaws: ReadonlyArray<Law> = [
  law("an inserted session is found by its owner and secret, just as given", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    const plain = sampleSession(1, ada)
    const full = fullSession(2, ada)
    yield* sessions.insert(plain, plenty)
    yield* sessions.insert(full, plenty)
    yield* expectEqual(yield* sessions.find(ada, plain.hash), plain.session, "the plain session")
    yield* expectEqual(yield* sessions.find(ada, full.hash), full.session, "the session with every field set")
  }),

  law("find of an unknown secret is null", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(sampleSession(1, ada), plenty)
    yield* expectEqual(yield* sessions.find(ada, secretHash(2)), null, "an unknown secret")
    yield* expectEqual(yield* sessions.find(ada, SecretHash("session-1")), null, "the session's id in its place")
  }),

  law("SES-11 find answers only to the owner of the session", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(sampleSession(1, ada), plenty)
    yield* expectEqual(yield* sessions.find(bo, secretHash(1)), null, "the secret of another user")
    yield* expectEqual(yield* sessions.find(userId(3), secretHash(1)), null, "the secret with an unknown owner")
  }),

  law("sessions are told whatever their epoch: core judges it", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    const { session, hash } = sampleSession(1, ada)
    yield* sessions.insert({ session, hash }, plenty)
    yield* users.endCredentials(ada, start)
    yield* expectEqual(yield* sessions.find(ada, hash), session, "find")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [session], "list")
    const use = { at: start, idleExpiresAt: start + hour }
    yield* expectEqual(yield* sessions.touch(keyOf({ session, hash }), use), true, "touch")
  }),

  law("list gives the owner's sessions, newest first, just as they are", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    const rows = [3, 1, 4, 2].map((n) => sampleSession(n, ada, { createdAt: start + n, data: { n } }))
    for (const row of rows) yield* sessions.insert(row, plenty)
    yield* sessions.insert(sampleSession(9, bo), plenty)
    const newestFirst = rows.map(({ session }) => session).sort((a, b) => b.createdAt - a.createdAt)
    yield* expectEqual(yield* sessions.list(ada, start + minute, wholeList), newestFirst, "the list")
  }),

  law("list of an owner without sessions is empty", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(sampleSession(1, ada), plenty)
    yield* expectEqual(yield* sessions.list(bo, start, wholeList), [], "the list")
  }),

  law("TIM-01 list has a session until just before its idle end", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(sampleSession(1, ada, { idleExpiresAt: start + hour }), plenty)
    yield* expectEqual((yield* sessions.list(ada, start + hour - 1, wholeList)).length, 1, "1 ms before the end")
    yield* expectEqual((yield* sessions.list(ada, start + hour, wholeList)).length, 0, "at the end")
    yield* expectEqual((yield* sessions.list(ada, start + hour + 1, wholeList)).length, 0, "1 ms after the end")
  }),

  law("TIM-01 list has a session until just before its absolute end", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(sampleSession(1, ada, { idleExpiresAt: start + 2 * hour, expiresAt: start + hour }), plenty)
    yield* expectEqual((yield* sessions.list(ada, start + hour - 1, wholeList)).length, 1, "1 ms before the end")
    yield* expectEqual((yield* sessions.list(ada, start + hour, wholeList)).length, 0, "at the end")
    yield* expectEqual((yield* sessions.list(ada, start + hour + 1, wholeList)).length, 0, "1 ms after the end")
  }),

  law("STO-05 any text round-trips as session id, secret hash, ip and user agent", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    const rows = awkwardTexts.map((text, n) => ({
      hash: SecretHash(text),
      session: sampleSession(n, ada, { id: SessionId(text), ip: text, userAgent: text }).session
    }))
    for (const row of rows) yield* sessions.insert(row, plenty)
    for (const { session, hash } of rows) {
      yield* expectEqual(yield* sessions.find(ada, hash), session, `hash ${hash}`)
    }
    for (const row of rows) {
      yield* expectEqual(yield* sessions.close(keyOf(row)), true, `closing ${row.session.id}`)
      yield* expectEqual(yield* sessions.find(ada, row.hash), null, `${row.session.id}, closed`)
    }
  })
]
