import { root } from "@latchkey/conformance/adapter"
import { Store, type StoreLayer, type StoreShape, type UserStore } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { bodyOf, refusal, withAda } from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"

/** A site with users beside the administrator, whose list an administrator asks for. */
const withUsers = (...names: ReadonlyArray<string>) => withUsersIn({}, names)

const withUsersIn = async (options: Parameters<typeof openSite>[0], names: ReadonlyArray<string>) => {
  const site = await openSite(options)
  for (const username of names) {
    await site.clock.advance(1)
    await site.auth.users.create({ username, email: `${username}@${username}.example` })
  }
  const headers = await site.program(root)
  const list = async (query = "") => {
    const answer = await site.ask({ target: `/admin/users${query}`, headers })
    return {
      answer,
      body: bodyOf(answer),
      names: bodyOf(answer).items?.map((user: { username: string }) => user.username)
    }
  }
  return { ...site, headers, list }
}

const loc = (...names: ReadonlyArray<string>) => names.map((name) => ({ loc: ["query", name] }))

test("ADM-01 the list of users is for administrators: nobody else learns whether its query was valid", async () => {
  const { ask, program } = await withAda()
  for (const target of ["/admin/users", "/admin/users?limit=x"]) {
    expect(refusal(await ask({ target }))).toEqual([401, "Unauthorized"])
    const answer = await ask({ target, headers: await program() })
    expect([answer.status, bodyOf(answer).code]).toEqual([403, "admin-required"])
  }
})

test("ADM-12 users are listed newest first, in pages that a cursor joins", async () => {
  const { list } = await withUsers("ann", "bob", "cyd")
  const whole = await list()
  expect(Object.keys(whole.body)).toEqual(["items", "total", "limit", "offset", "next_cursor"])
  expect(whole.names).toEqual(["cyd", "bob", "ann", "root"])
  expect(whole.body.items[0]).toEqual({
    id: expect.any(String),
    email: "cyd@cyd.example",
    is_active: true,
    is_superuser: false,
    is_verified: false,
    username: "cyd"
  })
  expect(whole.body).toMatchObject({ total: 4, limit: 50, offset: 0, next_cursor: null })
  const first = await list("?limit=3")
  expect([first.names, first.body.limit]).toEqual([["cyd", "bob", "ann"], 3])
  const second = await list(`?limit=3&cursor=${first.body.next_cursor}`)
  expect(second.names).toEqual(["root"])
  expect(second.body).toMatchObject({ total: 4, offset: null, next_cursor: null })
})

test("an offset passes over so many users, also beyond the end", async () => {
  const { list } = await withUsers("ann", "bob", "cyd")
  const page = await list("?limit=2&offset=1")
  expect([page.names, page.body.offset, page.body.total]).toEqual([["bob", "ann"], 1, 4])
  expect((await list(`?limit=9&cursor=${page.body.next_cursor}`)).names).toEqual(["root"])
  expect((await list("?offset=4")).body).toMatchObject({ items: [], next_cursor: null })
  expect((await list("?offset=10000")).body).toMatchObject({ items: [], total: 4, next_cursor: null })
})

test("ADM-13 a query finds users by the beginning of a name, by a domain and by an id", async () => {
  const { auth, list } = await withUsers("ann", "andy", "bob")
  expect((await list("?query=AN")).names).toEqual(["andy", "ann"])
  expect((await list("?query=AN")).body.total).toBe(2)
  expect((await list("?query=%40bob.ex")).names).toEqual(["bob"])
  const bob = (await auth.users.list({ query: "bob" })).items[0]
  expect((await list(`?query=${bob?.id}`)).names).toEqual(["bob"])
  expect((await list("?query=nn")).body).toMatchObject({ items: [], total: 0, next_cursor: null })
  const first = await list("?query=an&limit=1")
  expect((await list(`?query=an&limit=1&cursor=${first.body.next_cursor}`)).names).toEqual(["ann"])
})

