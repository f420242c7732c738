import { root } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { bodyOf, missing, NEW_PASSWORD, refusal } from "../../../test/answers.ts"
import { openMailSite } from "../../../test/mail-site.ts"

const bob = { email: "bob@example.org", username: "bob" }

const withRoot = async (...options: Parameters<typeof openMailSite>) => {
  const site = await openMailSite(...options)
  const headers = await site.program(root)
  const create = (json: unknown) => site.ask({ method: "POST", target: "/admin/users", json, headers })
  const sendLink = (id: string) => site.ask({ method: "POST", target: `/admin/users/${id}/password-link`, headers })
  return { ...site, create, sendLink }
}

test("ADM-05 SES-12 an administrator whose log-in is old creates nobody, and is told so before the body is read", async () => {
  const { clock, create, contents } = await withRoot()
  await clock.advance("10 minutes")
  const before = await contents()
  for (const answer of [await create({ email: "eve@example.org" }), await create({})])
    expect([answer.status, bodyOf(answer).code]).toEqual([403, "reauthentication-required"])
  expect(await contents()).toEqual(before)
})

test("ADM-05 PAT-10 a token with the scope creates users and mails them links, and never an administrator", async () => {
  const { ask, clock, contents, token } = await withRoot({
    tokens: { scopes: { "latchkey:admin": "Administer" } }
  })
  const headers = await token({ scopes: ["latchkey:admin"] }, root)
  await clock.advance("1 hour")
  const create = (json: object) => ask({ method: "POST", target: "/admin/users", json, headers })
  const made = await create(bob)
  expect([made.status, bodyOf(made).is_superuser]).toEqual([201, false])
  const linked = { method: "POST", target: `/admin/users/${bodyOf(made).id}/password-link`, headers }
  expect((await ask(linked)).status).toBe(204)
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

test("a user is mailed a link to choose a password: an invitation until they have one, and then a reset", async () => {
  const { auth, box, codeOf, create, sendLink } = await withRoot()
  const { id } = bodyOf(await create({ email: bob.email }))
  const first = await codeOf("invite")
  expect((await sendLink(id)).status).toBe(204)
  const second = await codeOf("invite")
  expect(box.newest("invite").to).toBe(bob.email)
  await expect(auth.recovery.accept(first, NEW_PASSWORD)).rejects.toMatchObject({ _tag: "CodeInvalid" })
  expect(await auth.recovery.accept(second, NEW_PASSWORD)).toMatchObject({ isVerified: true })
  expect((await sendLink(id)).status).toBe(204)
  expect(await auth.recovery.reset(await codeOf("reset"), NEW_PASSWORD)).toMatchObject({ id })
  const nameless = await auth.users.create({ username: "nameless", password: NEW_PASSWORD })
  const refused = await sendLink(nameless.id)
  expect([refused.status, bodyOf(refused).code, bodyOf(refused).reason]).toEqual([409, "not-invitable", "no-email"])
  for (const nobody of ["x", "00000000-0000-7000-8000-000000000000"])
    expect(refusal(await sendLink(nobody))).toEqual([404, "Not Found"])
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
