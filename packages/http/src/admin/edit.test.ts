import { cookieSetBy, root, valuesOf } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { openAdminSite, without } from "../../test/admin-site.ts"
import { bodyOf, leadsTo, textOf, typedIn } from "../../test/answers.ts"
import { ruledStore } from "../../test/stores.ts"

const STALE = "Somebody else changed this user meanwhile."

test("an administrator changes names, states and roles, and is told on the user's page, also when the form comes twice", async () => {
  const { auth, formFor, grace, post, read } = await openAdminSite()
  const target = `/admin/users/${grace.id}`
  const form = { ...without(await formFor(grace), "role:editor"), username: "grace.h", "role:reviewer": "on" }
  for (const answer of [await post(target, form), await post(target, form)])
    expect(leadsTo(answer)).toEqual([303, `${target}?done=user-saved`])
  expect(await auth.users.find(grace.id)).toMatchObject({ username: "grace.h", roles: ["reviewer"], isActive: true })
  expect(textOf(await read(`${target}?done=user-saved`))).toContain("The changes were saved.")
})

test("ADM-15 a form that somebody else has overtaken shows what was typed and what the user is now, and overwrites nothing", async () => {
  const { auth, formFor, grace, post } = await openAdminSite()
  const target = `/admin/users/${grace.id}`
  const form = { ...(await formFor(grace)), username: "grace.h" }
  await auth.users.change(grace.id, { isVerified: false, roles: ["editor", "reviewer"] })
  const stale = await post(target, form)
  expect([stale.status, textOf(stale)]).toEqual([409, expect.stringContaining(STALE)])
  expect(textOf(stale)).toMatch(/Now it is so.*Not verified.*editor, reviewer/)
  expect(typedIn(stale, "username")).toBe("grace.h")
  expect(await auth.users.find(grace.id)).toMatchObject({ username: "grace", isVerified: false })
})

test("ADM-15 saved again, the form changes what its reader changed, and leaves what somebody else did", async () => {
  const { auth, formFor, grace, post } = await openAdminSite()
  const target = `/admin/users/${grace.id}`
  const typed = { ...(await formFor(grace)), username: "grace.h" }
  await auth.users.change(grace.id, { isVerified: false, roles: ["editor", "reviewer"] })
  const stale = await post(target, typed)
  expect(stale.body).toMatch(/name="role:reviewer" value="on" checked/)
  expect(stale.body).not.toMatch(/name="is_verified" value="on" checked/)
  const seen = (typedIn(stale, "seen") ?? "").replaceAll("&quot;", '"')
  const again = { ...without(typed, "is_verified"), "role:reviewer": "on", seen }
  expect((await post(target, again)).status).toBe(303)
  expect(await auth.users.find(grace.id)).toMatchObject({
    username: "grace.h",
    isVerified: false,
    roles: ["editor", "reviewer"]
  })
})

test("ADM-15 of two administrators who save one user at once, one is told, and what the other saved stays", async () => {
  const { auth, formFor, grace, post } = await openAdminSite()
  const target = `/admin/users/${grace.id}`
  const form = await formFor(grace)
  const answers = await Promise.all(["one", "two"].map((username) => post(target, { ...form, username })))
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
  const won = answers[0]?.status === 303 ? "one" : "two"
  expect(await auth.users.find(grace.id)).toMatchObject({ username: won })
})

test("a user who was deleted while somebody edited them leads back to the list, which says so", async () => {
  const { auth, formFor, grace, post, read } = await openAdminSite()
  const form = await formFor(grace)
  await auth.users.remove(grace.id)
  for (const answer of [await post(`/admin/users/${grace.id}`, form), await read(`/admin/users/${grace.id}`)])
    expect(leadsTo(answer)).toEqual([303, "/admin/users?done=user-gone"])
  expect(textOf(await read("/admin/users?done=user-gone"))).toContain("This user is no longer here.")
  expect(leadsTo(await read("/admin/users/x"))).toEqual([303, "/admin/users?done=user-gone"])
})

test("a form that meets an outage comes back with what was typed, also when the store stays away", async () => {
  const ruled = ruledStore()
  const site = await openAdminSite({ store: ruled.store })
  const target = `/admin/users/${site.grace.id}`
  const form = { ...without(await site.formFor(site.grace), "role:editor"), username: "grace.h" }
  let isAway = false
  ruled.rule = (operation) => {
    isAway ||= /^users\.(?:change|edit)/.test(operation)
    return isAway ? "fail" : "pass"
  }
  const answer = await site.post(target, form)
  expect([answer.status, typedIn(answer, "username"), textOf(answer)]).toEqual([
    503,
    "grace.h",
    expect.stringContaining("Try again in")
  ])
  expect(answer.body).not.toMatch(/name="role:editor"[^>]* checked/)
  ruled.rule = () => "pass"
  expect(leadsTo(await site.post(target, form))[0]).toBe(303)
  expect(await site.auth.users.find(site.grace.id)).toMatchObject({ username: "grace.h", roles: [] })
})

test("a state on the form that is none is refused, and nothing is written", async () => {
  const { contents, formFor, grace, post } = await openAdminSite()
  const before = await contents()
  for (const seen of ["", "{}", "[", '{"username":7}']) {
    const answer = await post(`/admin/users/${grace.id}`, { ...(await formFor(grace)), seen, username: "x" })
    expect(answer.status).toBe(422)
  }
  expect(await contents()).toEqual(before)
})

