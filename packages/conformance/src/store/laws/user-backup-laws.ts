import { MOST_RESTORED, type NewUser, UserId, type UserStore } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { codeKeyOf, sampleCode } from "./code-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { tally } from "./race.ts"
import {
  awkwardTexts,
  fullSession,
  fullToken,
  fullUser,
  hour,
  minute,
  plenty,
  sampleAdmin,
  sampleUser,
  start,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("users")

const ada = userId(1)

const byId = (a: NewUser, b: NewUser): number => (a.user.id < b.user.id ? -1 : 1)

/** Reads all users as a backup does, but never for ever. */
const exported = Effect.fnUntraced(function* (store: UserStore, limit: number) {
  const read: Array<NewUser> = []
  for (let after: UserId | null = null; read.length < plenty; ) {
    const page: ReadonlyArray<NewUser> = yield* store.export(after, limit)
    read.push(...page)
    after = page.at(-1)?.user.id ?? null
    if (page.length < limit || after === null) break
  }
  return read
})

/** What exporting and restoring users promises. */
export const userBackupLaws: ReadonlyArray<Law> = [
  law("BAK-01 an export has all users with all that is kept of them, in the order of their ids", function* (store) {
    const nameless = { ...sampleUser(4, { username: null, email: null }), passwordHash: null, revocations: 3 }
    const rows = [fullUser(5), sampleUser(2), nameless, sampleAdmin(3), sampleUser(1)]
    yield* expectEqual(yield* store.users.export(null, 10), [], "of a store without users")
    yield* store.users.restore([nameless])
    for (const row of rows) if (row !== nameless) yield* store.users.insert(row)
    const inOrder = rows.toSorted(byId)
    for (const limit of [1, 2, 5, 10]) {
      yield* expectEqual(yield* exported(store.users, limit), inOrder, `in pages of ${limit}`)
    }
    yield* expectEqual(yield* store.users.export(userId(3), 1), [inOrder[3]], "the one after the third")
    yield* expectEqual(yield* store.users.export(userId(0), 1), [inOrder[0]], "the first one after nobody")
    yield* expectEqual(yield* store.users.export(userId(5), 9), [], "those after the last")
  }),

  law("STO-05 BAK-01 any text round-trips through a backup, each user once", function* (store) {
    const rows = awkwardTexts.map((text, n) => ({
      ...sampleUser(n, { id: UserId(text), username: text, email: `${text}@` }),
      canonicalUsername: text,
      canonicalEmail: `${text}@`,
      passwordHash: text
    }))
    yield* store.users.restore(rows)
    for (const limit of [1, 7, plenty]) {
      const read = yield* exported(store.users, limit)
      yield* expectEqual(read.toSorted(byId), rows.toSorted(byId), `in pages of ${limit}`)
    }
    const again = yield* store.users.restore(rows)
    yield* expectEqual(tally(again), { there: rows.length }, "what became of them the second time")
  }),

  law("BAK-01 an export tells what has changed since a user was added", function* (store) {
    yield* store.users.insert(sampleUser(1))
    yield* store.users.change(ada, { isActive: false, roles: ["editor"] }, start + minute)
    yield* store.users.rehash(ada, { from: "hash-1", to: "newer" })
    yield* store.users.countRevocation(ada)
    yield* store.users.recordLogin(ada, start + hour)
    const [row] = yield* store.users.export(null, 10)
    const found = yield* store.users.findWithPassword(ada)
    yield* expectEqual(row, { ...sampleUser(1), ...found }, "the row")
  }),

  law("BAK-01 restored users are there just as given, found by every name, and listed", function* (store) {
    const rows = [fullUser(3), sampleUser(1), { ...sampleUser(2), passwordHash: null, revocations: 9 }]
    yield* expectEqual(yield* store.users.restore(rows), ["added", "added", "added"], "what became of them")
    for (const { user, passwordHash, revocations, ...names } of rows) {
      yield* expectEqual(
        yield* store.users.findWithPassword(user.id),
        { user, passwordHash, revocations },
        `${user.username} by id`
      )
      const byName = yield* store.users.findByName({ kind: "username", canonical: names.canonicalUsername ?? "" })
      const byEmail = yield* store.users.findByName({ kind: "email", canonical: names.canonicalEmail ?? "" })
      yield* expectEqual(byName?.user, user, `${user.username} by name`)
      yield* expectEqual(byEmail?.user, user, `${user.username} by address`)
    }
    const { items } = yield* store.users.list({ query: null, filter: {}, after: null, limit: 10 })
    yield* expectEqual(
      items.map(({ id }) => id),
      [userId(3), userId(2), userId(1)],
      "the list"
    )
    const inactive = yield* store.users.list({ query: null, filter: { isActive: false }, after: null, limit: 10 })
    yield* expectEqual(inactive.items, [fullUser(3).user], "the inactive ones")
  }),

  law("BAK-02 a restored user whose id or name is in use is not added, and nothing changes", function* (store) {
    yield* store.users.insert(sampleUser(1))
    const rows = [
      sampleUser(1, { username: "Other", email: null, epoch: 9 }),
      sampleUser(2, { username: "NAME1" }),
      sampleUser(3, { email: "NAME1@EXAMPLE.ORG" }),
      sampleUser(4),
      sampleUser(5, { username: "name4" })
    ]
    const outcomes = ["there", "name-taken", "name-taken", "added", "name-taken"]
    yield* expectEqual(yield* store.users.restore(rows), outcomes, "what became of them")
    yield* expectEqual(yield* store.users.export(null, 10), [sampleUser(1), sampleUser(4)], "who is there")
    const again = ["there", "name-taken", "name-taken", "there", "name-taken"]
    yield* expectEqual(yield* store.users.restore(rows), again, "what became of them the second time")
    const other = yield* store.users.findByName({ kind: "username", canonical: "other" })
    yield* expectEqual(other, null, "the name of the one whose id is in use")
    const free = yield* store.users.findByName({ kind: "email", canonical: "name2@example.org" })
    yield* expectEqual(free, null, "the address of the one whose name is in use")
  }),

  law("BAK-01 a user who was removed is restored, without what was theirs", function* (store) {
    const { users, sessions, tokens, codes } = store
    const row = { ...sampleUser(1, { isActive: false }), revocations: 2 }
    const [session, token, code] = [fullSession(1, ada), fullToken(1, ada), sampleCode(1, ada)]
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(session, plenty)
    yield* tokens.import(token)
    yield* codes.insert(code, "replace")
    yield* users.remove(ada, null)
    yield* expectEqual(yield* users.restore([row]), ["added"], "what became of them")
    yield* expectEqual(yield* users.export(null, 10), [row], "who is there")
    yield* expectEqual(yield* sessions.export(ada, start, wholeList), [], "their sessions")
    yield* expectEqual(yield* tokens.export(ada, start, wholeList), [], "their tokens")
    yield* expectEqual(yield* codes.export(ada), [], "their codes")
    yield* expectEqual(yield* sessions.restore([session]), [true], "whether their session is added")
    yield* expectEqual(yield* tokens.restore([token]), [true], "whether their token is added")
    yield* expectEqual(yield* codes.restore([code]), [true], "whether their code is added")
    const foundSession = yield* store.lookupSession(ada, session.hash)
    yield* expectEqual(foundSession, { user: row.user, session: session.session }, "the session")
    const foundToken = yield* store.lookupToken(ada, token.hash)
    yield* expectEqual(foundToken, { user: row.user, token: token.token }, "the token")
    yield* expectEqual(yield* tokens.ownerOf(token.hash), ada, "whose the token is")
    yield* expectEqual(yield* codes.find(codeKeyOf(code)), code.code, "the code")
  }),

  law("BAK-01 a restored superuser completes setup, if active, and is the last one", function* (store) {
    yield* store.users.restore([sampleUser(1), sampleAdmin(2, { isActive: false })])
    yield* expectEqual(yield* store.users.isSetUp, false, "setup, with nobody who can administer")
    yield* store.users.restore([sampleAdmin(3)])
    yield* expectEqual(yield* store.users.isSetUp, true, "setup")
    const removal = yield* Effect.flip(store.users.remove(userId(3), null))
    yield* expectEqual(removal._tag, "LastSuperuser", "to remove the only one")
  }),

  law("BAK-02 one call restores as many users as it may", function* (store) {
    const rows = Array.from({ length: MOST_RESTORED }, (_, n) => sampleUser(n))
    const added = yield* store.users.restore(rows)
    yield* expectEqual(
      added.every((each) => each === "added"),
      true,
      "whether all are added"
    )
    yield* expectEqual(yield* store.users.export(null, plenty), rows, "who is there")
    yield* expectEqual(yield* store.users.restore([]), [], "none at all")
    const twice = sampleUser(plenty)
    yield* expectEqual(yield* store.users.restore([twice, twice]), ["added", "there"], "one of them twice")
  })
]
