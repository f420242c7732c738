import { expect, test } from "vitest"
import { describePage, formsOf, linksOf, questionsOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, noticeOf, said, testEscaping } from "../../test/page-escaping.ts"
import { renderPage } from "../surface/render.ts"
import { AdminAuditPage } from "./audit-page.tsx"
import { AdminNewUserPage } from "./new-user-page.tsx"
import { sampleAudit, sampleNewUser, sampleUserPage, sampleUsers } from "./sample.ts"
import { AdminUserPage } from "./user-page.tsx"
import { AdminUsersPage } from "./users-page.tsx"
import type { AdminUserView } from "./view.ts"

const quiet = { navigation: [] }
const stale = { isStale: true, errors: { form: said("Changed.") } }
const steppingDown = { isSelf: true, errors: { confirm_self: said("Tick it.") } }

describePage("users", AdminUsersPage(sampleUsers))
describePage("users, nobody found", AdminUsersPage({ ...sampleUsers, users: [], isSearch: true }))
describePage("new user", AdminNewUserPage({ ...sampleNewUser, asksCurrentPassword: true }))
describePage("user", AdminUserPage(sampleUserPage))
describePage("user that somebody else has changed", AdminUserPage({ ...sampleUserPage, ...stale }))
describePage("user who steps down", AdminUserPage({ ...sampleUserPage, ...steppingDown }))
describePage("audit", AdminAuditPage(sampleAudit))

test("CSR-15 a user's page has one form with the state that it was made over, one for the link, and questions for what ends", () => {
  const page = AdminUserPage({ ...sampleUserPage, ...quiet, asksCurrentPassword: true })
  const boxes = ["is_active", "must_change_password", "is_verified", "is_superuser", "role:editor", "role:reviewer"]
  expect(formsOf(page)).toEqual([
    { action: "/admin/users/u2", fields: ["user", "seen", "username", "email", ...boxes, "current_password"] },
    { action: "/admin/users/u2/password-link", fields: [] },
    { action: "/packages/lock", fields: [] }
  ])
  expect(questionsOf(page).map(([href]) => href)).toEqual([
    "/admin/users/u2/revoke",
    ...["s1", "s2", "s3"].map((id) => `/admin/users/u2/sessions/${id}/revoke`),
    "/admin/users/u2/tokens/t1/revoke"
  ])
  expect(linksOf(page)).toEqual(
    expect.arrayContaining(["/admin/users/u2/delete", "/admin/users/u2/impersonate", "/admin/audit?user=u2"])
  )
})

test("what nobody may do is not offered", () => {
  const page = AdminUserPage({
    ...sampleUserPage,
    ...quiet,
    passwordLinkPath: null,
    impersonatePath: null,
    actions: []
  })
  expect(formsOf(page)).toHaveLength(1)
  expect(linksOf(page)).not.toContain("/admin/users/u2/impersonate")
})

test("a search is sent by GET, and what was looked for stays in its fields", () => {
  const search = { ...sampleUsers.search, query: "gr", isActive: "false", role: "reviewer" }
  const page = AdminUsersPage({ ...sampleUsers, ...quiet, search, isSearch: true })
  expect(formsOf(page)).toEqual([
    { action: "/admin/users", fields: ["query", "is_active", "is_superuser", "is_verified", "role"] }
  ])
  expect(renderPage(page)).toMatch(/value="false" selected="">no.*value="reviewer" selected/)
  expect(linksOf(page)).toContain("/admin/users")
})

test("no box of rights is ticked on the form for a new user, but that they choose another password", () => {
  expect(renderPage(AdminNewUserPage(sampleNewUser)).match(/name="[^"]*" value="on" checked/g)).toEqual([
    'name="must_change_password" value="on" checked'
  ])
})

const userOf = (text: string): AdminUserView => ({
  id: text,
  username: text,
  email: text,
  isActive: false,
  isSuperuser: true,
  isVerified: false,
  mustChangePassword: true,
  roles: [text],
  createdAt: sampleUsers.users[0]?.createdAt ?? 0,
  lastLoginAt: null,
  added: [{ label: text, value: text }],
  path: text
})

const rolesOf = (text: string) => [{ name: text, about: text, field: text, isChosen: true }]
const adminErrorsOf = (text: string) => ({ ...errorsOf(text), roles: said(text), confirm_self: said(text) })

testEscaping("users", (text) =>
  AdminUsersPage({
    ...sampleUsers,
    ...frameOf(text),
    users: [userOf(text)],
    search: { query: text, isActive: "", isSuperuser: "", isVerified: "", role: text },
    isSearch: true,
    roles: [text],
    newPath: text,
    auditPath: text,
    settingsPath: text,
    nextPath: text,
    firstPath: text,
    notice: noticeOf(text)
  })
)

testEscaping("new user", (text) =>
  AdminNewUserPage({
    ...sampleNewUser,
    ...frameOf(text),
    user: { id: text, username: text, email: text },
    form: { ...sampleNewUser.form, username: text, email: text },
    roles: rolesOf(text),
    errors: adminErrorsOf(text),
    asksCurrentPassword: true,
    path: text
  })
)

testEscaping("user", (text) =>
  AdminUserPage({
    ...sampleUserPage,
    ...frameOf(text),
    user: { id: text, username: text, email: text },
    subject: userOf(text),
    form: { ...sampleUserPage.form, username: text, email: text },
    roles: rolesOf(text),
    seen: text,
    errors: adminErrorsOf(text),
    isStale: true,
    asksCurrentPassword: true,
    path: text,
    listPath: text,
    revokeAllPath: text,
    deletePath: text,
    passwordLinkPath: text,
    impersonatePath: text,
    auditPath: text,
    sessions: {
      entries: sampleUserPage.sessions.entries.map((each) => ({
        ...each,
        ip: text,
        impersonation: { reason: null },
        revokePath: text
      })),
      olderPath: text,
      newestPath: text
    },
    tokens: {
      entries: sampleUserPage.tokens.entries.map((each) => ({
        ...each,
        name: text,
        scopes: [text],
        revokePath: text
      })),
      olderPath: text,
      newestPath: text
    },
    actions: [
      { label: text, href: text },
      { label: text, href: text, method: "post" }
    ],
    notice: noticeOf(text)
  })
)

testEscaping("audit", (text) =>
  AdminAuditPage({
    ...sampleAudit,
    ...frameOf(text),
    entries: sampleAudit.entries.map((entry) => ({
      ...entry,
      actor: { name: text, path: text },
      subject: { name: text, path: null },
      credential: text,
      ip: text,
      userAgent: text,
      details: [{ label: text, value: text }]
    })),
    search: { type: "", user: text },
    path: text,
    listPath: text,
    olderPath: text,
    newestPath: text
  })
)
