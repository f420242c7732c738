import {
  type AuditRecord,
  codePurposes,
  MOST_RESTORED,
  type NewCode,
  type NewUser,
  type UserId,
  type UserStore
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { eventOfEachType, linked, sampleEvent, unlinked, wholeLog } from "./audit-samples.ts"
import { codeKeyOf, codeOfEachPurpose, sampleCode } from "./code-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import {
  fullSession,
  fullToken,
  fullUser,
  hour,
  keyOf,
  minute,
  plenty,
  sampleAdmin,
  sampleSession,
  sampleToken,
  sampleUser,
  start,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"

const users = lawsOf("users").law
const sessions = lawsOf("sessions").law
const tokens = lawsOf("tokens").law
const codes = lawsOf("codes").law
const audit = lawsOf("audit").law

const ada = userId(1)
const bo = userId(2)

const byPurpose = (held: ReadonlyArray<NewCode>) =>
  held.toSorted((a, b) => codePurposes.indexOf(a.code.purpose) - codePurposes.indexOf(b.code.purpose))

/** Reads all users as a backup does. */
const exported = Effect.fnUntraced(function* (store: UserStore, limit: number) {
  const pages: Array<ReadonlyArray<NewUser>> = []
  for (let after: UserId | null = null; ; ) {
    const page: ReadonlyArray<NewUser> = yield* store.export(after, limit)
    pages.push(page)
    after = page.at(-1)?.user.id ?? null
    if (page.length < limit || after === null) return pages.flat()
  }
})

/** What exporting and restoring users promises. */
const userLaws: ReadonlyArray<Law> = [
  users("BAK-01 an export has all users with all that is kept of them, in the order of their ids", function* (store) {
    const nameless = { ...sampleUser(4, { username: null, email: null }), passwordHash: null, revocations: 3 }
    const rows = [fullUser(5), sampleUser(2), nameless, sampleAdmin(3), sampleUser(1)]
    yield* expectEqual(yield* store.users.export(null, 10), [], "of a store without users")
    yield* store.users.restore([nameless])
    for (const row of rows) if (row !== nameless) yield* store.users.insert(row)
    const inOrder = rows.toSorted((a, b) => (a.user.id < b.user.id ? -1 : 1))
    for (const limit of [1, 2, 5, 10]) {
      yield* expectEqual(yield* exported(store.users, limit), inOrder, `in pages of ${limit}`)
    }
    yield* expectEqual(yield* store.users.export(userId(3), 1), [inOrder[3]], "the one after the third")
  }),

  users("BAK-01 an export tells what has changed since a user was added", function* (store) {
    yield* store.users.insert(sampleUser(1))
    yield* store.users.change(ada, { isActive: false, roles: ["editor"] }, start + minute)
    yield* store.users.rehash(ada, { from: "hash-1", to: "newer" })
    yield* store.users.countRevocation(ada)
    yield* store.users.recordLogin(ada, start + hour)
    const [row] = yield* store.users.export(null, 10)
    const found = yield* store.users.findWithPassword(ada)
    yield* expectEqual(row, { ...sampleUser(1), ...found }, "the row")
  }),

  users("BAK-01 restored users are there just as given, found by every name, and listed", function* (store) {
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

  users("BAK-02 a restored user whose id or name is in use is not added, and nothing changes", function* (store) {
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

  users("BAK-01 a restored superuser completes setup, if active, and is the last one", function* (store) {
    yield* store.users.restore([sampleUser(1), sampleAdmin(2, { isActive: false })])
    yield* expectEqual(yield* store.users.isSetUp, false, "setup, with nobody who can administer")
    yield* store.users.restore([sampleAdmin(3)])
    yield* expectEqual(yield* store.users.isSetUp, true, "setup")
    const removal = yield* Effect.flip(store.users.remove(userId(3), null))
    yield* expectEqual(removal._tag, "LastSuperuser", "to remove the only one")
  }),

  users("BAK-02 one call restores as many users as it may", function* (store) {
    const rows = Array.from({ length: MOST_RESTORED }, (_, n) => sampleUser(n))
    const added = yield* store.users.restore(rows)
    yield* expectEqual(
      added.every((each) => each === "added"),
      true,
      "whether all are added"
    )
    yield* expectEqual(yield* store.users.export(null, plenty), rows, "who is there")
    yield* expectEqual(yield* store.users.restore([]), [], "none at all")
  })
]

const sessionLaws: ReadonlyArray<Law> = [
  sessions("BAK-01 an export of sessions is the list of them with their hashes", function* ({ users, sessions }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    const full = fullSession(1, ada)
    const ended = sampleSession(2, ada, { createdAt: start - hour, idleExpiresAt: start - 1 })
    const newer = sampleSession(3, ada, { createdAt: start + 1 })
    for (const row of [full, ended, newer, sampleSession(4, bo)]) yield* sessions.insert(row, plenty)
    yield* expectEqual(yield* sessions.export(ada, start, wholeList), [newer, full], "the export")
    const first = yield* sessions.export(ada, start, { after: null, limit: 1 })
    yield* expectEqual(first, [newer], "its first page")
    const second = yield* sessions.export(ada, start, { after: newer.session, limit: 1 })
    yield* expectEqual(second, [full], "its second page")
    yield* expectEqual(yield* sessions.export(userId(3), start, wholeList), [], "that of nobody")
  }),

  sessions("BAK-01 restored sessions are there just as given, and end as others do", function* (store) {
    const { users, sessions } = store
    const rows = [fullSession(1, ada), sampleSession(2, bo, { idleExpiresAt: start + minute })]
    yield* users.restore([sampleUser(1), sampleUser(2)])
    yield* expectEqual(yield* sessions.restore(rows), [true, true], "which are added")
    for (const { session, hash } of rows) {
      yield* expectEqual(yield* sessions.find(session.userId, hash), session, `the session ${session.id}`)
      const found = yield* store.lookupSession(session.userId, hash)
      yield* expectEqual(found?.session, session, `the session ${session.id}, looked up`)
    }
    yield* expectEqual(yield* sessions.isThere(keyOf(fullSession(1, ada)), start), true, "whether it is there")
    yield* expectEqual(yield* sessions.close(keyOf(fullSession(1, ada))), true, "closing it")
    yield* expectEqual(yield* sessions.removeExpired(start + hour, 10), 1, "those that the sweep removes")
  }),

  sessions("BAK-02 a session that is there already is not restored, and nothing changes", function* (store) {
    const { users, sessions } = store
    yield* users.insert(sampleUser(1))
    const row = sampleSession(1, ada)
    yield* sessions.insert(row, plenty)
    yield* sessions.touch(keyOf(row), { at: start + minute, idleExpiresAt: start + 2 * hour })
    const now = yield* sessions.find(ada, row.hash)
    const sameHash = { ...sampleSession(2, ada), hash: row.hash }
    const sameId = { hash: sampleSession(3, ada).hash, session: row.session }
    yield* expectEqual(yield* sessions.restore([row, sameHash, sameId]), [false, false, false], "which are added")
    yield* expectEqual(yield* sessions.find(ada, row.hash), now, "the session")
    yield* expectEqual(yield* sessions.find(ada, sameId.hash), null, "another hash of it")
    yield* expectEqual(yield* sessions.list(ada, start, wholeList), [now], "the list")
  })
]

const tokenLaws: ReadonlyArray<Law> = [
  tokens("BAK-01 an export of tokens is the list of them with their hashes", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    const own = sampleToken(1, ada, { createdAt: start + 1, scopes: ["read"] })
    const ended = sampleToken(2, ada, { createdAt: start - hour, expiresAt: start - 1 })
    const imported = fullToken(3, ada)
    for (const row of [own, ended]) yield* tokens.insert(row, plenty)
    yield* tokens.import(imported)
    yield* expectEqual(yield* tokens.export(ada, start, wholeList), [own, imported], "the export")
    const second = yield* tokens.export(ada, start, { after: own.token, limit: 1 })
    yield* expectEqual(second, [imported], "its second page of one")
  }),

  tokens("BAK-01 restored tokens are there just as given, and imported ones name their owners", function* (store) {
    const { users, tokens } = store
    const rows = [sampleToken(1, ada, { expiresAt: null, replacedBy: null }), fullToken(2, bo)]
    yield* users.restore([sampleUser(1), sampleUser(2)])
    yield* expectEqual(yield* tokens.restore(rows), [true, true], "which are added")
    for (const { token, hash } of rows) {
      yield* expectEqual(yield* tokens.find(token.userId, hash), token, `the token ${token.id}`)
      yield* expectEqual(yield* tokens.ownerOf(hash), token.isImported ? token.userId : null, `whose ${token.id} is`)
      const found = yield* store.lookupToken(token.userId, hash)
      yield* expectEqual(found?.token, token, `the token ${token.id}, looked up`)
      yield* expectEqual(yield* tokens.revoke(tokenKeyOf({ token, hash })), true, `revoking ${token.id}`)
    }
  }),

  tokens("BAK-02 a token that is there already is not restored, and nothing changes", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    const row = sampleToken(1, ada)
    const imported = fullToken(2, ada)
    yield* tokens.insert(row, plenty)
    yield* tokens.import(imported)
    yield* tokens.recordUse(tokenKeyOf(row), start + minute)
    const now = yield* tokens.list(ada, start, wholeList)
    const theirs = { hash: imported.hash, token: { ...fullToken(3, bo).token } }
    const sameHash = { ...sampleToken(4, ada), hash: row.hash }
    const rows = [row, imported, theirs, sameHash]
    yield* expectEqual(yield* tokens.restore(rows), [false, false, false, false], "which are added")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), now, "the owner's list")
    yield* expectEqual(yield* tokens.list(bo, start, wholeList), [], "the other's list")
    yield* expectEqual(yield* tokens.ownerOf(imported.hash), ada, "whose the imported one is")
  })
]

const codeLaws: ReadonlyArray<Law> = [
  codes("BAK-01 an export of codes has them all with their hashes, and restored ones open the same", function* (store) {
    const { users, codes } = store
    yield* users.restore([sampleUser(1), sampleUser(2)])
    const rows = codeOfEachPurpose(1, ada)
    yield* expectEqual(
      yield* codes.restore(rows),
      rows.map(() => true),
      "which are added"
    )
    yield* expectEqual(byPurpose(yield* codes.export(ada)), rows, "the export")
    yield* expectEqual(yield* codes.export(bo), [], "that of another user")
    for (const row of rows)
      yield* expectEqual(yield* codes.find(codeKeyOf(row)), row.code, `the code to ${row.code.purpose}`)
  }),

  codes("BAK-02 a code is not restored beside one for the same purpose, and nothing changes", function* (store) {
    const { users, codes } = store
    yield* users.insert(sampleUser(1))
    const row = sampleCode(1, ada)
    yield* codes.insert(row, "replace")
    yield* codes.consume(codeKeyOf(row), start + 1)
    const now = yield* codes.export(ada)
    yield* expectEqual(yield* codes.restore([row, sampleCode(2, ada)]), [false, false], "which are added")
    yield* expectEqual(yield* codes.export(ada), now, "what is there")
  })
]

const record = (sequence: number, hash: string | null = null): AuditRecord => ({
  sequence,
  event: sampleEvent(sequence),
  hash
})

const auditLaws: ReadonlyArray<Law> = [
  audit("BAK-01 restored records keep their positions and links, and the log goes on after them", function* (store) {
    const records = eventOfEachType.map((event, n) => ({
      sequence: 7 + 3 * n,
      event,
      hash: n % 2 === 0 ? `h${n}` : null
    }))
    const begin = { sequence: 5, hash: "before" }
    const last = records.findLast(({ hash }) => hash !== null)?.hash ?? ""
    yield* expectEqual(yield* store.audit.restore(records, begin), records.length, "how many are added")
    yield* expectEqual(yield* store.audit.list(wholeLog), records, "the log")
    yield* expectEqual(yield* store.audit.start, begin, "where it begins")
    yield* expectEqual(yield* store.audit.lastHash, last, "its last link")
    yield* expectEqual(yield* store.audit.append(linked(sampleEvent(0), "other", "x")), false, "a link to another end")
    yield* expectEqual(yield* store.audit.append(linked(sampleEvent(0), last, "next")), true, "the next link")
    const all = yield* store.audit.list(wholeLog)
    const highest = records.at(-1)?.sequence ?? 0
    yield* expectEqual((all.at(-1)?.sequence ?? 0) > highest, true, "whether the new one comes last")
    const ofAda = yield* store.audit.list({ ...wholeLog, user: ada })
    yield* expectEqual(
      ofAda.length,
      records.filter(({ event }) => event.actor === ada || event.subject === ada).length,
      "how many are about one user"
    )
  }),

  audit("BAK-01 the beginning of a trail whose records were all removed is restored", function* (store) {
    const begin = { sequence: 50, hash: "end" }
    yield* expectEqual(yield* store.audit.restore([], begin), 0, "how many are added")
    yield* expectEqual(yield* store.audit.start, begin, "where it begins")
    yield* expectEqual(yield* store.audit.lastHash, "end", "its last link")
    yield* store.audit.append(unlinked(sampleEvent(1)))
    const [only] = yield* store.audit.list(wholeLog)
    yield* expectEqual((only?.sequence ?? 0) > 50, true, "whether the next position is new")
  }),

  audit("BAK-02 only records after all that the log ever had are restored", function* (store) {
    const records = [record(1, "a"), record(2, "b"), record(3)]
    yield* expectEqual(yield* store.audit.restore(records.slice(0, 2), null), 2, "the first two")
    yield* expectEqual(yield* store.audit.restore(records, { sequence: 9, hash: "x" }), 1, "all three")
    yield* expectEqual(yield* store.audit.restore(records, null), 0, "all three again")
    yield* expectEqual(yield* store.audit.list(wholeLog), records, "the log")
    yield* expectEqual(yield* store.audit.start, null, "where it begins")
    yield* store.audit.removeExpired(start + 10, 10)
    yield* expectEqual(yield* store.audit.restore(records, null), 0, "all three, once they were removed")
    yield* expectEqual(yield* store.audit.start, { sequence: 3, hash: "b" }, "where it begins then")
    yield* expectEqual(yield* store.audit.restore([record(4, "c")], null), 1, "a later one")
  })
]

/** What backups rest on. */
export const backupLaws: ReadonlyArray<Law> = [...userLaws, ...sessionLaws, ...tokenLaws, ...codeLaws, ...auditLaws]