test("ADM-11 users are filtered by their states, alone and together", async () => {
  const { auth, list } = await withUsers("ann", "bob")
  const [bob] = (await auth.users.list({ query: "bob" })).items
  if (bob !== undefined) await auth.users.change(bob.id, { isActive: false, isVerified: true })
  expect((await list("?is_active=false")).names).toEqual(["bob"])
  expect((await list("?is_superuser=true")).names).toEqual(["root"])
  expect((await list("?is_active=true&is_superuser=false&query=a")).names).toEqual(["ann"])
  expect((await list("?is_verified=true&is_active=false")).body.total).toBe(1)
})

test.each(["hashed_password", "password_hash", "filter", "epoch", "roles", "order_by", "id"])(
  "ADM-07 a list of users cannot be filtered or sorted by %s",
  async (name) => {
    const { list } = await withUsers()
    const { answer, body } = await list(`?${name}=%24argon2id`)
    expect([answer.status, body.detail]).toEqual([
      422,
      [{ type: "extra_forbidden", loc: ["query", name], msg: "Extra inputs are not permitted" }]
    ])
  }
)

test.each([
  ["?limit=0", loc("limit")],
  ["?limit=501", loc("limit")],
  ["?limit=1.5", loc("limit")],
  ["?offset=-1", loc("offset")],
  ["?offset=10001", loc("offset")],
  ["?is_active=yes&is_verified=&limit=x", loc("is_active", "is_verified", "limit")],
  ["?limit=1&limit=2", loc("limit")],
  ["?cursor=", loc("cursor")],
  ["?cursor=x", loc("cursor")],
  ["?cursor=%00", loc("cursor")],
  [`?cursor=${"x".repeat(3_000)}`, loc("cursor")],
  ["?cursor=10001", loc("cursor")],
  ["?cursor=-1", loc("cursor")],
  ["?cursor=0.x.", loc("cursor")],
  ["?cursor=0.0199a1f2-0000-7000-8000-000000000000.ff", loc("cursor")],
  ["?cursor=1&offset=1", loc("offset")]
])("%s is 422, and names what is wrong", async (query, problems) => {
  const { list } = await withUsers()
  const { answer, body } = await list(query)
  expect(answer.status).toBe(422)
  expect(body.detail).toMatchObject(problems)
  expect(body.detail).toHaveLength(problems.length)
})

test("an offset that is too far is told to go on with a cursor", async () => {
  const { list } = await withUsers()
  expect((await list("?offset=10001")).body.detail[0].msg).toContain("Go on with the cursor")
})

test("HEAD is answered like GET, without the body", async () => {
  const { ask, headers } = await withUsers()
  const answer = await ask({ method: "HEAD", target: "/admin/users", headers })
  expect([answer.status, answer.body]).toEqual([200, ""])
})

/** A store whose every call comes to its bound after three users, so that only `next` tells whether there are more. */
const hastyStore: StoreLayer = Layer.effect(
  Store,
  Effect.map(Layer.build(memoryStore()), (context): StoreShape => {
    const store = Context.get(context, Store)
    const list: UserStore["list"] = ({ filter, ...listing }) =>
      Effect.map(
        store.users.list({ ...listing, filter: {}, limit: Math.min(3, listing.limit) }),
        ({ items, next }) => ({
          items: items.filter(({ isVerified }) => (filter.isVerified ?? isVerified) === isVerified),
          next
        })
      )
    return { ...store, users: { ...store.users, list } }
  })
)

test("ADM-11 a page that a store gives up in the middle is short or empty, and its cursor goes on", async () => {
  const { list } = await withUsersIn(
    { store: hastyStore },
    Array.from({ length: 70 }, (_, n) => `user${n}`)
  )
  const pagesFrom = async (query: string, offset = "") => {
    const pages: Array<number> = []
    for (let from = offset; ; ) {
      const { body } = await list(`${query}${from}`)
      pages.push(body.items.length)
      if (body.next_cursor === null) return pages
      from = `&cursor=${body.next_cursor}`
    }
  }
  const verified = await pagesFrom("?is_verified=true&limit=2")
  expect(verified.slice(0, -1)).toEqual(verified.slice(0, -1).map(() => 0))
  expect(verified.at(-1)).toBe(1) // root, who came first
  expect((await list("?offset=65&limit=2")).body).toMatchObject({ items: [], offset: 65 })
  expect(await pagesFrom("?limit=2", "&offset=65")).toEqual([0, 2, 2, 2])
})