test("ADM-05 where the log-in is old, what gives rights asks for the password on the form, and what was typed stays", async () => {
  const { auth, clock, formFor, grace, post } = await openAdminSite()
  await clock.advance("11 minutes")
  const target = `/admin/users/${grace.id}`
  const form = { ...(await formFor(grace)), "role:reviewer": "on", email: "g@example.org" }
  const asked = await post(target, form)
  expect([asked.status, textOf(asked)]).toEqual([422, expect.stringContaining("Enter your current password.")])
  expect([typedIn(asked, "email"), asked.body]).toEqual([
    "g@example.org",
    expect.stringMatching(/name="role:reviewer" value="on" checked/)
  ])
  const wrong = await post(target, { ...form, current_password: "wrong" })
  expect([wrong.status, textOf(wrong)]).toEqual([422, expect.stringContaining("This is not your current password.")])
  expect(await auth.users.find(grace.id)).toMatchObject({ roles: ["editor"] })
  expect((await post(target, { ...form, current_password: root.password })).status).toBe(303)
  expect(await auth.users.find(grace.id)).toMatchObject({ roles: ["editor", "reviewer"], email: "g@example.org" })
})

const withSecond = async () => {
  const site = await openAdminSite()
  const second = { username: "second", password: "nine slow otters by the weir" }
  const user = await site.auth.users.create({ ...second, isSuperuser: true })
  const [me] = (await site.auth.users.list({ query: root.username })).items
  if (me === undefined) throw new Error("root is not there")
  return { ...site, second: user, me, secondHeaders: { ...site.headers, ...(await site.browser(second)) } }
}

test("ADM-03 whoever takes rights of their own away is asked first, and then logged out", async () => {
  const { auth, formFor, me, post } = await withSecond()
  const target = `/admin/users/${me.id}`
  const full = { ...(await formFor(me)), is_superuser: "on" }
  for (const form of [
    without(full, "is_superuser"),
    without(full, "is_active"),
    { ...full, must_change_password: "on" }
  ]) {
    const asked = await post(target, without(form, "is_verified"))
    expect([asked.status, textOf(asked)]).toEqual([422, expect.stringContaining("Tick the box below")])
    expect(await auth.users.find(me.id)).toMatchObject({ isSuperuser: true, isActive: true })
  }
  const done = await post(target, { ...without(full, "is_superuser", "is_verified"), confirm_self: "on" })
  expect(leadsTo(done)).toEqual([303, "/login?done=ended"])
  expect(cookieSetBy(done, "latchkey_session")).toBe("")
  expect(await auth.users.find(me.id)).toMatchObject({ isSuperuser: false })
})

test("ADM-03 ADM-02 the last administrator is told that they must stay one, also when they tick the box or delete themselves", async () => {
  const { auth, formFor, post } = await openAdminSite()
  const [me] = (await auth.users.list({ query: root.username })).items
  if (me === undefined) throw new Error("root is not there")
  const form = { ...without(await formFor(me), "is_verified"), confirm_self: "on" }
  for (const answer of [await post(`/admin/users/${me.id}`, form), await post(`/admin/users/${me.id}/delete`)])
    expect([answer.status, textOf(answer)]).toEqual([409, expect.stringContaining("This is the only administrator.")])
  expect(await auth.users.find(me.id)).toMatchObject({ isSuperuser: true })
})

test("ADM-02 of two administrators who demote each other at once one stays", async () => {
  const { auth, formFor, me, post, second, secondHeaders } = await withSecond()
  const mine = without({ ...(await formFor(second)) }, "is_verified")
  const theirs = without({ ...(await formFor(me)) }, "is_verified")
  await Promise.all([post(`/admin/users/${second.id}`, mine), post(`/admin/users/${me.id}`, theirs, secondHeaders)])
  const now = await Promise.all([me.id, second.id].map((id) => auth.users.find(id)))
  expect(now.filter((user) => user?.isSuperuser)).toHaveLength(1)
})

test("CSR-16 a form that was opened by another administrator changes nothing", async () => {
  const { formFor, grace, post, second } = await withSecond()
  const form = { ...(await formFor(grace)), username: "x", user: second.id }
  const answer = await post(`/admin/users/${grace.id}`, form)
  expect([answer.status, textOf(answer)]).toEqual([422, expect.stringContaining("You are logged in as root now")])
})

test("a program that takes JSON gets the user whom it read or changed, and the refusal", async () => {
  const { ask, formFor, grace, program } = await openAdminSite()
  const headers = await program(root)
  const target = `/admin/users/${grace.id}`
  const read = await ask({ target, headers })
  expect([read.status, bodyOf(read)]).toMatchObject([200, { id: grace.id, username: "grace", roles: ["editor"] }])
  const form = await formFor(grace)
  const saved = await ask({ method: "POST", target, json: { ...form, username: "grace.h" }, headers })
  expect([saved.status, bodyOf(saved).username]).toEqual([200, "grace.h"])
  const stale = await ask({ method: "POST", target, json: { ...form, username: "other" }, headers })
  expect([stale.status, bodyOf(stale).code, valuesOf(stale, "set-cookie")]).toEqual([409, "edit-conflict", []])
})
