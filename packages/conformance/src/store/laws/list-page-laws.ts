import type { Instant, ListPage, Place, StoreError, StoreShape, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { challengeKeyOf, denial, reach, sampleChallenge } from "./challenge-samples.ts"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { hour, keyOf, plenty, sampleSession, sampleToken, sampleUser, start, tokenKeyOf, userId } from "./samples.ts"

const ada = userId(1)

/** A list that is read in pages, with all that its laws do to it. */
interface Paged {
  readonly part: "sessions" | "tokens" | "challenges"
  /** Adds the entry `n` of an owner. */
  readonly add: (
    store: StoreShape,
    n: number,
    times: { readonly createdAt: Instant; readonly expiresAt?: Instant }
  ) => Effect.Effect<Place, { readonly _tag: string }>
  readonly end: (store: StoreShape, n: number) => Effect.Effect<unknown, StoreError>
  readonly list: (
    store: StoreShape,
    owner: UserId,
    at: Instant,
    page: ListPage
  ) => Effect.Effect<ReadonlyArray<Place>, StoreError>
}

const pagedSessions: Paged = {
  part: "sessions",
  add: ({ sessions }, n, times) => {
    const row = sampleSession(n, ada, times)
    return Effect.as(sessions.insert(row, plenty), row.session)
  },
  end: ({ sessions }, n) => sessions.close(keyOf(sampleSession(n, ada))),
  list: ({ sessions }, ...args) => sessions.list(...args)
}

const pagedTokens: Paged = {
  part: "tokens",
  add: ({ tokens }, n, times) => {
    const row = sampleToken(n, ada, times)
    return Effect.as(tokens.insert(row, plenty), row.token)
  },
  end: ({ tokens }, n) => tokens.revoke(tokenKeyOf(sampleToken(n, ada))),
  list: ({ tokens }, ...args) => tokens.list(...args)
}

/** Challenges are listed whatever their end. The one that is ended here is kept for no time at all. */
const pagedChallenges: Paged = {
  part: "challenges",
  add: (store, n, times) => {
    const row = sampleChallenge(n, times)
    return Effect.as(reach(store, row, ada, "claimed"), row.challenge)
  },
  end: ({ challenges }, n) =>
    Effect.andThen(
      challenges.decide(challengeKeyOf(ada, sampleChallenge(n)), { ...denial, keptUntil: start }, start),
      challenges.removeExpired(start, 10)
    ),
  list: ({ challenges }, owner, _, page) => challenges.list(owner, page)
}

/** What the pages of such a list promise. */
const pageLaws = ({ part, add, end, list }: Paged): ReadonlyArray<Law> => {
  const { law } = lawsOf(part)

  const idsOf = (store: StoreShape, page: ListPage, at = start + hour / 2) =>
    Effect.map(list(store, ada, at, page), (entries) => entries.map(({ id }) => id))

  return [
    law(`SES-24 a page of ${part} has at most so many, and the next one goes on after its last`, function* (store) {
      yield* store.users.insert(sampleUser(1))
      const made = yield* Effect.forEach([3, 1, 5, 2, 4], (n) => add(store, n, { createdAt: start + n }))
      const [five, four, three, two, one] = [...made].sort((a, b) => b.createdAt - a.createdAt)
      const page = (after: Place | undefined, limit: number) => idsOf(store, { after: after ?? null, limit })
      yield* expectEqual(yield* page(undefined, 2), [five?.id, four?.id], "the first page")
      yield* expectEqual(yield* page(four, 2), [three?.id, two?.id], "the second page")
      yield* expectEqual(yield* page(two, 2), [one?.id], "the last page")
      yield* expectEqual(yield* page(one, 2), [], "a page after the end")
      yield* expectEqual(yield* page(undefined, 0), [], "a page of none")
    }),

    law(`SES-24 of ${part} made at one instant each is on one page, the larger ids first`, function* (store) {
      yield* store.users.insert(sampleUser(1))
      const made = yield* Effect.forEach([4, 7, 5, 6], (n) => add(store, n, { createdAt: start }))
      const inOrder = made.map(({ id }) => id).sort((a, b) => (a < b ? 1 : -1))
      const first = yield* list(store, ada, start, { after: null, limit: 3 })
      const rest = yield* list(store, ada, start, { after: first.at(-1) ?? null, limit: 3 })
      yield* expectEqual(
        [...first, ...rest].map(({ id }) => id),
        inOrder,
        "both pages"
      )
    }),

    law(`SES-24 a page of ${part} goes on after one that has ended meanwhile`, function* (store) {
      yield* store.users.insert(sampleUser(1))
      const [one, two] = yield* Effect.forEach([1, 2, 3], (n) => add(store, n, { createdAt: start + n }))
      yield* end(store, 2)
      yield* expectEqual(yield* idsOf(store, { after: two ?? null, limit: 2 }), [one?.id], "what comes after it")
    })
  ]
}

/** What lists promise that leave out what is past its end. */
const endLaws = ({ part, add, list }: Paged): ReadonlyArray<Law> => [
  lawsOf(part).law(`SES-24 ${part} past their end take no place on a page`, function* (store) {
    yield* store.users.insert(sampleUser(1))
    const [one, two] = yield* Effect.forEach([1, 2], (n) => add(store, n, { createdAt: start + n }))
    yield* add(store, 3, { createdAt: start + 3, expiresAt: start + hour / 4 })
    const page = yield* list(store, ada, start + hour / 2, { after: null, limit: 2 })
    const ids = page.map(({ id }) => id)
    yield* expectEqual(ids, [two?.id, one?.id], "the page")
  })
]

/** The laws of all lists that are read in pages. */
export const sessionPageLaws: ReadonlyArray<Law> = [...pageLaws(pagedSessions), ...endLaws(pagedSessions)]
export const tokenPageLaws: ReadonlyArray<Law> = [...pageLaws(pagedTokens), ...endLaws(pagedTokens)]
export const challengePageLaws: ReadonlyArray<Law> = pageLaws(pagedChallenges)
