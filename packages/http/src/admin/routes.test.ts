import { root } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { bodyOf, missing, NEW_PASSWORD, refusal } from "../../test/answers.ts"
import { grace, openMailSite } from "../../test/mail-site.ts"

const bob = { email: "bob@example.org", username: "bob" }

const withRoot = async (...options: Parameters<typeof openMailSite>) => {
  const site = await openMailSite(...options)
  const headers = await site.program(root)
  const create = (json: unknown) => site.ask({ method: "POST", target: "/admin/users", json, headers })
  const invite = (id: string) => site.ask({ method: "POST", target: `/admin/users/${id}/invitation`, headers })
  return { ...site, create, invite }
}

test("ADM-01 who is nobody or no administrator is refused before the body is looked at", async () => {
  const { ask, program } = await openMailSite()
  const headers = await program(grace)
  for (const target of ["/admin/users", "/admin/users/x/invitation"]) {
    expect(refusal(await ask({ method: "POST", target, json: {} }))).toEqual([401, "Unauthorized"])
    const answer = await ask({ method: "POST", target, json: {}, headers })
    expect([answer.status, bodyOf(answer).code]).toEqual([403, "admin-required"])
  }
})

test("ADM-05 SES-12 an administrator whose log-in is old creates and invites nobody, and is told so before the body is read", async () => {
  const { auth, clock, create, invite, contents } = await withRoot()
  const { id } = await auth.users.create({ email: bob.email })
  await clock.advance("10 minutes")
  const before = await contents()
  for (const answer of [await create({ email: "eve@example.org" }), await create({}), await invite(id)])
    expect([answer.status, bodyOf(answer).code]).toEqual([403, "reauthentication-required"])
  expect(await contents()).toEqual(before)
})

test("ADM-05 PAT-10 a token with the scope creates and invites users, and never an administrator", async () => {
  const { ask, clock, contents, token } = await withRoot({
    tokens: { scopes: { "latchkey:admin": "Administer" } }
  })
  const headers = await token({ scopes: ["latchkey:admin"] }, root)
  await clock.advance("1 hour")
  const create = (json: object) => ask({ method: "POST", target: "/admin/users", json, headers })
  const made = await create(bob)
  expect([made.status, bodyOf(made).is_superuser]).toEqual([201, false])
  const invited = { method: "POST", target: `/admin/users/${bodyOf(made).id}/invitation`, headers }
  expect((await ask(invited)).status).toBe(204)
  const before = await contents()
  const refused = await create({ email: "eve@example.org", password: NEW_PASSWORD, is_superuser: true })
  expect([refused.status, bodyOf(refused).code]).toEqual([403, "session-required"])
  expect(await contents()).toEqual(before)
})

test("an administrator creates a user with a password, who can log in and is not invited", async () => {
  const { auth, box, clock, create } = await withRoot()
  const made = await create({ ...bob, password: NEW_PASSWORD, is_superuser: true, is_verified: true, id: "x" })
  expect([made.status, bodyOf(made)]).toEqual([
    201,
    { id: expect.any(String), ...bob, is_active: true, is_superuser: true, is_verified: true }
  ])
  await clock.advance("1 second")
  expect(box.mails.filter(({ kind }) => kind === "invite")).toEqual([])
  expect(await auth.sessions.logIn({ username: "bob", password: NEW_PASSWORD })).toMatchObject({
    user: { email: bob.email }
  })
})

test("a user without a password is mailed an invitation, and again on request, which ends the first", async () => {
  const { auth, box, codeOf, create, invite } = await withRoot()
  const made = bodyOf(await create({ email: bob.email }))
  const first = await codeOf("invite")
  expect((await invite(made.id)).status).toBe(204)
  const second = await codeOf("invite")
  expect(box.newest("invite").to).toBe(bob.email)
  await expect(auth.recovery.accept(first, NEW_PASSWORD)).rejects.toMatchObject({ _tag: "CodeInvalid" })
  expect(await auth.recovery.accept(second, NEW_PASSWORD)).toMatchObject({ isVerified: true })
  const refused = await invite(made.id)
  expect([refused.status, bodyOf(refused).code, bodyOf(refused).reason]).toEqual([409, "not-invitable", "has-password"])
  for (const id of ["x", "00000000-0000-7000-8000-000000000000"])
    expect(refusal(await invite(id))).toEqual([404, "Not Found"])
})

test("a name that is taken, a password that may not be chosen, and a missing name are refused", async () => {
  const { create, contents } = await withRoot()
  const before = await contents()
  expect(refusal(await create({ ...bob, username: "grace" }))).toEqual([400, "REGISTER_USER_ALREADY_EXISTS"])
  const reason = expect.any(String)
  expect(refusal(await create({ ...bob, password: "short" }))).toEqual([
    400,
    { code: "REGISTER_INVALID_PASSWORD", reason }
  ])
  expect(refusal(await create({}))).toEqual([422, missing("email")])
  expect(refusal(await create({ username: "bob" }))).toEqual([422, missing("email")])
  expect((await create({ ...bob, is_superuser: "yes" })).status).toBe(422)
  expect(await contents()).toEqual(before)
})
