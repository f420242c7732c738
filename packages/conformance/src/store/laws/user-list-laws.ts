import type { UserStore } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { accountName, awkwardTexts, sampleUser, start, userId } from "./samples.ts"

const { law } = lawsOf("users")

const idsOf = (users: UserStore, query: string | null, offset = 0, limit = 1000) =>
  Effect.map(users.list({ query, offset, limit }), ({ items, total }) => ({ ids: items.map(({ id }) => id), total }))

/** What listing users promises. */
export const userListLaws: ReadonlyArray<Law> = [
  law("list gives users in order of id, just as they are", function* ({ users }) {
    const rows = [30, 4, 17, 2, 255, 16].map((n) => sampleUser(n))
    for (const row of rows) yield* users.insert(row)
    const inOrder = rows.map(({ user }) => user).sort((a, b) => (a.id < b.id ? -1 : 1))
    const page = yield* users.list({ query: null, offset: 0, limit: 10 })
    yield* expectEqual(page, { items: inOrder, total: 6 }, "the page")
  }),

  law("list of nobody is empty", function* ({ users }) {
    yield* expectEqual(yield* users.list({ query: null, offset: 0, limit: 10 }), { items: [], total: 0 }, "the page")
  }),

  law("list gives at most `limit` users from `offset`, and the total of all", function* ({ users }) {
    for (const n of [1, 2, 3, 4, 5]) yield* users.insert(sampleUser(n))
    const page = (...ns: Array<number>) => ({ ids: ns.map(userId), total: 5 })
    yield* expectEqual(yield* idsOf(users, null, 0, 2), page(1, 2), "the first page")
    yield* expectEqual(yield* idsOf(users, null, 2, 2), page(3, 4), "the second page")
    yield* expectEqual(yield* idsOf(users, null, 4, 2), page(5), "the last page")
    yield* expectEqual(yield* idsOf(users, null, 5, 2), page(), "a page past the end")
    yield* expectEqual(yield* idsOf(users, null, 0, 0), page(), "a page of none")
  }),

  law("a query keeps those with a canonical login that contains it, and the total of those", function* ({ users }) {
    yield* users.insert(sampleUser(1, { username: "adam", email: "first@example.org" }))
    yield* users.insert(sampleUser(2, { username: "bo", email: "madam@example.org" }))
    yield* users.insert(sampleUser(3, { username: "cy", email: "third@example.org" }))
    yield* users.insert(sampleUser(4, { username: "adamo", email: "adam@example.org" }))
    yield* users.insert(sampleUser(5, { username: null, email: "fifth@adam.org" }))
    yield* users.insert(sampleUser(6, { username: "dadam", email: null }))
    const found = [1, 2, 4, 5, 6].map(userId)
    yield* expectEqual(yield* idsOf(users, "adam"), { ids: found, total: 5 }, "who has adam in a login")
    yield* expectEqual(yield* idsOf(users, "adam", 1, 2), { ids: found.slice(1, 3), total: 5 }, "a page of them")
    yield* expectEqual(yield* idsOf(users, "zoe"), { ids: [], total: 0 }, "who has zoe in a login")
  }),

  law("a query looks at canonical logins, letter for letter", function* ({ users }) {
    yield* users.insert({ ...sampleUser(1, { username: "Typed" }), canonicalUsername: "canonical" })
    yield* expectEqual(yield* idsOf(users, "canon"), { ids: [userId(1)], total: 1 }, "part of the canonical name")
    yield* expectEqual(yield* idsOf(users, "CANON"), { ids: [], total: 0 }, "the same in capitals")
    yield* expectEqual(yield* idsOf(users, "Typed"), { ids: [], total: 0 }, "the name as typed")
    yield* expectEqual(yield* idsOf(users, "typed"), { ids: [], total: 0 }, "the name as typed, in small letters")
    yield* expectEqual(yield* idsOf(users, "hash-1"), { ids: [], total: 0 }, "the password hash (ADM-07)")
  }),

  law("STO-05 a query is taken literally: it has no wildcards", function* ({ users }) {
    yield* users.insert(sampleUser(0, { username: "-", email: null }))
    const rows = awkwardTexts.map((text, n) => ({
      ...sampleUser(n + 1, { username: `<${text}>`, email: null }),
      canonicalUsername: `<${text}>`
    }))
    for (const row of rows) yield* users.insert(row)
    for (const text of awkwardTexts) {
      const expected = rows
        .filter(({ canonicalUsername }) => canonicalUsername.includes(text))
        .map((row) => row.user.id)
      yield* expectEqual(yield* idsOf(users, text), { ids: expected, total: expected.length }, `who has ${text}`)
    }
  }),

  law("list follows changes of logins", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.change(userId(1), { username: accountName("Ada") }, start)
    yield* expectEqual(yield* idsOf(users, "ada"), { ids: [userId(1)], total: 1 }, "by the new username")
    yield* expectEqual((yield* idsOf(users, "name1")).total, 1, "by the address that stayed")
    yield* users.change(userId(1), { email: accountName("Ada@example.org") }, start)
    yield* expectEqual((yield* idsOf(users, "name1")).total, 0, "by the old logins")
  })
]
