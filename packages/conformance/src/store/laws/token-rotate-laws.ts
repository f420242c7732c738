import { TokenId } from "@latchkey/core/store"
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
const at = start + minute
const old = sampleToken(1, ada, { name: "Backup", scopes: ["read", "write"], lastUsedAt: start + 1 })
const next = sampleToken(2, ada, { name: "Backup", scopes: ["read"], createdAt: at, expiresAt: null })
const rotation = { next, at, oldExpiresAt: at + hour }

/** What putting a token beside another that it replaces promises, but for the limit. */
export const tokenRotateLaws: ReadonlyArray<Law> = [
  law("rotate is true, adds the new token and ends the old one later, and changes nothing else", function* (store) {
    const { users, tokens } = store
    const other = sampleToken(3, ada)
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.insert(other, plenty)
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, plenty), true, "rotate")
    const replaced = { ...old.token, expiresAt: at + hour, replacedBy: next.token.id }
    yield* expectEqual(yield* tokens.find(ada, old.hash), replaced, "the old token")
    yield* expectEqual(yield* tokens.find(ada, next.hash), next.token, "the new token")
    yield* expectEqual(yield* tokens.find(ada, other.hash), other.token, "another token of the owner")
    yield* expectEqual(yield* tokens.recordUse(tokenKeyOf(old), at + hour - 1), true, "a use before the old one's end")
    yield* expectEqual(yield* tokens.recordUse(tokenKeyOf(old), at + hour), false, "a use at the old one's end")
    yield* expectEqual(yield* tokens.recordUse(tokenKeyOf(next), at + hour), true, "a use of the new one")
  }),

  law("rotate never lengthens the old token", function* ({ users, tokens }) {
    const short = sampleToken(1, ada, { expiresAt: at + hour - 1 })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(short, plenty)
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(short), rotation, plenty), true, "rotate")
    const replaced = { ...short.token, replacedBy: next.token.id }
    yield* expectEqual(yield* tokens.find(ada, short.hash), replaced, "the old token")
  }),

  law("rotate gives a token without an end one", function* ({ users, tokens }) {
    const endless = sampleToken(1, ada, { expiresAt: null })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(endless, plenty)
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(endless), rotation, plenty), true, "rotate")
    const replaced = { ...endless.token, expiresAt: at + hour, replacedBy: next.token.id }
    yield* expectEqual(yield* tokens.find(ada, endless.hash), replaced, "the old token")
    yield* expectEqual(yield* tokens.removeExpired(at + hour, 10), 1, "how many are purged at its end")
    yield* expectEqual(yield* tokens.list(ada, at, wholeList), [next.token], "the list")
  }),

  law("PAT-07 rotate ends the old token at once when it is told so", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    const atOnce = { ...rotation, oldExpiresAt: at }
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), atOnce, plenty), true, "rotate")
    yield* expectEqual(yield* tokens.list(ada, at, wholeList), [next.token], "the list")
    yield* expectEqual(yield* tokens.recordUse(tokenKeyOf(old), at), false, "a use of the old one")
    yield* expectEqual((yield* tokens.find(ada, old.hash))?.expiresAt, at, "the old one's end")
  }),

  law("PAT-07 rotate of a token that is not there is false and writes nothing", function* ({ users, tokens }) {
    yield* users.insert(sampleUser(1))
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, plenty), false, "of one that never was")
    yield* tokens.insert(old, plenty)
    yield* tokens.revoke(tokenKeyOf(old))
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, plenty), false, "of one that was revoked")
    yield* expectEqual(yield* tokens.find(ada, next.hash), null, "by the new secret")
    yield* expectEqual(yield* tokens.list(ada, at, wholeList), [], "the list")
  }),

  law("TIM-01 rotate is true until just before the end", function* ({ users, tokens }) {
    const end = start + hour
    const short = sampleToken(1, ada, { expiresAt: end })
    const key = tokenKeyOf(short)
    const rotated = (when: number) => tokens.rotate(key, { next, at: when, oldExpiresAt: when + hour }, plenty)
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(short, plenty)
    yield* expectEqual(yield* rotated(end + 1), false, "1 ms after the end")
    yield* expectEqual(yield* rotated(end), false, "at the end")
    yield* expectEqual(yield* tokens.find(ada, next.hash), null, "by the new secret")
    yield* expectEqual(yield* tokens.find(ada, short.hash), short.token, "the old token")
    yield* expectEqual(yield* rotated(end - 1), true, "1 ms before the end")
  }),

  law("a token is replaced only once", function* ({ users, tokens }) {
    const third = sampleToken(3, ada, { createdAt: at + 1 })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.rotate(tokenKeyOf(old), rotation, plenty)
    const again = { next: third, at, oldExpiresAt: at }
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), again, plenty), false, "a second time")
    yield* expectEqual(yield* tokens.find(ada, third.hash), null, "the third token")
    const replaced = { ...old.token, expiresAt: at + hour, replacedBy: next.token.id }
    yield* expectEqual(yield* tokens.find(ada, old.hash), replaced, "the old token")
    yield* tokens.revoke(tokenKeyOf(next))
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), again, plenty), false, "once its heir is revoked")
    yield* expectEqual(yield* tokens.list(ada, at, wholeList), [replaced], "the list")
  }),

  law("a token that replaced another may be replaced", function* ({ users, tokens }) {
    const third = sampleToken(3, ada, { createdAt: at + 1 })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.rotate(tokenKeyOf(old), rotation, plenty)
    const further = { next: third, at: at + 1, oldExpiresAt: at + 1 }
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(next), further, plenty), true, "rotate")
    const ids = (yield* tokens.list(ada, at + 1, wholeList)).map(({ id }) => id)
    yield* expectEqual(ids, [third.token.id, old.token.id], "who is listed")
  }),

  law("PAT-07 rotate needs both the owner and the id", function* ({ users, tokens }) {
    const theirs = sampleToken(2, bo)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(old, plenty)
    const another = tokens.rotate({ owner: bo, id: old.token.id }, { ...rotation, next: theirs }, plenty)
    yield* expectEqual(yield* another, false, "another owner")
    const wrongId = { owner: ada, id: TokenId(secretHash(1)) }
    yield* expectEqual(yield* tokens.rotate(wrongId, rotation, plenty), false, "the secret's hash in place of the id")
    yield* expectEqual(yield* tokens.find(ada, old.hash), old.token, "the token")
    yield* expectEqual(yield* tokens.list(bo, at, wholeList), [], "another owner's list")
  }),

  law("PAT-07 rotate never puts a token of one owner beside another's", function* ({ users, tokens }) {
    const theirs = sampleToken(2, bo)
    yield* users.insert(sampleUser(1))
    yield* users.insert(sampleUser(2))
    yield* tokens.insert(old, plenty)
    const mixed = { ...rotation, next: theirs }
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), mixed, plenty), false, "the old one's owner")
    const key = { owner: bo, id: old.token.id }
    yield* expectEqual(yield* tokens.rotate(key, rotation, plenty), false, "the old one under another owner")
    yield* expectEqual(yield* tokens.find(ada, old.hash), old.token, "the old token")
    yield* expectEqual(yield* tokens.find(ada, next.hash), null, "the new token")
    yield* expectEqual(yield* tokens.find(bo, theirs.hash), null, "the other owner's token")
  }),

  law("rotate to an id or a hash that its owner has is a StoreError and writes nothing", function* (store) {
    const { users, tokens } = store
    const other = sampleToken(3, ada, { createdAt: start - 1 })
    yield* users.insert(sampleUser(1))
    yield* tokens.insert(old, plenty)
    yield* tokens.insert(other, plenty)
    for (const { hash, token } of [old, other]) {
      const sameHash = { ...rotation, next: { ...next, hash } }
      yield* expectFailure(tokens.rotate(tokenKeyOf(old), sameHash, plenty), "StoreError", `the hash of ${token.id}`)
      const sameId = { ...rotation, next: { ...next, token: { ...next.token, id: token.id } } }
      yield* expectFailure(tokens.rotate(tokenKeyOf(old), sameId, plenty), "StoreError", `the id of ${token.id}`)
    }
    yield* expectEqual(yield* tokens.find(ada, next.hash), null, "the new token")
    yield* expectEqual(yield* tokens.find(ada, old.hash), old.token, "the old token")
    yield* expectEqual(yield* tokens.list(ada, at, wholeList), [old.token, other.token], "the list")
    yield* expectEqual(yield* tokens.rotate(tokenKeyOf(old), rotation, plenty), true, "a sound rotation after that")
  })
]
