import { samples } from "@latchkey/conformance/store"
import type { User } from "@latchkey/core"
import { expect, test } from "vitest"
import { userBody } from "./user-body.ts"

/** Under which key the wire shows each field; null: it does not. A new field of a user does not compile until that is decided. */
const shownAs: Readonly<Record<keyof User, string | null>> = {
  id: "id",
  username: "username",
  email: "email",
  isActive: "is_active",
  isSuperuser: "is_superuser",
  isVerified: "is_verified",
  mustChangePassword: null,
  roles: "roles",
  epoch: null,
  createdAt: null,
  updatedAt: null,
  lastLoginAt: null
}

test("REG-08 the wire shows the fields of a user that are meant for it, and no others", () => {
  const { user } = samples.fullUser(1)
  const shown = Object.entries(user).map(([field, value]) => [Reflect.get(shownAs, field), value])
  expect(userBody(user, { roles: { editor: "Edits notes" } })).toEqual(
    Object.fromEntries(shown.filter(([key]) => key !== null))
  )
})

test("ROL-04 the wire shows no roles where the host declares none", () => {
  const { user } = samples.fullUser(1)
  expect(userBody(user, { roles: {} })).not.toHaveProperty("roles")
})
