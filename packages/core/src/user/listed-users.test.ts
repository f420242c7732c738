import { describe, expect, test } from "vitest"
import { UserId } from "../secret/user-id.ts"
import { type FoundUser, gatherCount, gatherUsers, MOST_LOOKED_AT, type UserStep } from "./listed-users.ts"
import type { UserListing, UserPage, UserPlace } from "./user-list.ts"

const found = (n: number, is: { readonly isVerified: boolean } = { isVerified: false }): FoundUser => {
  const id = UserId(String(n).padStart(8, "0"))
  const states = { isActive: true, isSuperuser: false, mustChangePassword: false, ...is }
  const user = {
    id,
    username: `user${id}`,
    email: null,
    roles: [],
    epoch: 0,
    createdAt: 0,
    updatedAt: 0,
    lastLoginAt: null,
    ...states
  }
  return { place: { name: "", id }, row: { user, canonicalUsername: `user${id}`, canonicalEmail: null } }
}

/** Answers each step from a list, as a store does, and notes how far it was read. */
const drive = <A>(entries: ReadonlyArray<FoundUser>, steps: Generator<UserStep, A, ReadonlyArray<FoundUser>>) => {
  const asked: Array<number> = []
  const indexOf = (after: UserPlace | null) =>
    after === null ? 0 : entries.findIndex(({ place }) => place.id === after.id) + 1
  let turn = steps.next()
  while (turn.done !== true) {
    const { after, most } = turn.value
    asked.push(most)
    const from = indexOf(after)
    turn = steps.next(entries.slice(from, from + most))
  }
  return { answer: turn.value, asked, looked: asked.reduce((sum, most) => sum + most, 0) }
}

const many = Array.from({ length: 5_000 }, (_, n) => found(n, { isVerified: n === 4_321 }))
const listing: UserListing = { query: null, filter: {}, after: null, limit: 50 }
const verified: UserListing = { ...listing, filter: { isVerified: true } }

describe("a page", () => {
  test("ADM-11 without a filter reads one entry more than it shows", () => {
    const { answer, asked } = drive(many, gatherUsers(listing))
    expect(asked).toEqual([51])
    expect(answer.items.map(({ id }) => id)).toEqual(many.slice(0, 50).map(({ place }) => place.id))
    expect(answer.next).toEqual(many[49]?.place)
  })

  test("ADM-11 of a filter that nobody passes looks at so many users and no more, and says where to go on", () => {
    const { answer, asked, looked } = drive(many, gatherUsers(verified))
    expect(answer).toEqual({ items: [], next: many[MOST_LOOKED_AT - 1]?.place })
    expect(looked).toBe(MOST_LOOKED_AT)
    expect(Math.max(...asked)).toBeLessThanOrEqual(500)
  })

  test("ADM-12 goes on from there, to the one who passes and to the end", () => {
    const items: Array<string> = []
    let calls = 0
    for (let after: UserPlace | null = null; calls < 9; ) {
      const page: UserPage = drive(many, gatherUsers({ ...verified, after })).answer
      calls += 1
      items.push(...page.items.map(({ id }) => id))
      if (page.next === null) break
      after = page.next
    }
    expect([calls, items]).toEqual([3, [many[4_321]?.place.id]])
  })

  test("has no next one when it has the last who pass, although others follow", () => {
    const few = Array.from({ length: 300 }, (_, n) => found(n, { isVerified: n < 50 }))
    expect(drive(few, gatherUsers(verified)).answer).toMatchObject({ items: { length: 50 }, next: null })
  })

  test("ADM-12 passes over who is gone by now, and who has another name than the entry", () => {
    const [one, two, three] = [1, 2, 3].map((n) => found(n))
    const entries = [
      { place: { name: "user", id: one?.place.id }, row: one?.row },
      { place: { name: "user00000002", id: two?.place.id }, row: two?.row },
      { place: { name: "user00000003", id: three?.place.id }, row: null }
    ] as ReadonlyArray<FoundUser>
    const { answer } = drive(entries, gatherUsers({ ...listing, query: "user" }))
    expect(answer).toEqual({ items: [two?.row?.user], next: null })
  })
})

describe("a count", () => {
  test("ADM-11 looks at so many users and no more, and says that it stopped", () => {
    const { answer, looked } = drive(many, gatherCount({ query: null, filter: { isVerified: false } }))
    expect(answer).toEqual({ total: MOST_LOOKED_AT, isExact: false })
    expect(looked).toBe(MOST_LOOKED_AT)
  })

  test("is exact when it came to the end", () => {
    const few = many.slice(0, 700)
    expect(drive(few, gatherCount({ query: null, filter: { isVerified: false } })).answer).toEqual({
      total: 700,
      isExact: true
    })
    expect(drive(few, gatherCount({ query: null, filter: { isVerified: true } })).answer).toEqual({
      total: 0,
      isExact: true
    })
  })
})
