import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { minute, plenty, sampleToken, sampleUser, start, tokenKeyOf, userId, wholeList } from "./samples.ts"

const { law } = lawsOf("tokens")

const ada = userId(1)
const bo = userId(2)
const later = start + minute

/** The token `n`, which was made so many milliseconds after the start. */
const made = (n: number, after: number, changes: Partial<ReturnType<typeof sampleToken>["token"]> = {}) =>
  sampleToken(n, ada, { createdAt: start + after, ...changes })

/** What becomes of dead tokens, which no limit counts. */
export const tokenRoomLaws: ReadonlyArray<Law> = [
  law("OPS-07 an insert removes what is dead beyond the limit, the oldest first, and nothing live", function* (store) {
    const { users, tokens } = store
    const [past, before] = [made(1, 1, { expiresAt: later }), made(2, 0, { epoch: 2 })]
    const next = (n: number) => made(n, minute + n)
    yield* users.insert(sampleUser(1))
    for (const row of [past, before, made(3, 2)]) yield* tokens.insert(row, plenty)
    yield* tokens.insert(next(4), 4)
    yield* expectEqual(yield* tokens.find(ada, before.hash), before.token, "the oldest, within the limit")
    yield* tokens.insert(next(5), 4)
    yield* expectEqual(yield* tokens.find(ada, before.hash), null, "the oldest, of an epoch before")
    yield* expectEqual(yield* tokens.find(ada, past.hash), past.token, "the next, past its end")
    yield* tokens.insert(next(6), 4)
    yield* expectEqual(yield* tokens.find(ada, past.hash), null, "the next, beyond the limit")
    yield* expectFailure(tokens.insert(next(7), 4), "TooManyTokens", "an insert beside four live ones")
    const listed = (yield* tokens.list(ada, later, wholeList)).map(({ id }) => id)
    yield* expectEqual(listed, ["token-6", "token-5", "token-4", "token-3"], "the list")
  }),

  law("OPS-07 an insert that fails removes nothing, and no insert what is another owner's", function* (store) {
    const { users, tokens } = store
    const [dead, theirs] = [made(1, 0, { epoch: 2 }), sampleToken(2, bo, { epoch: 2 })]
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    for (const row of [dead, theirs, made(3, 1)]) yield* tokens.insert(row, plenty)
    yield* expectFailure(tokens.insert(made(4, 2), 1), "TooManyTokens", "the insert")
    yield* expectEqual(yield* tokens.find(ada, dead.hash), dead.token, "the dead one")
    yield* tokens.insert(made(4, 2), 2)
    yield* expectEqual(yield* tokens.find(bo, theirs.hash), theirs.token, "the other owner's")
  }),

  law("OPS-07 tokens that are rotated again and again do not pile up", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(made(0, 0), 1)
    for (let n = 1; n <= 5; n++) {
      const at = start + n
      const rotation = { next: made(n, n), at, oldExpiresAt: at }
      yield* expectEqual(yield* tokens.rotate(tokenKeyOf(made(n - 1, 0)), rotation, 1), true, `rotation ${n}`)
    }
    yield* expectEqual(yield* tokens.revokeAll(ada), 2, "how many were there: the last, and the one that it replaced")
  })
]
