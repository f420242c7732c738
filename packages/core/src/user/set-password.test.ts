import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import { ada, eventsOf, newPassword } from "../../test/people.ts"
import { storeOver } from "../../test/store-around.ts"
import { SweepsByItself } from "../auth/sweeper.ts"
import { reveal } from "../secret/secret-text.ts"
import { parseUserId } from "../secret/user-id.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"

const operator = { actor: null, actedWith: "operator" } as const

describe("whoever runs the server", () => {
  it("PWD-25 sets a password with which its user must choose another, and ends all that they had", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.register(ada)
    const { secret } = await auth.sessions.logIn(ada)
    const token = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    expect(await auth.users.setPassword(user.id, newPassword, operator)).toMatchObject({ mustChangePassword: true })
    expect([await auth.sessions.resume(secret), await auth.tokens.check(token.secret)]).toEqual([null, null])
    await expect(auth.sessions.logIn(ada)).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    expect(await auth.sessions.logIn({ ...ada, password: newPassword })).toBeDefined()
    expect(await eventsOf(auth, { type: "password.changed" })).toMatchObject([
      { details: { by: "admin" }, subject: user.id, ...operator }
    ])
  })

  it("sets none that our rules refuse, and none of who is not there", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.register(ada)
    await expect(auth.users.setPassword(user.id, "short")).rejects.toMatchObject({ _tag: "PasswordRefused" })
    expect(await auth.sessions.logIn(ada)).toBeDefined()
    const nobody = parseUserId("0199a1f2-0000-7000-8000-000000000000")
    if (nobody === null) throw new Error("no id")
    await expect(auth.users.setPassword(nobody, newPassword)).rejects.toMatchObject({ _tag: "UserNotFound" })
  })

  it("gets the secret of a link, to hand over where no mail goes out", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.register({ ...ada, email: "ada@example.org" })
    const link = await auth.recovery.sendPasswordLink(user.id, operator)
    expect(link).toMatchObject({ kind: "reset", user: { id: user.id } })
    expect(await auth.recovery.reset(link.secret, newPassword)).toMatchObject({ id: user.id })
    const invited = await auth.users.create({ email: "grace@example.org" })
    const invitation = await auth.recovery.sendPasswordLink(invited.id, operator)
    expect(invitation.kind).toBe("invite")
    expect(await auth.recovery.accept(invitation.secret, newPassword)).toMatchObject({ id: invited.id })
    expect(await eventsOf(auth, { type: "user.invited" })).toMatchObject([operator])
  })

  it("finds a user by exactly their name or address, in any case", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.register({ ...ada, email: "ada@example.org" })
    for (const name of ["ada", "ADA", "ada@EXAMPLE.org"]) expect(await auth.users.findByName(name)).toEqual(user)
    for (const name of ["ad", "ada@", "ada@example.com", "", "a b"])
      expect(await auth.users.findByName(name)).toBeNull()
  })

  it("makes a token in another's name, and the trail says so", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.register(ada)
    const { secret } = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner", by: operator })
    expect(reveal(secret)).toMatch(/^lk_pat_/)
    expect(await eventsOf(auth, { type: "token.issued" })).toMatchObject([{ ...operator, subject: user.id }])
  })
})

it("OPR-04 a process that does not sweep by itself leaves what has ended, until it is asked", async () => {
  const tables = emptyTables()
  const { auth } = await createTestAuth({ store: storeOver(tables) })
  await auth.users.register(ada)
  await auth.sessions.logIn(ada)
  await auth.close()
  const ambient = Layer.succeed(SweepsByItself, false)
  const other = await createTestAuth({ store: storeOver(tables), admin: null, ambient })
  await other.clock.advance("2 days")
  expect(tables.sessions.size).toBe(1)
  expect(await other.auth.sweep()).toMatchObject({ sessions: 1 })
})
