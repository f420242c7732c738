import { expectEqual, expectFailure, type Law, lawsOf } from "./law.ts"
import {
  hour,
  minute,
  plenty,
  sampleToken,
  sampleUser,
  secretHash,
  start,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"

const { law } = lawsOf("tokens")

const ada = userId(1)
const bo = userId(2)
const row = sampleToken(1, ada, { scopes: ["read"], expiresAt: null, lastUsedAt: start, isImported: true })
const key = tokenKeyOf(row)

/** What bringing tokens over from another system promises. */
export const tokenImportLaws: ReadonlyArray<Law> = [
  law(
    "an imported token is found by its owner and secret, just as given, and its hash names the owner",
    function* ({ users, tokens }) {
      yield* users.insert(sampleUser(1))
      yield* users.insert(sampleUser(2))
      yield* expectEqual(yield* tokens.import(row), true, "import")
      yield* expectEqual(yield* tokens.ownerOf(row.hash), ada, "its owner")
      yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, "the token")
      yield* expectEqual(yield* tokens.find(bo, row.hash), null, "the token, of another owner")
      yield* expectEqual(yield* tokens.list(ada, start, wholeList), [row.token], "the list")
    }
  ),

  law("ownerOf of a hash that nobody imported is null", function* ({ users, tokens }) {
    const next = sampleToken(4, ada)
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* tokens.ownerOf(row.hash), null, "in a store without tokens")
    yield* tokens.import(row)
    yield* tokens.insert(sampleToken(2, ada), plenty)
    yield* tokens.rotate(key, { next, at: start, oldExpiresAt: start + hour }, plenty)
    yield* expectEqual(yield* tokens.ownerOf(secretHash(2)), null, "of an inserted token")
    yield* expectEqual(yield* tokens.ownerOf(next.hash), null, "of one in an imported one's place")
    yield* expectEqual(yield* tokens.ownerOf(secretHash(3)), null, "of an unknown secret")
    yield* expectEqual(yield* tokens.ownerOf(row.hash), ada, "of the imported one")
  }),

  law("a second import of one hash is false and changes nothing, whoever the owner", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.import(row)
    yield* expectEqual(yield* tokens.import(row), false, "the same again")
    const renamed = { hash: row.hash, token: sampleToken(2, ada, { isImported: true }).token }
    yield* expectEqual(yield* tokens.import(renamed), false, "for the same owner, with another id")
    const theirs = { hash: row.hash, token: sampleToken(3, bo, { isImported: true }).token }
    yield* expectEqual(yield* tokens.import(theirs), false, "for another owner")
    yield* expectEqual(yield* tokens.ownerOf(row.hash), ada, "its owner")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [row.token], "the owner's list")
    yield* expectEqual(yield* tokens.list(bo, start, wholeList), [], "the other's list")
    yield* expectEqual(yield* tokens.find(bo, row.hash), null, "the token, of the other")
    yield* expectEqual(yield* tokens.revoke(tokenKeyOf(renamed)), false, "revoking the other id")
  }),

  law("a second import is false also once the token was used, replaced or is past its end", function* (store) {
    const { users, tokens } = store
    const ended = sampleToken(5, ada, { createdAt: start - 2 * hour, expiresAt: start - hour, isImported: true })
    yield* users.insert(sampleUser(1))
    yield* tokens.import(row)
    yield* tokens.import(ended)
    yield* tokens.recordUse(key, start + minute)
    yield* expectEqual(yield* tokens.import(row), false, "of a used one")
    yield* tokens.rotate(key, { next: sampleToken(2, ada), at: start, oldExpiresAt: start + hour }, plenty)
    const now = yield* tokens.find(ada, row.hash)
    yield* expectEqual(yield* tokens.import(row), false, "of a replaced one")
    yield* expectEqual(yield* tokens.find(ada, row.hash), now, "the replaced one")
    yield* expectEqual(yield* tokens.import(ended), false, "of one past its end")
  }),

  law("no limit counts for an import", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(sampleToken(0, ada), 1)
    for (let n = 1; n <= 20; n++) {
      const imported = sampleToken(n, ada, { isImported: true })
      yield* expectEqual(yield* tokens.import(imported), true, `import ${n}`)
    }
    yield* expectEqual((yield* tokens.list(ada, start, wholeList)).length, 21, "how many are listed")
  }),

  law("a revoked token may be imported again for its owner", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    for (const end of [tokens.revoke(key), tokens.revokeAll(ada)]) {
      yield* tokens.import(row)
      yield* end
      yield* expectEqual(yield* tokens.find(ada, row.hash), null, "the token, ended")
      yield* expectEqual(yield* tokens.import(row), true, "import")
      yield* expectEqual(yield* tokens.ownerOf(row.hash), ada, "its owner")
      yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, "the token, imported again")
    }
  }),

  law("a purged token may be imported again for its owner", function* ({ users, tokens }) {
    const short = sampleToken(1, ada, { expiresAt: start + hour, isImported: true })
    yield* users.insert(sampleUser(1))
    yield* tokens.import(short)
    yield* expectEqual(yield* tokens.removeExpired(start + hour, 10), 1, "how many are purged")
    yield* expectEqual(yield* tokens.import(row), true, "import")
    yield* expectEqual(yield* tokens.ownerOf(row.hash), ada, "its owner")
    yield* expectEqual(yield* tokens.find(ada, row.hash), row.token, "the token")
  }),

  law("import of an id that its owner has is a StoreError and changes nothing", function* ({ users, tokens }) {
    const other = sampleToken(2, ada)
    const again = sampleToken(3, ada, { id: other.token.id, isImported: true })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(other, plenty)
    yield* expectFailure(tokens.import(again), "StoreError", "the import")
    yield* expectEqual(yield* tokens.find(ada, again.hash), null, "by the imported secret")
    yield* expectEqual(yield* tokens.list(ada, start, wholeList), [other.token], "the list")
    const sound = sampleToken(3, ada, { isImported: true })
    yield* expectEqual(yield* tokens.import(sound), true, "the same hash with an id of its own")
    yield* expectEqual(yield* tokens.ownerOf(sound.hash), ada, "its owner")
  }),

  law("an imported token is used, listed, replaced and revoked like any other", function* ({ users, tokens }) {
    const at = start + minute
    const next = sampleToken(2, ada, { createdAt: at })
    yield* users.insert(sampleUser(1))
    yield* tokens.import(row)
    yield* expectEqual(yield* tokens.recordUse(key, at), true, "recordUse")
    const used = { ...row.token, lastUsedAt: at }
    yield* expectEqual(yield* tokens.list(ada, at, wholeList), [used], "the list")
    yield* expectEqual(yield* tokens.rotate(key, { next, at, oldExpiresAt: at + hour }, plenty), true, "rotate")
    const replaced = { ...used, expiresAt: at + hour, replacedBy: next.token.id }
    yield* expectEqual(yield* tokens.find(ada, row.hash), replaced, "the replaced token")
    yield* expectEqual(yield* tokens.revoke(key), true, "revoke")
    yield* expectEqual(yield* tokens.list(ada, at, wholeList), [next.token], "who is left")
  })
]
