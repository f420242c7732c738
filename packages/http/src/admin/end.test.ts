import { cookieSetBy, root } from "@latchkey/conformance/adapter"
import { mailbox } from "@latchkey/core/testing"
import { expect, test } from "vitest"
import { openAdminSite, grace as person } from "../../test/admin-site.ts"
import { leadsTo, textOf } from "../../test/answers.ts"

const withCredentials = async (...options: Parameters<typeof openAdminSite>) => {
  const site = await openAdminSite(...options)
  const { auth, grace } = site
  const { session } = await auth.sessions.logIn(person)
  const { token } = await auth.tokens.issue({ user: grace, scopes: "all" }, { name: "Nightly build" })
  return { ...site, session, token, target: `/admin/users/${grace.id}` }
}

test("a user's page lists their sessions and tokens, each with a question before it ends; a second click ends at the same page", async () => {
  const { auth, grace, post, read, session, target, token } = await withCredentials()
  const page = await read(target)
  const ends = [
    [`${target}/sessions/${session.id}/revoke`, "user-session#sessions", "End the session of Program for grace?"],
    [`${target}/tokens/${token.id}/revoke`, "user-token#tokens", "Revoke the token “Nightly build” of grace?"]
  ] as const
  for (const [path, done, question] of ends) {
    expect(page.body).toContain(`href="${path}"`)
    expect(textOf(await read(path))).toContain(question)
    for (const answer of [await post(path), await post(path), await read(path)])
      expect(leadsTo(answer)).toEqual([303, `${target}?done=${done}`])
  }
  expect(await auth.sessions.list(grace.id)).toEqual([])
  expect(await auth.tokens.list(grace.id)).toEqual([])
  expect(textOf(await read(target))).toMatch(/logged in nowhere.*no access tokens/)
})

test("ADM-08 an id that is of nobody, or of somebody else, ends nothing", async () => {
  const { auth, contents, post, session, target, token } = await withCredentials()
  const [me] = (await auth.users.list({ query: root.username })).items
  const before = await contents()
  for (const id of ["*", "", "x", "%2A", "00000000-0000-7000-8000-000000000000"]) {
    await post(`${target}/sessions/${id}/revoke`)
    await post(`${target}/tokens/${id}/revoke`)
    await post(`/admin/users/${id}/revoke`)
  }
  await post(`/admin/users/${me?.id}/sessions/${session.id}/revoke`)
  await post(`/admin/users/${me?.id}/tokens/${token.id}/revoke`)
  const after = await contents()
  expect([after.sessions, after.tokens]).toEqual([before.sessions, before.tokens])
})

test("all sessions and tokens of a user end at one button, which asks first", async () => {
  const { auth, grace, post, read, target } = await withCredentials()
  expect(textOf(await read(`${target}/revoke`))).toContain("End all sessions and tokens of grace?")
  for (const answer of [await post(`${target}/revoke`), await post(`${target}/revoke`)])
    expect(leadsTo(answer)).toEqual([303, `${target}?done=user-ended#access`])
  expect([await auth.sessions.list(grace.id), await auth.tokens.list(grace.id)]).toEqual([[], []])
})

test("an administrator who ends their own session there is logged out, and led to the login page", async () => {
  const { auth, post } = await withCredentials()
  const [me] = (await auth.users.list({ query: root.username })).items
  const [own] = await auth.sessions.list(me?.id as never)
  const one = await post(`/admin/users/${me?.id}/sessions/${own?.id}/revoke`)
  expect([leadsTo(one), cookieSetBy(one, "latchkey_session")]).toEqual([[303, "/login?done=logged-out"], ""])
})

test("a user is deleted after a question, which asks for the password where the log-in is old; a second click ends at the list", async () => {
  const { auth, clock, grace, post, read, target } = await withCredentials()
  expect(textOf(await read(`${target}/delete`))).not.toContain("Current password")
  await clock.advance("11 minutes")
  expect(textOf(await read(`${target}/delete`))).toMatch(/Delete grace\?.*Current password/)
  const refused = await post(`${target}/delete`)
  expect([refused.status, textOf(refused)]).toEqual([422, expect.stringContaining("Enter your current password.")])
  const form = { current_password: root.password }
  for (const answer of [await post(`${target}/delete`, form), await post(`${target}/delete`, form)])
    expect(leadsTo(answer)).toEqual([303, "/admin/users?done=user-deleted"])
  expect(await auth.users.find(grace.id)).toBeNull()
  for (const path of ["/delete", "/revoke", "/impersonate", "/sessions/x/revoke", "/tokens/x/revoke"])
    expect(leadsTo(await read(`${target}${path}`))).toEqual([303, "/admin/users?done=user-gone"])
})

test("a user is mailed a link to choose a password, which the administrator never sees", async () => {
  const box = mailbox()
  const { clock, post, read, target } = await withCredentials({ mailer: box.mailer })
  expect((await read(target)).body).toContain(`action="${target}/password-link"`)
  const sent = await post(`${target}/password-link`)
  expect(leadsTo(sent)).toEqual([303, `${target}?done=user-link#access`])
  await clock.advance("1 second")
  const { to, token } = box.newest("reset")
  expect(to).toBe(person.email)
  expect((await read(`${target}?done=user-link`)).body).not.toContain(token ?? "none")
  expect(leadsTo(await read(`${target}/password-link`))).toEqual([303, target])
})
