import { expect, test } from "vitest"
import { describePage, formsOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, noticeOf, said, testEscaping } from "../../test/page-escaping.ts"
import { renderPage } from "../page/render.ts"
import { ProfilePage } from "./page.tsx"
import { sampleProfile as profile } from "./sample.ts"

const wrong = {
  form: said("Nothing was saved."),
  username: said("Taken."),
  email: said("Not an address."),
  password: said("Too short.")
}

describePage("profile", ProfilePage(profile))
describePage("profile that failed", ProfilePage({ ...profile, details: { ...profile.details, errors: wrong } }))
describePage("profile with a password to change", ProfilePage({ ...profile, mustChangePassword: true }))
describePage("profile without a session", ProfilePage({ ...profile, sessions: [], canLogOut: false }))

test("the profile's forms post what the wire says, one for each session", () => {
  expect(formsOf(ProfilePage(profile))).toEqual([
    { action: "/logout", fields: [] },
    { action: "/profile/details", fields: ["username", "email", "current_password"] },
    { action: "/profile/password", fields: ["current_password", "password", "password_confirm"] },
    { action: "/sessions/s1/revoke", fields: [] },
    { action: "/sessions/s2/revoke", fields: [] },
    { action: "/sessions/s3/revoke", fields: [] },
    { action: "/sessions/revoke-others", fields: [] }
  ])
})

test("the profile always has a way to log out (HTM-08)", () => {
  const [form] = formsOf(ProfilePage({ ...profile, navigation: [] }))
  expect(form).toEqual({ action: "/logout", fields: [] })
})

test("the profile marks this session, and offers to end the others only where there are any", () => {
  const alone = ProfilePage({ ...profile, sessions: profile.sessions.slice(0, 1) })
  expect(renderPage(alone).match(/This session/g)).toHaveLength(1)
  expect(formsOf(alone).map(({ action }) => action)).not.toContain("/sessions/revoke-others")
})

test("the profile of someone whose browser sends the password by itself has no way to log out", () => {
  const page = ProfilePage({ ...profile, navigation: [], canLogOut: false })
  expect(formsOf(page).map(({ action }) => action)).not.toContain("/logout")
})

test("the profile of someone without a session offers to end each that there is, not `the others`; with none it lists none", () => {
  const sessions = profile.sessions.slice(1)
  const actions = formsOf(ProfilePage({ ...profile, sessions })).map(({ action }) => action)
  expect(actions).toEqual(expect.arrayContaining(["/sessions/s2/revoke", "/sessions/s3/revoke"]))
  expect(actions).not.toContain("/sessions/revoke-others")
  expect(renderPage(ProfilePage({ ...profile, sessions: [] }))).not.toContain("Where you are logged in")
})

testEscaping("profile", (text) =>
  ProfilePage({
    ...profile,
    ...frameOf(text),
    user: { username: text, email: text },
    details: { username: text, email: text, errors: errorsOf(text) },
    passwordErrors: errorsOf(text),
    mustChangePassword: true,
    notice: noticeOf(text),
    // The bracket keeps our own reading of the agent out of this: its name on the page is made of our words.
    sessions: profile.sessions.map((session) => ({
      ...session,
      ip: text,
      userAgent: `(${text}`,
      revokePath: text
    }))
  })
)
