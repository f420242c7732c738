import { SessionId } from "@latchkey/core/store"
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
  start,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("sessions")

const ada = userId(1)
const bo = userId(2)
const row = sampleSession(1, ada)
const key = keyOf(row)

/** What a move to another epoch, and the look whether a session is there, promise. */
export const sessionEpochLaws: ReadonlyArray<Law> = [
  law("SES-21 setEpoch is true, moves the session, and changes nothing else", function* ({ users, sessions }) {
    const [full, other] = [fullSession(3, ada), sampleSession(2, ada)]
    yield* users.insert(sampleUser(1))
    for (const each of [row, full, other]) yield* sessions.insert(each, plenty)
    yield* expectEqual(yield* sessions.setEpoch(key, { from: 3, to: 4 }), true, "the plain session")
    yield* expectEqual(yield* sessions.find(ada, row.hash), { ...row.session, epoch: 4 }, "the plain session")
    yield* expectEqual(yield* sessions.setEpoch(keyOf(full), { from: 41, to: 42 }), true, "the full session")
    yield* expectEqual(yield* sessions.find(ada, full.hash), { ...full.session, epoch: 42 }, "the full session")
    yield* expectEqual(yield* sessions.find(ada, other.hash), other.session, "another session")
    yield* expectEqual(yield* sessions.setEpoch(key, { from: 4, to: 7 }), true, "a second move")
    yield* expectEqual(
      (yield* sessions.list(ada, start, wholeList)).map(({ epoch }) => epoch).sort(),
      [3, 42, 7],
      "the epochs"
    )
  }),

  law("setEpoch of a session in another epoch is false, and brings none back", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    for (const from of [0, 2, 4, 33]) {
      yield* expectEqual(yield* sessions.setEpoch(key, { from, to: 5 }), false, `from ${from}`)
    }
    yield* expectEqual(yield* sessions.find(ada, row.hash), row.session, "the session")
    yield* sessions.close(key)
    yield* expectEqual(yield* sessions.setEpoch(key, { from: 3, to: 4 }), false, "a closed one")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [], "the list")
  }),

  law("SES-11 setEpoch needs both the owner and the id", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(row, plenty)
    const ofAnother = yield* sessions.setEpoch({ owner: bo, id: key.id }, { from: 3, to: 4 })
    yield* expectEqual(ofAnother, false, "another owner")
    yield* expectEqual(yield* sessions.find(ada, row.hash), row.session, "the session")
  }),

  law("STO-05 setEpoch takes any id, and leaves any text of the session as it is", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    const texts = [...awkwardTexts, '","browser",3,', '\\","browser",3,', '\\"', '"']
    for (const [n, text] of texts.entries()) {
      const awkward = sampleSession(n, ada, { id: SessionId(text), ip: text, userAgent: text, data: text })
      yield* sessions.insert(awkward, plenty)
      yield* expectEqual(yield* sessions.setEpoch(keyOf(awkward), { from: 3, to: 4 }), true, `setEpoch of ${text}`)
      const found = yield* sessions.find(ada, awkward.hash)
      yield* expectEqual(found, { ...awkward.session, epoch: 4 }, `the session ${text}`)
    }
  }),

  law("SES-23 a moved session is not dead beside one of its new epoch", function* ({ users, sessions }) {
    const dead = sampleSession(2, ada, { createdAt: start + 1 })
    const next = sampleSession(3, ada, { epoch: 4, createdAt: start + 2 })
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    yield* sessions.insert(dead, plenty)
    yield* sessions.setEpoch(key, { from: 3, to: 4 })
    yield* expectEqual(yield* sessions.insert(next, 2), [], "the live sessions that were ended")
    const left = (yield* sessions.list(ada, start, wholeList)).map(({ id }) => id)
    yield* expectEqual(left, [next.session.id, key.id], "the sessions that are left")
  }),

  law("SES-20 isThere until either end, and until it is closed", function* ({ users, sessions }) {
    const short = sampleSession(2, ada, { expiresAt: start + minute })
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* sessions.isThere(key, start), false, "one that never was")
    yield* sessions.insert(row, plenty)
    yield* sessions.insert(short, plenty)
    yield* expectEqual(yield* sessions.isThere(key, start), true, "one that was inserted")
    yield* expectEqual(yield* sessions.isThere(key, start + hour - 1), true, "just before its idle end")
    yield* expectEqual(yield* sessions.isThere(key, start + hour), false, "at its idle end")
    yield* expectEqual(yield* sessions.isThere(keyOf(short), start + minute), false, "at its absolute end")
    yield* sessions.close(key)
    yield* expectEqual(yield* sessions.isThere(key, start), false, "one that was closed")
    yield* sessions.closeAll(ada, null)
    yield* expectEqual(yield* sessions.isThere(keyOf(short), start), false, "one that ended with all others")
  }),

  law("SES-20 isThere sees a replacement at once, and needs both the owner and the id", function* (store, second) {
    const next = sampleSession(2, ada)
    yield* store.users.insert(sampleUser(1))
    yield* store.users.insert(sampleUser(2))
    yield* store.sessions.insert(row, plenty)
    yield* expectEqual(yield* second.sessions.isThere(key, start), true, "the session")
    yield* expectEqual(yield* second.sessions.isThere({ owner: bo, id: key.id }, start), false, "another owner")
    yield* store.sessions.replace(key, next, start)
    yield* expectEqual(yield* second.sessions.isThere(key, start), false, "the replaced session")
    yield* expectEqual(yield* second.sessions.isThere(keyOf(next), start), true, "its successor")
  })
]
