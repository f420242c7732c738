import { samples } from "@latchkey/conformance/store"
import { expect, test } from "vitest"
import { changedUser } from "./changed-user.ts"
import type { UserChange } from "./user-store.ts"

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
