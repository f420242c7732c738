import type { UserFilter, UserListing, UserPlace, UserStore } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { accountName, awkwardTexts, everyone, sampleAdmin, sampleUser, start, userId, usersPage } from "./samples.ts"

const { law } = lawsOf("users")

/** The ids on every page, one page after the other. */
const pagesOf = Effect.fnUntraced(function* (users: UserStore, listing: UserListing) {
  const pages: Array<ReadonlyArray<string>> = []
  for (let after: UserPlace | null = listing.after; ; ) {
    const { items, next } = yield* users.list({ ...listing, after })
    pages.push(items.map(({ id }) => id))
    if (next === null) return pages
    after = next
  }
})

const idsOf = (users: UserStore, listing: UserListing) => Effect.map(pagesOf(users, listing), (pages) => pages.flat())

const foundBy = (users: UserStore, query: string) => idsOf(users, usersPage(100, query))

const passing = (users: UserStore, filter: UserFilter) => idsOf(users, { ...usersPage(100), filter })

/** What lists of users promise. */
export const userListLaws: ReadonlyArray<Law> = [
  law("ADM-12 list gives users newest first, which is by id, just as they are", function* ({ users }) {
    const rows = [30, 4, 17, 2, 255, 16].map((n) => sampleUser(n))
    for (const row of rows) yield* users.insert(row)
    const inOrder = rows.map(({ user }) => user).sort((a, b) => (a.id < b.id ? 1 : -1))
    yield* expectEqual(yield* users.list(usersPage(10)), { items: inOrder, next: null }, "the page")
  }),

  law("list of nobody is empty, and their count is none", function* ({ users }) {
    yield* expectEqual(yield* users.list(usersPage(10)), { items: [], next: null }, "the page")
    yield* expectEqual(yield* users.list(usersPage(10, "name")), { items: [], next: null }, "the page of a query")
    yield* expectEqual(yield* users.count(everyone), { total: 0, isExact: true }, "the count")
  }),

  law("ADM-12 pages go on where the one before ended, each user on one of them", function* ({ users }) {
    for (const n of [1, 2, 3, 4, 5]) yield* users.insert(sampleUser(n))
    const [one, two, three, four, five] = [1, 2, 3, 4, 5].map(userId)
    yield* expectEqual(yield* pagesOf(users, usersPage(2)), [[five, four], [three, two], [one]], "of all")
    const named = usersPage(2, "name")
    yield* expectEqual(yield* pagesOf(users, named), [[one, two], [three, four], [five]], "of a query")
    yield* expectEqual(yield* pagesOf(users, usersPage(5)), [[five, four, three, two, one]], "a page that all are on")
    yield* expectEqual(yield* pagesOf(users, usersPage(5, "name")), [[one, two, three, four, five]], "with a query")
  }),

  law("ADM-12 a page goes on after a user who is gone by now, or has another name", function* ({ users }) {
    for (const n of [1, 2, 3, 4]) yield* users.insert(sampleUser(n))
    const all = yield* users.list(usersPage(2))
    const named = yield* users.list(usersPage(2, "name"))
    yield* users.change(userId(2), { username: accountName("Zoe"), email: accountName("Zoe@example.org") }, start)
    yield* users.remove(userId(3), null)
    yield* expectEqual(yield* idsOf(users, { ...usersPage(2), after: all.next }), [userId(2), userId(1)], "of all")
    yield* expectEqual(yield* idsOf(users, { ...usersPage(2, "name"), after: named.next }), [userId(4)], "of a query")
  }),

  law(
    "ADM-13 a query finds who has a canonical name that begins with it, in the order of names",
    function* ({ users }) {
      yield* users.insert(sampleUser(1, { username: "adam", email: "first@example.org" }))
      yield* users.insert(sampleUser(2, { username: "bo", email: "adele@example.org" }))
      yield* users.insert(sampleUser(3, { username: "madam", email: "third@adam.org" }))
      yield* users.insert(sampleUser(4, { username: "ad", email: null }))
      yield* users.insert(sampleUser(5, { username: null, email: "adam@example.org" }))
      yield* expectEqual(yield* foundBy(users, "ad"), [4, 1, 5, 2].map(userId), "who begins with ad")
      yield* expectEqual(yield* foundBy(users, "adam@"), [userId(5)], "who begins with adam@")
      yield* expectEqual(yield* foundBy(users, "zoe"), [], "who begins with zoe")
    }
  ),

  law("ADM-13 who is found by several names is listed and counted once", function* ({ users }) {
    for (const n of [1, 2, 3])
      yield* users.insert(sampleUser(n, { username: `ada${n}`, email: `ad${4 - n}@example.org` }))
    const pages = yield* pagesOf(users, usersPage(1, "ad"))
    yield* expectEqual(pages, [[userId(3)], [userId(2)], [userId(1)]], "the pages")
    yield* expectEqual(yield* users.count({ ...everyone, query: "ad" }), { total: 3, isExact: true }, "the count")
    yield* users.insert(sampleUser(4, { username: "@ad", email: "@ad" }))
    yield* expectEqual(yield* foundBy(users, "@ad"), [userId(4)], "whose names are alike")
    yield* expectEqual(yield* users.count({ ...everyone, query: "@ad" }), { total: 1, isExact: true }, "their count")
  }),

  law("ADM-13 a query that begins with @ finds whose address has such a domain", function* ({ users }) {
    yield* users.insert(sampleUser(1, { email: "zoe@example.org" }))
    yield* users.insert(sampleUser(2, { email: "ada@example.com" }))
    yield* users.insert(sampleUser(3, { email: "bob@example.org" }))
    yield* users.insert(sampleUser(4, { email: "eve@an.example.org" }))
    yield* users.insert(sampleUser(5, { email: null }))
    yield* expectEqual(yield* foundBy(users, "@example.org"), [1, 3].map(userId), "of example.org")
    yield* expectEqual(yield* foundBy(users, "@example"), [2, 1, 3].map(userId), "of what begins with example")
    yield* expectEqual(yield* pagesOf(users, usersPage(2, "@")), [[4, 2].map(userId), [1, 3].map(userId)], "of any")
    yield* expectEqual(yield* foundBy(users, "example.org"), [], "without the @")
    yield* expectEqual(yield* users.count({ ...everyone, query: "@" }), { total: 4, isExact: true }, "the count")
  }),

  law("ADM-13 a query that is an id finds its user, and no part of one does", function* ({ users }) {
    for (const n of [1, 2, 3]) yield* users.insert(sampleUser(n))
    yield* users.insert(sampleUser(4, { username: userId(2) }))
    const found = yield* pagesOf(users, usersPage(1, userId(2)))
    yield* expectEqual(found, [[userId(2)], [userId(4)]], "by the id")
    yield* expectEqual(yield* foundBy(users, userId(3).slice(0, -1)), [userId(4)], "by a part that begins a username")
    yield* expectEqual(yield* users.count({ ...everyone, query: userId(2) }), { total: 2, isExact: true }, "the count")
  }),

  law("ADM-07 a query looks at canonical names alone, letter for letter", function* ({ users }) {
    yield* users.insert({ ...sampleUser(1, { username: "Typed" }), canonicalUsername: "canonical" })
    yield* expectEqual(yield* foundBy(users, "canon"), [userId(1)], "the beginning of the canonical name")
    yield* expectEqual(yield* foundBy(users, "CANON"), [], "the same in capitals")
    yield* expectEqual(yield* foundBy(users, "Typed"), [], "the name as typed")
    yield* expectEqual(yield* foundBy(users, "typed"), [], "the name as typed, in small letters")
    yield* expectEqual(yield* foundBy(users, "hash-1"), [], "the password hash")
  }),

  law("STO-05 a query is taken literally: it has no wildcards", function* ({ users }) {
    const rows = awkwardTexts.map((text, n) => ({
      ...sampleUser(n + 1, { username: `${text}>`, email: null }),
      canonicalUsername: `${text}>`
    }))
    for (const row of rows) yield* users.insert(row)
    for (const text of awkwardTexts) {
      const found = rows
        .filter(({ canonicalUsername }) => canonicalUsername.startsWith(text))
        .map(({ user }) => user.id)
      yield* expectEqual((yield* foundBy(users, text)).toSorted(), found.toSorted(), `who begins with ${text}`)
      const { total } = yield* users.count({ ...everyone, query: text })
      yield* expectEqual(total, found.length, `how many begin with ${text}`)
    }
  }),

  law("ADM-13 names are in the order of their UTF-8", function* ({ users }) {
    const names = ["-", "0", "A", "Z", "_", "a", "aa", "z", "\u00E9", "\uD7FF", "\uE000", "\uFFFF", "\u{1F600}"]
    for (const [n, name] of names.toReversed().entries()) {
      const row = sampleUser(n, { username: name, email: null })
      yield* users.insert({ ...row, canonicalUsername: `<${name}` })
    }
    const inOrder = names.map((_, n) => userId(names.length - 1 - n))
    yield* expectEqual((yield* pagesOf(users, usersPage(2, "<"))).flat(), inOrder, "the users")
  }),

  law("ADM-12 list follows changes of names", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.change(userId(1), { username: accountName("Ada") }, start)
    yield* expectEqual(yield* foundBy(users, "ada"), [userId(1)], "by the new username")
    yield* expectEqual(yield* foundBy(users, "name1"), [userId(1)], "by the address that stayed")
    const proof = { epoch: 3, revocations: null }
    yield* users.changeWithProof(userId(1), { email: accountName("Ada@example.com") }, proof, start)
    for (const query of ["name1", "@example.org"]) {
      yield* expectEqual(yield* foundBy(users, query), [], `by ${query}, which is no more`)
      yield* expectEqual(yield* users.count({ ...everyone, query }), { total: 0, isExact: true }, "their count")
    }
    const promotion = { passwordHash: "p", mustChangePassword: false, email: accountName("Root@example.net") }
    yield* users.promote(userId(1), promotion, start)
    yield* expectEqual(yield* foundBy(users, "@example.net"), [userId(1)], "by the domain of a promotion")
    yield* expectEqual(yield* foundBy(users, "@example.com"), [], "by the domain before it")
    yield* users.insert(sampleUser(2, { username: "Bea", email: "Bea@example.com" }))
    yield* users.releaseEmail(userId(2), "bea@example.com", start)
    yield* expectEqual(yield* foundBy(users, "@example.com"), [], "by an address that was released")
    const released = yield* users.count({ ...everyone, query: "@example.com" })
    yield* expectEqual(released, { total: 0, isExact: true }, "the count of released addresses")
    yield* expectEqual(yield* foundBy(users, "bea"), [userId(2)], "by the username that is left")
  }),

  law("ADM-12 a change that is refused leaves no name in a list", function* ({ users }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    const change = { username: accountName("Ada"), email: accountName("Name2@example.org") }
    yield* Effect.exit(users.change(userId(1), change, start))
    yield* Effect.exit(users.insert(sampleUser(3, { username: "Ada", email: "Name2@example.org" })))
    yield* users.changeWithProof(userId(1), { username: accountName("Ada") }, { epoch: 9, revocations: null }, start)
    yield* expectEqual(yield* foundBy(users, "ada"), [], "by the name")
    yield* expectEqual(yield* foundBy(users, "name"), [userId(1), userId(2)], "by those that they had")
    yield* expectEqual(yield* users.count(everyone), { total: 2, isExact: true }, "the count")
  }),

  law(
    "ADM-12 who is removed is in no list and not counted, and their names are found with whoever has them next",
    function* ({ users }) {
      yield* users.insert(sampleAdmin(9))
      yield* users.insert(sampleAdmin(1, { isActive: false }))
      yield* users.remove(userId(1), null)
      for (const query of ["name1", "name1@", userId(1)]) yield* expectEqual(yield* foundBy(users, query), [], query)
      yield* expectEqual(yield* passing(users, { isActive: false }), [], "the inactive users")
      yield* expectEqual(yield* passing(users, { isSuperuser: true }), [userId(9)], "the superusers")
      yield* expectEqual(yield* users.count(everyone), { total: 1, isExact: true }, "the count")
      yield* users.insert(sampleUser(2, { username: "Name1", email: "Name1@example.org" }))
      yield* expectEqual(yield* foundBy(users, "name1"), [userId(2)], "the next one of this name")
    }
  ),

  law(
    "ADM-11 a filter by a role lists those who have it themselves, with a query and with flags",
    function* ({ users }) {
      yield* users.insert(sampleUser(1, { roles: ["author", "editor"] }))
      yield* users.insert(sampleUser(2, { roles: ["editors"] }))
      yield* users.insert(sampleUser(3, { isSuperuser: true }))
      yield* users.insert(sampleUser(4, { isSuperuser: true, roles: ["editor"] }))
      yield* expectEqual(yield* passing(users, { role: "editor" }), [userId(4), userId(1)], "the editors")
      yield* expectEqual(yield* passing(users, { role: "editor", isSuperuser: true }), [userId(4)], "with a flag")
      const found = yield* idsOf(users, { ...usersPage(2, "name"), filter: { role: "editor" } })
      yield* expectEqual(found, [userId(1), userId(4)], "of a query")
      const count = yield* users.count({ query: null, filter: { role: "editor" } })
      yield* expectEqual(count, { total: 2, isExact: true }, "the count")
      yield* users.change(userId(1), { roles: ["author"] }, start)
      yield* expectEqual(yield* passing(users, { role: "editor" }), [userId(4)], "the editors after one was taken away")
    }
  ),

  law("ADM-11 a filter lists those alone who pass all of it, and counts them", function* ({ users }) {
    const flags = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({
      isActive: (n & 1) === 0,
      isSuperuser: (n & 2) !== 0,
      isVerified: (n & 4) !== 0
    }))
    for (const [n, is] of flags.entries()) yield* users.insert(sampleUser(n, is))
    const filters: ReadonlyArray<UserFilter> = [
      ...[true, false].flatMap((is) => [{ isActive: is }, { isSuperuser: is }, { isVerified: is }]),
      { isActive: false, isSuperuser: true },
      { isActive: true, isSuperuser: false, isVerified: true },
      ...flags
    ]
    for (const filter of filters) {
      const wanted = Object.entries(filter)
      const passes = flags.flatMap((is, n) =>
        wanted.every(([flag, value]) => Reflect.get(is, flag) === value) ? [userId(n)] : []
      )
      const what = JSON.stringify(filter)
      yield* expectEqual(yield* passing(users, filter), passes.toReversed(), `those with ${what}`)
      yield* expectEqual(yield* idsOf(users, { ...usersPage(2), filter }), passes.toReversed(), `by twos, with ${what}`)
      yield* expectEqual(yield* idsOf(users, { ...usersPage(2, "name"), filter }), passes, `of a query, with ${what}`)
      const count = { total: passes.length, isExact: true }
      yield* expectEqual(yield* users.count({ query: null, filter }), count, `the count with ${what}`)
      yield* expectEqual(yield* users.count({ query: "name", filter }), count, `the count of a query with ${what}`)
    }
  }),

  law("ADM-11 a filter follows every change of roles and states", function* ({ users }) {
    const lists = Effect.all([passing(users, { isActive: false }), passing(users, { isSuperuser: true })])
    const [root, ada] = [userId(9), userId(1)]
    yield* users.insert(sampleAdmin(9))
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* lists, [[], [root]], "as they came")
    yield* users.change(ada, { isActive: false }, start)
    yield* expectEqual(yield* lists, [[ada], [root]], "an inactive user")
    yield* users.change(ada, { isSuperuser: true }, start)
    yield* expectEqual(yield* lists, [[ada], [root, ada]], "an inactive superuser")
    yield* users.change(ada, { isActive: true, isSuperuser: false }, start)
    yield* expectEqual(yield* lists, [[], [root]], "an active user")
    yield* users.promote(ada, { passwordHash: "p", mustChangePassword: false }, start)
    yield* expectEqual(yield* lists, [[], [root, ada]], "a promoted user")
    yield* users.change(ada, { isActive: false }, start)
    yield* users.remove(ada, null)
    yield* expectEqual(yield* lists, [[], [root]], "after a removal")
  })
]
