import { expectEqual, type Law, lawsOf } from "./law.ts"
import {
  fullToken,
  hour,
  minute,
  plenty,
  sampleToken,
  sampleUser,
  start,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("tokens")

const ada = userId(1)
const bo = userId(2)

/** What exporting and restoring personal access tokens promises. */
export const tokenBackupLaws: ReadonlyArray<Law> = [
  law("BAK-01 an export of tokens is the list of them with their hashes", function* ({ users, tokens }) {
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

  law("BAK-01 restored tokens are there just as given, and imported ones name their owners", function* (store) {
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

  law("BAK-02 a token that is there already is not restored, and nothing changes", function* ({ users, tokens }) {
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
    const twice = sampleToken(5, ada)
    yield* expectEqual(yield* tokens.restore([twice, twice]), [true, false], "one of them twice")
    yield* expectEqual(yield* tokens.restore([]), [], "none at all")
  })
]
