import * as Redacted from "effect/Redacted"
import { expect, test } from "vitest"
import { ada, eventsOf } from "../../test/people.ts"
import { storeOver } from "../../test/store-around.ts"
import { admit, role } from "../identity/policies.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { isRoleName } from "./roles.ts"

const roles = { editor: "Edits notes", author: "Writes notes" }

test("ROL-02 a user gets the roles that the host declares, sorted and each once", async () => {
  const { auth } = await createTestAuth({ roles })
  const user = await auth.users.create({ ...ada, roles: ["editor", "author", "editor"] })
  expect(user.roles).toEqual(["author", "editor"])
  expect((await auth.users.change(user.id, { roles: ["editor"] })).roles).toEqual(["editor"])
  expect((await auth.users.find(user.id))?.roles).toEqual(["editor"])
  expect((await auth.users.change(user.id, { isVerified: true })).roles).toEqual(["editor"])
})

test("ROL-02 a role that is not declared makes nobody and changes nothing", async () => {
  const { auth } = await createTestAuth({ roles })
  await expect(auth.users.create({ ...ada, roles: ["editor", "edtior"] })).rejects.toMatchObject({
    _tag: "UnknownRole",
    role: "edtior"
  })
  const user = await auth.users.create({ ...ada, roles: ["editor"] })
  await expect(auth.users.change(user.id, { username: "grace", roles: ["toString"] })).rejects.toMatchObject({
    _tag: "UnknownRole"
  })
  expect(await auth.users.find(user.id)).toEqual(user)
})

test("ROL-02 a role from before the host stopped declaring it can be kept and taken away, and not be given", async () => {
  const tables = emptyTables()
  const before = await createTestAuth({ store: storeOver(tables), roles })
  const user = await before.auth.users.create({ ...ada, roles: ["author"] })
  const { auth } = await createTestAuth({ store: storeOver(tables), roles: { editor: "Edits notes" } })
  expect((await auth.users.change(user.id, { roles: ["author", "editor"] })).roles).toEqual(["author", "editor"])
  expect((await auth.users.change(user.id, { roles: ["editor"] })).roles).toEqual(["editor"])
  await expect(auth.users.change(user.id, { roles: ["author"] })).rejects.toMatchObject({ _tag: "UnknownRole" })
})

test("ROL-01 a role that is given or taken counts at the next request, in the same session", async () => {
  const { auth, clock } = await createTestAuth({ roles })
  const user = await auth.users.create({ ...ada, roles: [] })
  const { secret } = await auth.sessions.logIn(ada, { kind: "browser" })
  const isEditor = async () => {
    const identity = await auth.identify({ authorization: null, sessionCookie: Redacted.value(secret) })
    return admit(role("editor"), identity, clock.now()).isAllowed
  }
  expect(await isEditor()).toBe(false)
  await auth.users.change(user.id, { roles: ["editor"] })
  expect(await isEditor()).toBe(true)
  await auth.users.change(user.id, { roles: [] })
  expect(await isEditor()).toBe(false)
})

test("ROL-04 the trail tells which roles a user had and has", async () => {
  const { auth } = await createTestAuth({ roles })
  const user = await auth.users.create({ ...ada, roles: ["author"] })
  await auth.users.change(user.id, { roles: ["editor", "author"] })
  expect(await eventsOf(auth, { type: "user.created", user: user.id })).toMatchObject([
    { details: { isSuperuser: false, roles: "author" } }
  ])
  expect(await eventsOf(auth, { type: "user.changed", user: user.id })).toMatchObject([
    { details: { changes: [{ field: "roles", from: "author", to: "author editor" }] } }
  ])
})

test("a role has a name that needs no quoting", () => {
  for (const name of ["editor", "notes:write", "a", "A.b_c-d/e9"]) expect(isRoleName(name), name).toBe(true)
  for (const name of ["", " ", "two words", "-x", "x,", "ü", "a".repeat(65)]) expect(isRoleName(name), name).toBe(false)
})
