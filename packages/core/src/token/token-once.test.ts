import { describe, expect, it, test } from "vitest"
import { eventsOf, newPassword } from "../../test/people.ts"
import { dumpOf, tagOf, tokenScene } from "../../test/token-scene.ts"
import { reveal } from "../secret/secret-text.ts"
import { UserId } from "../secret/user-id.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { readIdempotencyKey } from "./idempotency-key.ts"

const key = "kQ2x_7-Zr0bN4s"

/** How many of some calls came to what. */
const tally = async (pending: ReadonlyArray<Promise<unknown>>) => {
  const tags = await Promise.all(pending.map((each) => tagOf(each.then(() => "issued"))))
  return Object.fromEntries([...new Set(tags)].map((tag) => [tag, tags.filter((each) => each === tag).length]))
}

describe("PAT-13 a token that is asked for with an idempotency key", () => {
  test("is made once by any number of calls at one moment, on two machines, and the trail has one event", async () => {
    const tables = emptyTables()
    const [here, there] = [await tokenScene({ tables }), await tokenScene({ tables })]
    const calls = Array.from({ length: 16 }, (_, n) => (n % 2 === 0 ? here : there).issue({ idempotencyKey: key }))
    expect(await tally(calls)).toEqual({ issued: 1, TokenAlreadyIssued: 15 })
    expect(await here.auth.tokens.list(here.user.id)).toHaveLength(1)
    expect(await eventsOf(here.auth, { type: "token.issued" })).toHaveLength(1)
  })

  test("is told of when it is asked for again, under another name too, and nothing is written", async () => {
    const { auth, clock, issue, maker, tables } = await tokenScene()
    const first = await issue({ idempotencyKey: key })
    const before = dumpOf(tables)
    await clock.advance("1 hour")
    const again = auth.tokens.issue(maker, { name: "other", lifetime: "1 day", idempotencyKey: key })
    await expect(again).rejects.toMatchObject({ _tag: "TokenAlreadyIssued", token: first.token })
    expect(dumpOf(tables)).toBe(before)
    expect((await auth.tokens.check(first.secret))?.token.id).toBe(first.token.id)
  })

  test("is told of at the limit too, and by nobody told as too many", async () => {
    const { issue } = await tokenScene({ tokens: { perUser: 1 } })
    expect(await tally([1, 2, 3].map(() => issue({ idempotencyKey: key })))).toEqual({
      issued: 1,
      TokenAlreadyIssued: 2
    })
    expect(await tagOf(issue({ idempotencyKey: "another" }))).toBe("TooManyTokens")
  })

  test("is another one under another key, and another user's under the same", async () => {
    const { auth, issue } = await tokenScene()
    const bob = await auth.users.register({ username: "bob", password: newPassword })
    const wanted = { name: "his", idempotencyKey: key }
    const his = await auth.tokens.issue({ user: bob, scopes: "all" }, wanted)
    const ids = [his.token.id, (await issue({ idempotencyKey: key })).token.id]
    ids.push((await issue({ idempotencyKey: `${key}x` })).token.id)
    expect(new Set(ids).size).toBe(3)
    expect((await auth.tokens.check(reveal(his.secret)))?.user.id).toBe(bob.id)
  })

  test("is told of while it is there, although it has ended, and is made anew once it was revoked", async () => {
    const { auth, clock, issue, user } = await tokenScene()
    const { token } = await issue({ lifetime: "1 hour", idempotencyKey: key })
    await clock.advance("1 hour")
    expect(await tagOf(issue({ idempotencyKey: key }))).toBe("TokenAlreadyIssued")
    await auth.users.endCredentials(user.id)
    const { token: next } = await auth.tokens.issue(
      { user: (await auth.users.find(user.id)) ?? user, scopes: "all" },
      { name: "next", idempotencyKey: key }
    )
    expect(next.id).toBe(token.id)
  })

  test("SES-22 is told to nobody whose session has ended", async () => {
    const { auth, issue, user } = await tokenScene()
    const { session } = await auth.sessions.open(user)
    await issue({ idempotencyKey: key })
    await auth.sessions.close({ owner: user.id, id: session.id })
    const again = auth.tokens.issue({ user, session, scopes: "all" }, { name: "again", idempotencyKey: key })
    expect(await tagOf(again)).toBe("CredentialEnded")
  })

  test("has the same id in every process and every version", async () => {
    const id = readIdempotencyKey(key, UserId("01a20150-c7f4-7b5e-8f0e-3f2f4e9b1d77"))
    expect(id).toEqual({ ok: true, value: "72b7c216-e575-814f-b439-4c44ca52b088" })
  })

  it.each(["", "x".repeat(65), "a b", "a\n", "a.b", "ä", "a\u0000"])(
    "is refused with a key of another form, and nothing is asked of the store: %j",
    async (idempotencyKey) => {
      const { asked, issue } = await tokenScene()
      expect(await tagOf(issue({ idempotencyKey }))).toBe("IdempotencyKeyInvalid")
      expect(asked).toEqual([])
    }
  )

  it.each(["x", "x".repeat(64), "0189_-AZaz"])("may have the key %s", async (idempotencyKey) => {
    const { issue } = await tokenScene()
    expect((await issue({ idempotencyKey })).token.name).toBe("runner")
  })
})
