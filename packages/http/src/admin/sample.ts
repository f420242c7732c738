import { ago, loggedIn, now, passwordRule } from "../page/sample.ts"
import { sampleSessions } from "../sessions/sample.ts"
import type { AdminAuditView, AdminNewUserView, AdminUserPageView, AdminUsersView, AdminUserView } from "./view.ts"

const DAY = 24 * 60

export const sampleUser: AdminUserView = {
  id: "u2",
  username: "grace",
  email: "grace@example.org",
  isActive: true,
  isSuperuser: false,
  isVerified: true,
  mustChangePassword: false,
  roles: ["editor"],
  createdAt: ago(90 * DAY),
  lastLoginAt: ago(130),
  added: [{ label: "Packages", value: "12" }],
  path: "/admin/users/u2"
}

const frame = {
  ...loggedIn,
  navigation: [...loggedIn.navigation, { label: "Administration", href: "/admin/users", current: true }]
}

const me = { id: "u1", username: "ada", email: "ada@example.org" }

export const sampleUsers: AdminUsersView = {
  ...frame,
  users: [
    sampleUser,
    { ...sampleUser, ...me, isSuperuser: true, roles: [], added: [], path: "/admin/users/u1" },
    {
      ...sampleUser,
      id: "u3",
      username: null,
      email: "alan@example.org",
      isActive: false,
      isVerified: false,
      mustChangePassword: true,
      lastLoginAt: null,
      path: "/admin/users/u3"
    }
  ],
  search: { query: "", isActive: "", isSuperuser: "", isVerified: "", role: "" },
  isSearch: false,
  isByName: false,
  roles: ["editor", "reviewer"],
  newPath: "/admin/users/new",
  auditPath: "/admin/audit",
  settingsPath: "/admin/settings/",
  nextPath: "/admin/users?cursor=10",
  firstPath: null,
  notice: null
}

const roles = [
  { name: "editor", about: "Edits notes", field: "role:editor", isChosen: true },
  { name: "reviewer", about: "Approves notes", field: "role:reviewer", isChosen: false }
]

export const sampleNewUser: AdminNewUserView = {
  ...frame,
  user: me,
  logins: "both",
  form: { username: "", email: "", isSuperuser: false, isVerified: false, mustChangePassword: true },
  roles: roles.map((role) => ({ ...role, isChosen: false })),
  errors: {},
  canInvite: true,
  passwordRule,
  asksCurrentPassword: false,
  path: "/admin/users/new"
}

export const sampleUserPage: AdminUserPageView = {
  ...frame,
  user: me,
  subject: sampleUser,
  isSelf: false,
  logins: "both",
  form: {
    username: "grace",
    email: "grace@example.org",
    isActive: true,
    isSuperuser: false,
    isVerified: true,
    mustChangePassword: false
  },
  roles,
  seen: "{}",
  errors: {},
  isStale: false,
  asksCurrentPassword: false,
  path: "/admin/users/u2",
  listPath: "/admin/users",
  revokeAllPath: "/admin/users/u2/revoke",
  deletePath: "/admin/users/u2/delete",
  passwordLinkPath: "/admin/users/u2/password-link",
  impersonatePath: "/admin/users/u2/impersonate",
  auditPath: "/admin/audit?user=u2",
  sessions: {
    entries: sampleSessions.sessions.map((each) => ({
      ...each,
      isCurrent: false,
      revokePath: `/admin/users/u2/sessions/${each.id}/revoke`
    })),
    olderPath: "/admin/users/u2?before=1767225600000.s3#sessions",
    newestPath: null
  },
  tokens: {
    entries: [
      {
        id: "t1",
        name: "Nightly build",
        hint: "x9Qz",
        scopes: ["packages:read"],
        createdAt: ago(12 * DAY),
        lastUsedAt: ago(4),
        revokePath: "/admin/users/u2/tokens/t1/revoke"
      }
    ],
    olderPath: null,
    newestPath: null
  },
  actions: [
    { label: "Packages of this user", href: "/packages?by=u2" },
    { label: "Lock the packages", href: "/packages/lock", method: "post" }
  ],
  now,
  notice: null
}

export const sampleAudit: AdminAuditView = {
  ...frame,
  entries: [
    {
      type: "user.changed",
      at: ago(4),
      actor: { name: "ada", path: "/admin/users/u1" },
      subject: { name: "grace", path: "/admin/users/u2" },
      credential: "session:0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab010",
      ip: "203.0.113.7",
      userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0",
      details: [
        { label: "isActive", value: "false → true" },
        { label: "email", value: "" }
      ]
    },
    {
      type: "login.refused",
      at: ago(12),
      actor: null,
      subject: { name: "0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab099", path: null },
      credential: null,
      ip: "2001:db8::7",
      userAgent: null,
      details: [{ label: "reason", value: "wrong-password" }]
    }
  ],
  search: { type: "", user: "" },
  types: ["login.succeeded", "login.refused", "user.changed"],
  path: "/admin/audit",
  listPath: "/admin/users",
  olderPath: "/admin/audit?before=12",
  newestPath: null
}
