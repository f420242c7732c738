import { SessionId } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { hour, keyOf, plenty, sampleSession, sampleUser, start, userId, wholeList } from "./samples.ts"

const { law } = lawsOf("sessions")

const ada = userId(1)
const bo = userId(2)

/** What ending and purging sessions promises. */
export const sessionEndLaws: ReadonlyArray<Law> = [
  law("close is true the first time and ends the session, and only that", function* ({ users, sessions }) {
    const [one, other] = [sampleSession(1, ada), sampleSession(2, ada)]
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(one, plenty)
    yield* sessions.insert(other, plenty)
    yield* expectEqual(yield* sessions.close(keyOf(one)), true, "close")
    yield* expectEqual(yield* sessions.find(ada, one.hash), null, "the session")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [other.session], "the list")
    yield* expectEqual(yield* sessions.find(ada, other.hash), other.session, "the other session")
  }),

  law("close of a session that is not there is false", function* ({ users, sessions }) {
    const one = sampleSession(1, ada)
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* sessions.close(keyOf(one)), false, "one that never was")
    yield* sessions.insert(one, plenty)
    yield* sessions.close(keyOf(one))
    yield* expectEqual(yield* sessions.close(keyOf(one)), false, "one that was closed")
  }),

  law("SES-11 close needs both the owner and the id", function* ({ users, sessions }) {
    const one = sampleSession(1, ada)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(one, plenty)
    yield* expectEqual(yield* sessions.close({ owner: bo, id: one.session.id }), false, "another owner")
    yield* expectEqual(yield* sessions.find(ada, one.hash), one.session, "the session")
  }),

  law("closeAll ends all sessions of the owner and says how many", function* ({ users, sessions }) {
    const theirs = sampleSession(9, bo)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(theirs, plenty)
    for (const n of [1, 2, 3]) yield* sessions.insert(sampleSession(n, ada), plenty)
    yield* expectEqual(yield* sessions.closeAll(ada, null), 3, "closeAll")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [], "the list")
    for (const n of [1, 2, 3]) {
      yield* expectEqual(yield* sessions.find(ada, sampleSession(n, ada).hash), null, `session ${n}`)
    }
    yield* expectEqual(yield* sessions.closeAll(ada, null), 0, "closeAll again")
    yield* expectEqual(yield* sessions.find(bo, theirs.hash), theirs.session, "another owner's session")
  }),

  law("SES-11 closeAll but one leaves that one as it was", function* ({ users, sessions }) {
    const kept = sampleSession(2, ada)
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(kept, plenty)
    for (const n of [1, 3]) yield* sessions.insert(sampleSession(n, ada), plenty)
    yield* expectEqual(yield* sessions.closeAll(ada, kept.session.id), 2, "closeAll")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [kept.session], "the list")
    yield* expectEqual(yield* sessions.find(ada, kept.hash), kept.session, "the session kept")
    yield* expectEqual(yield* sessions.closeAll(ada, kept.session.id), 0, "closeAll again")
  }),

  law("ADM-08 closeAll takes ids and owners as names, never as patterns or as none", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(sampleSession(1, ada), plenty)
    yield* sessions.insert(sampleSession(2, ada), plenty)
    yield* expectEqual(yield* sessions.closeAll(bo, sampleSession(1, ada).session.id), 0, "of who has none")
    yield* expectEqual(yield* sessions.closeAll(userId(3), null), 0, "of nobody")
    yield* expectEqual(yield* sessions.closeAll(ada, SessionId("*")), 2, "all but the one called *")
  }),

  law("SES-19 removeExpired removes sessions at their idle end, not 1 ms before", function* ({ users, sessions }) {
    const one = sampleSession(1, ada)
    const end = one.session.idleExpiresAt
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(one, plenty)
    yield* expectEqual(yield* sessions.removeExpired(end - 1, 10), 0, "1 ms before the end")
    yield* expectEqual(yield* sessions.find(ada, one.hash), one.session, "the live session")
    yield* expectEqual(yield* sessions.removeExpired(end, 10), 1, "at the end")
    yield* expectEqual(yield* sessions.find(ada, one.hash), null, "the removed session")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [], "the list of a time before the end")
  }),

  law("SES-19 removeExpired removes sessions at their absolute end, not 1 ms before", function* ({ users, sessions }) {
    const one = sampleSession(1, ada, { idleExpiresAt: start + 2 * hour, expiresAt: start + hour })
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(one, plenty)
    yield* expectEqual(yield* sessions.removeExpired(start + hour - 1, 10), 0, "1 ms before the end")
    yield* expectEqual(yield* sessions.find(ada, one.hash), one.session, "the live session")
    yield* expectEqual(yield* sessions.removeExpired(start + hour, 10), 1, "at the end")
    yield* expectEqual(yield* sessions.find(ada, one.hash), null, "the removed session")
  }),

  law("SES-19 removeExpired knows the ends as touches moved them", function* ({ users, sessions }) {
    const one = sampleSession(1, ada)
    const end = one.session.idleExpiresAt
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(one, plenty)
    yield* sessions.touch(keyOf(one), { at: end - 1, idleExpiresAt: end + hour })
    yield* expectEqual(yield* sessions.removeExpired(end + hour - 1, 10), 0, "1 ms before the moved end")
    yield* expectEqual(yield* sessions.removeExpired(end + hour, 10), 1, "at the moved end")
  }),

  law("SES-19 removeExpired removes at most `limit`, of any owners, and no live ones", function* ({ users, sessions }) {
    const end = start + hour
    const live = sampleSession(9, bo, { idleExpiresAt: end + 1 })
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(live, plenty)
    for (const n of [1, 2, 3, 4, 5]) yield* sessions.insert(sampleSession(n, n % 2 === 0 ? ada : bo), plenty)
    yield* expectEqual(yield* sessions.removeExpired(end, 0), 0, "none")
    yield* expectEqual(yield* sessions.removeExpired(end, 2), 2, "a first batch")
    yield* expectEqual(yield* sessions.removeExpired(end, 2), 2, "a second batch")
    yield* expectEqual(yield* sessions.removeExpired(end, 2), 1, "the rest")
    yield* expectEqual(yield* sessions.removeExpired(end, 2), 0, "when none is left")
    yield* expectEqual(yield* sessions.list(bo, start, wholeList), [live.session], "the live session")
  })
]
