import type { ProvedChange } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import {
  accountName,
  minute,
  newPassword,
  plenty,
  proofAt,
  sampleSession,
  sampleUser,
  start,
  userId
} from "./samples.ts"

const { law } = lawsOf("users")

const ada = userId(1)
const later = start + minute
const address = accountName("Ada@example.org")

/** What a code from a mailbox can change. */
const changes: ReadonlyArray<ProvedChange> = [
  newPassword("new"),
  { isVerified: true },
  { email: address, isVerified: true },
  { email: address, isVerified: true, ...newPassword(null) },
  { ...newPassword("new"), isVerified: true, username: accountName("Ada") }
]

/** What changes by a code from a mailbox promise: the address as a proof, and what such a code alone changes. */
export const userMailboxLaws: ReadonlyArray<Law> = [
  law("REC-02 changeWithProof at another address is null, changes nothing, and leaves names free", function* (store) {
    const { users } = store
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    for (const change of changes) {
      for (const canonicalEmail of [null, "", "Name1@example.org", "name2@example.org", "name1@example.or"]) {
        const returned = yield* users.changeWithProof(ada, change, { ...proofAt(3), canonicalEmail }, later)
        yield* expectEqual(returned, null, `a change at the address ${canonicalEmail}`)
      }
    }
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user, passwordHash: "hash-1", revocations: 0 }, "the stored user")
    yield* users.insert(sampleUser(2, { username: "Ada", email: "Ada@example.org" }))
  }),

  law("REC-02 changeWithProof at an address is null for a user who has none", function* ({ users }) {
    const { user } = sampleUser(1, { email: null })
    yield* users.insert(sampleUser(1, { email: null }))
    for (const change of changes) {
      for (const canonicalEmail of ["", "null", "name1@example.org"]) {
        const returned = yield* users.changeWithProof(ada, change, { ...proofAt(3), canonicalEmail }, later)
        yield* expectEqual(returned, null, `a change at the address ${canonicalEmail}`)
      }
    }
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user, passwordHash: "hash-1", revocations: 0 }, "the stored user")
  }),

  law("REC-02 changeWithProof compares the canonical address as it is now, and null with none", function* (store) {
    const { users } = store
    const at = (epoch: number, canonicalEmail: string | null) => ({ ...proofAt(epoch), canonicalEmail })
    yield* users.insert(sampleUser(1, { email: null }))
    const first = yield* users.changeWithProof(ada, { email: address }, at(3, null), later)
    yield* expectEqual(first?.email, address.typed, "the first address, at none")
    yield* expectEqual(yield* users.changeWithProof(ada, {}, at(3, null), later), null, "at none again")
    const retyped = { typed: "ADA@Example.org", canonical: address.canonical }
    const same = yield* users.changeWithProof(ada, { email: retyped }, at(3, address.canonical), later)
    yield* expectEqual(same?.email, retyped.typed, "the address in other letters")
    const next = { typed: "\u00C4da@example.org", canonical: "\u00E4da@example.org" }
    const moved = yield* users.changeWithProof(ada, { email: next }, at(3, address.canonical), later)
    yield* expectEqual(moved?.email, next.typed, "another address")
    yield* expectEqual(
      yield* users.changeWithProof(ada, {}, at(3, address.canonical), later),
      null,
      "at the former one"
    )
    yield* expectEqual(
      yield* users.changeWithProof(ada, {}, at(3, "a\u0308da@example.org"), later),
      null,
      "a look-alike"
    )
    const changed = yield* users.changeWithProof(ada, newPassword("new"), at(3, next.canonical), later)
    yield* expectEqual(changed?.epoch, 4, "the epoch after a password, at the address as it is")
    yield* users.change(ada, { email: address }, later)
    yield* expectEqual(yield* users.changeWithProof(ada, {}, at(4, next.canonical), later), null, "after users.change")
    const renamed = yield* users.changeWithProof(ada, { username: accountName("Ada") }, proofAt(4), later)
    yield* expectEqual(renamed?.username, "Ada", "the username, at whatever address")
  }),

  law("REC-02 an address that fits helps no proof of another epoch or count", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    yield* users.countRevocation(ada)
    const canonicalEmail = "name1@example.org"
    for (const change of changes) {
      const early = yield* users.changeWithProof(ada, change, { epoch: 2, revocations: 1, canonicalEmail }, later)
      const ended = yield* users.changeWithProof(ada, change, { epoch: 3, revocations: 0, canonicalEmail }, later)
      yield* expectEqual([early, ended], [null, null], "the changes")
    }
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user, passwordHash: "hash-1", revocations: 1 }, "the stored user")
    const done = yield* users.changeWithProof(ada, {}, { epoch: 3, revocations: 1, canonicalEmail }, later)
    yield* expectEqual(done?.id, ada, "a change where all three fit")
  }),

  law("changeWithProof verifies the address, also one that it brings", function* ({ users }) {
    const { user } = sampleUser(1)
    yield* users.insert(sampleUser(1))
    const verified = yield* users.changeWithProof(ada, { isVerified: true }, proofAt(3), later)
    yield* expectEqual(verified, { ...user, isVerified: true, updatedAt: later }, "the verified user")
    yield* expectEqual(yield* users.find(ada), verified, "as stored")
    const moved = yield* users.changeWithProof(ada, { email: address, isVerified: true }, proofAt(3), later)
    yield* expectEqual([moved?.email, moved?.isVerified], [address.typed, true], "another address, verified")
    const email = accountName("Name1@example.org")
    const back = yield* users.changeWithProof(ada, { email, isVerified: false }, proofAt(3), later)
    yield* expectEqual([back?.email, back?.isVerified], [email.typed, false], "another address, not verified")
    const reset = { ...newPassword("new"), isVerified: true }
    const renewed = yield* users.changeWithProof(ada, reset, proofAt(3), later)
    yield* expectEqual([renewed?.isVerified, renewed?.epoch], [true, 4], "with a new password")
  }),

  law("REG-10 changeWithProof verifies nobody without an e-mail address", function* ({ users }) {
    yield* users.insert(sampleUser(1, { email: null }))
    for (const change of [{ isVerified: true }, { isVerified: true, username: accountName("Ada") }]) {
      const user = yield* users.changeWithProof(ada, change, proofAt(3), later)
      yield* expectEqual(user?.isVerified, false, "the returned user")
    }
    yield* expectEqual((yield* users.find(ada))?.isVerified, false, "the stored user")
    const given = yield* users.changeWithProof(ada, { email: address, isVerified: true }, proofAt(3), later)
    yield* expectEqual(given?.isVerified, true, "with a first address")
  }),

  law("REC-08 changeWithProof that takes the password away adds one to the epoch, and leaves none", function* (store) {
    const { users, sessions } = store
    const { user } = sampleUser(1)
    const row = sampleSession(1, ada)
    yield* users.insert(sampleUser(1))
    yield* sessions.insert(row, plenty)
    const ended = yield* users.changeWithProof(ada, newPassword(null), proofAt(3), later)
    yield* expectEqual(ended, { ...user, epoch: 4, updatedAt: later }, "the returned user")
    const stored = yield* users.findWithPassword(ada)
    yield* expectEqual(stored, { user: ended, passwordHash: null, revocations: 0 }, "the stored user")
    yield* expectEqual((yield* sessions.find(ada, row.hash))?.epoch, 3, "the epoch of a session")
    const back = { email: address, isVerified: true, ...newPassword(null) }
    const moved = yield* users.changeWithProof(ada, back, proofAt(4), later)
    yield* expectEqual(
      [moved?.email, moved?.isVerified, moved?.epoch],
      [address.typed, true, 5],
      "the user who went back to an address"
    )
    yield* users.changeWithProof(ada, newPassword("new"), proofAt(5), later)
    yield* expectEqual((yield* users.findWithPassword(ada))?.passwordHash, "new", "a password that is set again")
  })
]
