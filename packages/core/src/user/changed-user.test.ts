import { samples } from "@latchkey/conformance/store"
import { describe, expect, test } from "vitest"
import { changedUser, fitsProof, provedUser } from "./changed-user.ts"
import type { NewUser, Proof, ProvedChange, UserChange } from "./user-store.ts"

const row = samples.fullUser(1)
const at = samples.start + 1

test("a change that names nothing leaves all but the time, also fields that no rule knows", () => {
  const known = { ...row, user: { ...row.user, fieldToCome: "kept" } }
  expect(changedUser(known, {}, at)).toEqual({ ...known, user: { ...known.user, updatedAt: at } })
})

test("a key whose value is undefined names nothing: callers without our types may send one", () => {
  const undefinedKeys = { email: undefined, isActive: undefined, isVerified: undefined } as unknown as UserChange
  expect(changedUser(row, undefinedKeys, at)).toEqual(changedUser(row, {}, at))
})

test("a field of a change that comes later is set under its name", () => {
  const later = { fieldToCome: "new" } as UserChange
  expect(changedUser(row, later, at).user).toMatchObject({ fieldToCome: "new", epoch: row.user.epoch })
})

const noPassword = { hash: null, mustChangePassword: false, keep: null }

describe("REC-02 a proof fits the user that it names, and no other", () => {
  const address = row.canonicalEmail
  const proof: Proof = { epoch: row.user.epoch, revocations: row.revocations, canonicalEmail: address }
  const homeless: NewUser = { ...row, canonicalEmail: null, user: { ...row.user, email: null, isVerified: false } }

  test("when epoch, count and address are the user's", () => {
    expect(fitsProof(row, proof)).toBe(true)
    expect(fitsProof(row, { ...proof, revocations: null })).toBe(true)
    expect(fitsProof(homeless, { ...proof, canonicalEmail: null })).toBe(true)
  })

  test("of whatever address, when it names none", () => {
    const { canonicalEmail: _, ...any } = proof
    expect(fitsProof(row, any)).toBe(true)
    expect(fitsProof(homeless, any)).toBe(true)
    expect(fitsProof(row, { ...proof, canonicalEmail: undefined } as unknown as Proof)).toBe(true)
  })

  test("and not when one of the three is another's", () => {
    expect(fitsProof(row, { ...proof, epoch: row.user.epoch + 1 })).toBe(false)
    expect(fitsProof(row, { ...proof, revocations: row.revocations + 1 })).toBe(false)
    for (const canonicalEmail of [null, "", row.user.email, "full2@example.org"]) {
      expect(fitsProof(row, { ...proof, canonicalEmail })).toBe(false)
    }
    expect(fitsProof(homeless, proof)).toBe(false)
    expect(fitsProof(homeless, { ...proof, canonicalEmail: "" })).toBe(false)
  })

  test("and what does not fit makes nothing of the user", () => {
    expect(provedUser(row, { isVerified: true }, { ...proof, canonicalEmail: null }, at)).toBeNull()
    expect(provedUser(row, { password: noPassword }, { ...proof, epoch: 0 }, at)).toBeNull()
  })
})

describe("a change by a proof", () => {
  const proof: Proof = { epoch: row.user.epoch, revocations: null }
  const made = (change: ProvedChange, from = row): NewUser | null => provedUser(from, change, proof, at)

  test("verifies the address, also one that it brings", () => {
    const unproved = { ...row, user: { ...row.user, isVerified: false } }
    const email = { typed: "Ada@example.org", canonical: "ada@example.org" }
    expect(made({ isVerified: true }, unproved)?.user.isVerified).toBe(true)
    expect(made({ email }, row)?.user.isVerified).toBe(false)
    expect(made({ email, isVerified: true }, unproved)).toEqual({
      ...row,
      canonicalEmail: email.canonical,
      user: { ...row.user, email: email.typed, isVerified: true, updatedAt: at }
    })
  })

  test("REC-08 takes the password away, which ends every credential", () => {
    const user = { ...row.user, epoch: row.user.epoch + 1, mustChangePassword: false, updatedAt: at }
    expect(made({ password: noPassword })).toEqual({ ...row, passwordHash: null, user })
  })
})
