import { type SessionId, type SessionStore, SessionId as sessionId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import {
  awkwardTexts,
  hour,
  impersonation,
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

/** The session `n`, which began so many minutes later. */
const began = (n: number, minutes: number, changes: Partial<ReturnType<typeof sampleSession>["session"]> = {}) =>
  sampleSession(n, ada, { createdAt: start + minutes * minute, ...changes })

const idOf = (n: number): SessionId => sessionId(`session-${n}`)

/** The ids that are listed, the newest first. */
const listed = (sessions: SessionStore, at = start + 20 * minute) =>
  Effect.map(sessions.list(ada, at, wholeList), (all) => all.map(({ id }) => id))

/** What the limit of sessions promises. */
export const sessionLimitLaws: ReadonlyArray<Law> = [
  law("SES-23 an insert within the limit ends nothing", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    for (const n of [1, 2, 3]) yield* expectEqual(yield* sessions.insert(began(n, n), 3), [], `ended by insert ${n}`)
    yield* expectEqual(yield* listed(sessions), [3, 2, 1].map(idOf), "the list")
  }),

  law("SES-23 one more than the limit ends the oldest, and tells which", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    for (const n of [2, 1, 3]) yield* sessions.insert(began(n, n), 3)
    yield* expectEqual(yield* sessions.insert(began(4, 4), 3), [idOf(1)], "what the fourth ended")
    const ended = yield* sessions.insert(began(5, 5), 2)
    yield* expectEqual([...ended].sort(), [2, 3].map(idOf), "what the fifth ended, under a lower limit")
    yield* expectEqual(yield* listed(sessions), [5, 4].map(idOf), "the list")
    yield* expectEqual(yield* sessions.find(ada, secretHash(1)), null, "the oldest")
  }),

  law("SES-23 a limit of one leaves the new session alone", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(began(1, 0), 1)
    yield* expectEqual(yield* sessions.insert(began(2, 1), 1), [idOf(1)], "what the second ended")
    yield* expectEqual(yield* listed(sessions), [idOf(2)], "the list")
  }),

  law("SES-23 the limit never ends the new session, even as the oldest of all", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    for (const n of [1, 2]) yield* sessions.insert(began(n, n + 5), 2)
    yield* expectEqual(yield* sessions.insert(began(3, 0), 2), [idOf(1)], "what it ended")
    yield* expectEqual(yield* listed(sessions), [2, 3].map(idOf), "the list")
  }),

  law("SES-23 of the oldest that began at one instant the smallest id goes first", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    for (const n of [5, 4, 6]) yield* sessions.insert(began(n, 0), plenty)
    yield* expectEqual(yield* sessions.insert(began(7, 1), 3), [idOf(4)], "what it ended")
  }),

  law("SES-23 a session past its end goes before a live one, and is not told", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(began(1, 0), plenty)
    yield* sessions.insert(began(2, 1, { idleExpiresAt: start + 3 * minute }), plenty)
    yield* sessions.insert(began(3, 2, { expiresAt: start + 3 * minute }), plenty)
    yield* expectEqual(yield* sessions.insert(began(4, 3), 2), [], "what it ended")
    yield* expectEqual(yield* listed(sessions), [4, 1].map(idOf), "the list")
  }),

  law("SES-23 a session of an older epoch goes before a live one, and is not told", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(began(1, 0, { epoch: 4 }), plenty)
    yield* sessions.insert(began(2, 1, { epoch: 3 }), plenty)
    yield* sessions.insert(began(3, 2, { epoch: 5 }), plenty)
    yield* expectEqual(yield* sessions.insert(began(4, 3, { epoch: 4 }), 3), [], "what it ended")
    yield* expectEqual(yield* listed(sessions), [4, 3, 1].map(idOf), "the list")
  }),

  law("SES-23 the limit counts nobody else's sessions", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    for (const n of [1, 2]) yield* sessions.insert(sampleSession(n, bo), 2)
    yield* sessions.insert(sampleSession(3, ada), 2)
    yield* expectEqual(yield* sessions.insert(sampleSession(4, ada), 2), [], "what it ended")
    yield* expectEqual((yield* sessions.list(bo, start, wholeList)).length, 2, "how many the other has")
  }),

  law(
    "IMP-07 sessions in which an administrator acts and the owner's own are counted apart",
    function* ({ users, sessions }) {
      yield* users.insert(sampleUser(1))
      const acting = (n: number, minutes: number) => began(n, minutes, { impersonation })
      for (const n of [1, 3]) yield* sessions.insert(acting(n, n), 2)
      for (const n of [2, 4]) yield* expectEqual(yield* sessions.insert(began(n, n), 2), [], `ended by session ${n}`)
      yield* expectEqual(yield* sessions.insert(acting(5, 5), 2), [idOf(1)], "what another administrator ended")
      yield* expectEqual(yield* sessions.insert(began(6, 6), 2), [idOf(2)], "what the owner's log-in ended")
      yield* expectEqual(yield* listed(sessions), [6, 5, 4, 3].map(idOf), "the list")
    }
  ),

  law("IMP-07 a dead session of one kind does not go for a live one of the other", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(began(1, 0, { impersonation, epoch: 2 }), plenty)
    yield* sessions.insert(began(2, 1), plenty)
    yield* expectEqual(yield* sessions.insert(began(3, 2), 1), [idOf(2)], "what it ended")
    yield* expectEqual(yield* listed(sessions), [3, 1].map(idOf), "the list")
  }),

  law("SES-23 an insert that fails ends nothing", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    for (const n of [1, 2]) yield* sessions.insert(began(n, n), plenty)
    const again = { hash: secretHash(9), session: began(2, 3).session }
    yield* expectFailure(sessions.insert(again, 1), "StoreError", "an id that is in use")
    yield* expectEqual(yield* listed(sessions), [2, 1].map(idOf), "the list")
  }),

  law("SES-23 one insert ends at most a hundred, and the next ones the others", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    for (let n = 0; n < 130; n++) yield* sessions.insert(began(n, 0, { createdAt: start + n }), plenty)
    const oldest = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => idOf(from + n)).sort()
    const first = yield* sessions.insert(began(200, 1), 5)
    yield* expectEqual([...first].sort(), oldest(0, 100), "what the first insert ended")
    const second = yield* sessions.insert(began(201, 2), 5)
    yield* expectEqual([...second].sort(), oldest(100, 127), "what the second one ended")
    yield* expectEqual(yield* listed(sessions), [201, 200, 129, 128, 127].map(idOf), "the list")
  }),

  law("SES-23 STO-05 a session of any id gives way to a new one", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    for (const [n, text] of awkwardTexts.entries()) {
      yield* sessions.insert(sampleSession(n, ada, { id: sessionId(text), createdAt: start + n }), plenty)
    }
    for (const [n, text] of awkwardTexts.entries()) {
      const next = sampleSession(n + 100, ada, { createdAt: start + hour / 2 + n })
      yield* expectEqual(yield* sessions.insert(next, awkwardTexts.length), [sessionId(text)], `what insert ${n} ended`)
      yield* expectEqual(yield* sessions.find(ada, secretHash(n)), null, `session ${n}`)
    }
  })
]
