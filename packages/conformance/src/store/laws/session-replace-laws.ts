import { SessionId } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { hour, keyOf, minute, plenty, sampleSession, sampleUser, start, userId, wholeList } from "./samples.ts"

const { law } = lawsOf("sessions")

const ada = userId(1)
const bo = userId(2)
const old = sampleSession(1, ada, { data: { from: "old" }, dataVersion: 7 })
const next = sampleSession(2, ada, { kind: "bearer", createdAt: start + minute, data: { from: "next" } })
const at = start + minute

/** What putting a session in the place of another promises. */
export const sessionReplaceLaws: ReadonlyArray<Law> = [
  law("SES-03 replace is true, kills the old secret and lets the new one live", function* ({ users, sessions }) {
    const other = sampleSession(3, ada)
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(old, plenty)
    yield* sessions.insert(other, plenty)
    yield* expectEqual(yield* sessions.replace(keyOf(old), next, at), true, "replace")
    yield* expectEqual(yield* sessions.find(ada, old.hash), null, "by the old secret")
    yield* expectEqual(yield* sessions.find(ada, next.hash), next.session, "by the new secret")
    yield* expectEqual(yield* sessions.list(ada, at, wholeList), [next.session, other.session], "the list")
    yield* expectEqual(yield* sessions.close(keyOf(old)), false, "closing the old one")
    yield* expectEqual(yield* sessions.close(keyOf(next)), true, "closing the new one")
  }),

  law("replace may keep the id: then only the secret is another", function* ({ users, sessions }) {
    const renewed = { ...next, session: { ...next.session, id: old.session.id } }
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(old, plenty)
    yield* expectEqual(yield* sessions.replace(keyOf(old), renewed, at), true, "replace")
    yield* expectEqual(yield* sessions.find(ada, old.hash), null, "by the old secret")
    yield* expectEqual(yield* sessions.find(ada, next.hash), renewed.session, "by the new secret")
    yield* expectEqual(yield* sessions.list(ada, at, wholeList), [renewed.session], "the list")
  }),

  law("replace of a session that is not there is false and writes nothing", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* sessions.replace(keyOf(old), next, at), false, "of one that never was")
    yield* sessions.insert(old, plenty)
    yield* sessions.close(keyOf(old))
    yield* expectEqual(yield* sessions.replace(keyOf(old), next, at), false, "of one that was closed")
    yield* expectEqual(yield* sessions.find(ada, next.hash), null, "by the new secret")
    yield* expectEqual(yield* sessions.list(ada, at, wholeList), [], "the list")
  }),

  law("TIM-01 replace is true until just before the idle end", function* ({ users, sessions }) {
    const end = old.session.idleExpiresAt
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(old, plenty)
    yield* expectEqual(yield* sessions.replace(keyOf(old), next, end + 1), false, "1 ms after the end")
    yield* expectEqual(yield* sessions.replace(keyOf(old), next, end), false, "at the end")
    yield* expectEqual(yield* sessions.find(ada, next.hash), null, "by the new secret")
    yield* expectEqual(yield* sessions.replace(keyOf(old), next, end - 1), true, "1 ms before the end")
  }),

  law("TIM-01 replace is true until just before the absolute end", function* ({ users, sessions }) {
    const end = start + minute
    const short = sampleSession(1, ada, { idleExpiresAt: end + hour, expiresAt: end })
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(short, plenty)
    yield* expectEqual(yield* sessions.replace(keyOf(short), next, end + 1), false, "1 ms after the end")
    yield* expectEqual(yield* sessions.replace(keyOf(short), next, end), false, "at the end")
    yield* expectEqual(yield* sessions.find(ada, next.hash), null, "by the new secret")
    yield* expectEqual(yield* sessions.replace(keyOf(short), next, end - 1), true, "1 ms before the end")
  }),

  law("SES-11 replace needs both the owner and the id", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(old, plenty)
    const theirs = sampleSession(2, bo)
    yield* expectEqual(yield* sessions.replace({ owner: bo, id: old.session.id }, theirs, at), false, "another owner")
    const wrongId = { owner: ada, id: SessionId("session-2") }
    yield* expectEqual(yield* sessions.replace(wrongId, next, at), false, "another id")
    yield* expectEqual(yield* sessions.find(ada, old.hash), old.session, "the session")
    yield* expectEqual(yield* sessions.find(bo, theirs.hash), null, "another owner's new session")
  }),

  law("replace never puts a session of one owner in the place of another's", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* sessions.insert(old, plenty)
    const theirs = sampleSession(2, bo)
    yield* expectEqual(yield* sessions.replace(keyOf(old), theirs, at), false, "replace")
    yield* expectEqual(yield* sessions.find(ada, old.hash), old.session, "the old session")
    yield* expectEqual(yield* sessions.find(bo, theirs.hash), null, "the other owner's session")
  })
]
