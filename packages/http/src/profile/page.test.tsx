import { expect, test } from "vitest"
import { describePage, elementsOf, first, formsOf, linksOf, questionsOf, textOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, noticeOf, said, testEscaping } from "../../test/page-escaping.ts"
import { actingSession } from "../sessions/sample.ts"
import { renderPage } from "../surface/render.ts"
import { ProfilePage } from "./page.tsx"
import { sampleProfile as profile } from "./sample.ts"

const wrong = {
  form: said("Nothing was saved."),
  username: said("Taken."),
  email: said("Not an address."),
  password: said("Too short.")
}

const noPrograms = { ...profile.programs, entries: [], olderPath: null }

describePage("profile", ProfilePage(profile))
describePage("profile that failed", ProfilePage({ ...profile, details: { ...profile.details, errors: wrong } }))
describePage("profile without a session", ProfilePage({ ...profile, sessions: [], canLogOut: false }))

test("the profile's forms post what the wire says, and ending a session is a link to its question (CSR-15)", () => {
  expect(formsOf(ProfilePage(profile))).toEqual([
    { action: "/logout", fields: [] },
    {
      action: "/profile/details",
      fields: ["user", "username_before", "email_before", "username", "email", "current_password"]
    },
    { action: "/verify-email/request", fields: ["username"] },
    { action: "/profile/password", fields: ["user", "current_password", "password", "password_confirm"] },
    { action: "/auth/cli/c1/deny", fields: ["user"] },
    { action: "/auth/cli/c2/deny", fields: ["user"] }
  ])
  expect(questionsOf(ProfilePage(profile))).toEqual([
    ["/sessions/s1/revoke", "Log out here? You will be logged out in this browser."],
    [
      "/sessions/s2/revoke",
      "End the session of Safari on iPhone, 2001:db8:85a3::8a2e:370:7334? Whoever uses it is logged out at once."
    ],
    ["/sessions/s3/revoke", "End the session of harbour-cli, 198.51.100.22? Whoever uses it is logged out at once."],
    ["/sessions/revoke-others", expect.stringMatching(/^End all other sessions\? Your other browsers and programs/)]
  ])
})

test("a session goes by what it runs on and where it came from, and the first one says what ending it does", () => {
  const headings = elementsOf(ProfilePage({ ...profile, programs: noPrograms })).filter(
    ({ tagName }) => tagName === "h3"
  )
  expect(headings.map((heading) => textOf(heading).trim())).toEqual([
    "Firefox on Linux, 203.0.113.7 This session",
    "Safari on iPhone, 2001:db8:85a3::8a2e:370:7334",
    "harbour-cli, 198.51.100.22"
  ])
  const unknown = profile.sessions.map((session) => ({ ...session, ip: null, userAgent: null }))
  expect(renderPage(ProfilePage({ ...profile, sessions: unknown }))).toContain("End the session of Program?")
})

test("IMP-07 a session in which an administrator acts as the user says so, with the reason if there is one", () => {
  const factsOf = (reason: string | null) => {
    const session = { ...actingSession, impersonation: { reason } }
    return renderPage(ProfilePage({ ...profile, sessions: [session] }))
  }
  expect(factsOf("Ticket 481")).toMatch(/An administrator acts as you.*<dt>Reason<\/dt><dd><bdi>Ticket 481<\/bdi>/)
  expect(factsOf(null)).toContain("An administrator acts as you")
  expect(factsOf(null)).not.toContain("<dt>Reason")
  expect(renderPage(ProfilePage(profile))).not.toContain("An administrator")
})

test("a page of older sessions leads back to the newest", () => {
  const older = ProfilePage({ ...profile, olderPath: null, newestPath: "/profile/#sessions" })
  expect(linksOf(older)).toContain("/profile/#sessions")
  expect(linksOf(ProfilePage(profile))).not.toContain("/profile/#sessions")
})

test("the profile lists the programs that ask to log in, and denies those that wait; without any it has no such list", () => {
  const page = ProfilePage(profile)
  expect(linksOf(page)).toEqual(expect.arrayContaining(["/auth/cli/c1", "/auth/cli/c5", profile.programs.olderPath]))
  const words = textOf(first(elementsOf(page), "main"))
  for (const state of ["Waits for you", "Approved", "Has logged in", "Denied", "Expired"])
    expect(words).toContain(state)
  expect(words).toContain("Fromcurl, 203.0.113.7")
  const older = ProfilePage({ ...profile, programs: { ...profile.programs, newestPath: "/profile/#programs" } })
  expect(linksOf(older)).toContain("/profile/#programs")
  expect(renderPage(ProfilePage({ ...profile, programs: noPrograms }))).not.toContain("programs-title")
})

test("the profile always has a way to log out (HTM-08)", () => {
  const [form] = formsOf(ProfilePage({ ...profile, navigation: [] }))
  expect(form).toEqual({ action: "/logout", fields: [] })
})

test("the profile marks this session, and offers to end the others only where there are any", () => {
  const alone = ProfilePage({ ...profile, sessions: profile.sessions.slice(0, 1) })
  expect(renderPage(alone).match(/This session/g)).toHaveLength(1)
  expect(linksOf(alone)).not.toContain("/sessions/revoke-others")
})

test("the profile of someone whose browser sends the password by itself has no way to log out", () => {
  const page = ProfilePage({ ...profile, navigation: [], canLogOut: false })
  expect(formsOf(page).map(({ action }) => action)).not.toContain("/logout")
})

test("the profile of someone without a session offers to end each that there is, not `the others`; with none it lists none", () => {
  const sessions = profile.sessions.slice(1)
  const links = linksOf(ProfilePage({ ...profile, sessions }))
  expect(links).toEqual(expect.arrayContaining(["/sessions/s2/revoke", "/sessions/s3/revoke"]))
  expect(links).not.toContain("/sessions/revoke-others")
  expect(renderPage(ProfilePage({ ...profile, sessions: [] }))).not.toContain("Where you are logged in")
})

testEscaping("profile", (text) =>
  ProfilePage({
    ...profile,
    ...frameOf(text),
    user: { id: text, username: text, email: text },
    details: { username: text, email: text, before: { username: text, email: text }, errors: errorsOf(text) },
    passwordErrors: errorsOf(text),
    notice: noticeOf(text),
    // The bracket keeps our own reading of the agent out of this: its name on the page is made of our words.
    sessions: profile.sessions.map((session) => ({
      ...session,
      impersonation: { reason: text },
      ip: text,
      userAgent: `(${text}`,
      revokePath: text
    })),
    programs: {
      ...profile.programs,
      entries: profile.programs.entries.map((entry) => ({
        ...entry,
        program: text,
        address: text,
        agent: text,
        path: text,
        denyPath: text
      }))
    }
  })
)
