import type { AccessToken, NewToken, StoreShape } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import { race } from "./race.ts"
import { hour, minute, plenty, sampleToken, sampleUser, start, tokenKeyOf, userId, wholeList } from "./samples.ts"

const { law, race: raceLaw } = lawsOf("tokens")

const ada = userId(1)
const bo = userId(2)
const at = start + minute

/** Another token of the same owner and with the same id, as a form that is sent again asks for one. */
const again = ({ token }: NewToken, n: number): NewToken =>
  sampleToken(n, token.userId, { id: token.id, createdAt: at })

/** Inserts it, and expects to be told of the token that is there. */
const expectIssued = Effect.fnUntraced(function* (
  { tokens }: StoreShape,
  next: NewToken,
  there: AccessToken,
  what: string,
  most = plenty
) {
  const { token } = yield* expectFailure(tokens.insert(next, most), "TokenAlreadyIssued", what)
  yield* expectEqual(token, there, `${what}: the token that is there`)
})

/** What is promised of an id: a token is made once, however often it is asked for. */
export const tokenOnceLaws: ReadonlyArray<Law> = [
  law(
    "PAT-13 insert of an id that is there is TokenAlreadyIssued, tells which, and changes nothing",
    function* (store) {
      const { users, tokens } = store
      const [row, other] = [sampleToken(1, ada), sampleToken(2, ada)]
      const next = again(row, 3)
      yield* users.insert(sampleUser(1))
      for (const each of [row, other]) yield* tokens.insert(each, plenty)
      yield* expectIssued(store, next, row.token, "with a secret of its own")
      yield* expectIssued(store, row, row.token, "with the same secret")
      yield* expectIssued(store, { ...next, hash: other.hash }, row.token, "with the secret of another token")
      yield* expectEqual(yield* tokens.find(ada, next.hash), null, "by the new secret")
      yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, "by the first secret")
      yield* expectEqual(yield* tokens.find(ada, other.hash), other.token, "by the other token's secret")
      yield* expectEqual(yield* tokens.list(ada, start, wholeList), [other.token, row.token], "the list")
    }
  ),

  law("PAT-13 a token that is there counts as issued, whether it is dead, replaced or imported", function* (store) {
    const { users, tokens } = store
    const ended = sampleToken(1, ada, { expiresAt: at })
    const before = sampleToken(2, ada, { epoch: 2 })
    const imported = sampleToken(3, ada, { isImported: true })
    const replaced = sampleToken(4, ada)
    const rotation = { next: sampleToken(5, ada), at, oldExpiresAt: at + hour }
    yield* users.insert(sampleUser(1))
    for (const row of [ended, before, replaced]) yield* tokens.insert(row, plenty)
    yield* tokens.import(imported)
    yield* tokens.rotate(tokenKeyOf(replaced), rotation, plenty)
    const old = { ...replaced.token, expiresAt: at + hour, replacedBy: rotation.next.token.id }
    yield* expectIssued(store, again(ended, 11), ended.token, "one that is past its end")
    yield* expectIssued(store, again(before, 12), before.token, "one of an epoch before")
    yield* expectIssued(store, again(imported, 13), imported.token, "an imported one")
    yield* expectIssued(store, again(replaced, 14), old, "one that was replaced")
    yield* expectIssued(store, again(rotation.next, 15), rotation.next.token, "the one in its place")
  }),

  law("PAT-13 an id that is there is told where the limit is met too, and removes nothing", function* (store) {
    const { users, tokens } = store
    const [row, dead] = [sampleToken(1, ada), sampleToken(2, ada, { epoch: 2 })]
    yield* users.insert(sampleUser(1))
    for (const each of [row, dead]) yield* tokens.insert(each, plenty)
    yield* expectIssued(store, again(row, 3), row.token, "at the limit", 1)
    yield* expectIssued(store, again(dead, 4), dead.token, "of a dead one, at the limit", 1)
    yield* expectEqual(yield* tokens.find(ada, dead.hash), dead.token, "the dead one")
  }),

  law("PAT-13 an id is each owner's own, and free again once its token was revoked", function* (store) {
    const { users, tokens } = store
    const row = sampleToken(1, ada)
    const theirs = sampleToken(2, bo, { id: row.token.id })
    const next = again(row, 3)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(row, plenty)
    yield* tokens.insert(theirs, plenty)
    yield* expectEqual(yield* tokens.find(bo, theirs.hash), theirs.token, "the other owner's")
    yield* tokens.revoke(tokenKeyOf(row))
    yield* tokens.insert(next, plenty)
    yield* expectEqual(yield* tokens.find(ada, next.hash), next.token, "the token that came later")
  }),

  raceLaw(
    "PAT-13 of 16 parallel inserts of one id exactly one passes, and the others tell of it",
    function* (store, second) {
      const told: Array<AccessToken> = []
      const id = sampleToken(0, ada).token.id
      yield* store.users.insert(sampleUser(1))
      const outcomes = yield* race(16, [store, second], ({ tokens }, n) =>
        Effect.tapError(tokens.insert(sampleToken(n, ada, { id }), 1), (error) =>
          Effect.sync(() => {
            if (error._tag === "TokenAlreadyIssued") told.push(error.token)
          })
        )
      )
      yield* expectEqual(outcomes, { done: 1, TokenAlreadyIssued: 15 }, "the outcomes")
      const listed = yield* store.tokens.list(ada, start, wholeList)
      yield* expectEqual(listed.length, 1, "how many are listed")
      yield* expectEqual(
        told,
        Array.from({ length: 15 }, () => listed[0]),
        "what the others were told"
      )
      yield* expectEqual(yield* store.tokens.revokeAll(ada), 1, "how many there are")
    }
  )
]
