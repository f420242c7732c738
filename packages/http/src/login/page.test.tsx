import { expect, test } from "vitest"
import { attribute, describePage, elementsOf, first, formsOf, input, linksOf, textOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, noticeOf, said, testEscaping } from "../../test/page-escaping.ts"
import { LogoutPage } from "./logout-page.tsx"
import { LoginPage } from "./page.tsx"
import { sampleLogin as login, sampleLogout as logout } from "./sample.ts"

describePage("login", LoginPage(login))
describePage("login by e-mail only", LoginPage({ ...login, logins: "email", registrationOpen: false, next: null }))
describePage("login that failed", LoginPage({ ...login, username: "ada", errors: { form: said("Wrong.") } }))
describePage("logout", LogoutPage(logout))

test("the login form posts what the wire says, and keeps where to go", () => {
  const page = LoginPage(login)
  expect(formsOf(page)).toEqual([{ action: "/login", fields: ["next", "username", "password"] }])
  expect(linksOf(page)).toContain("/register?next=%2Fpackages%2F%3Fpage%3D2")
})

test("the login page offers no registration where there is none", () => {
  const links = linksOf(LoginPage({ ...login, registrationOpen: false, canRecover: false }))
  expect(links).toEqual(["#main", "/"])
})

test("the login page leads to a new password where mails are sent, and whoever is not verified to the link for that", () => {
  expect(linksOf(LoginPage(login))).toContain("/forgot-password")
  const errors = { form: { code: "email-not-verified", text: "Verify your address." } }
  const page = LoginPage({ ...login, errors })
  expect(formsOf(page)).toContainEqual({ action: "/verify-email/request", fields: ["username"] })
  expect(linksOf(page)).not.toContain("/forgot-password")
})

test("a failed login keeps the name and asks for the password again", () => {
  const page = LoginPage({ ...login, username: "ada", errors: { form: said("Wrong username or password.") } })
  expect(attribute(input(page, "username"), "value")).toBe("ada")
  expect(attribute(input(page, "password"), "autofocus")).toBe("")
  expect(attribute(input(page, "password"), "aria-describedby")).toBe("login-problem")
  expect(textOf(first(elementsOf(page), "title"))).toBe("Error: Log in · Harbour Packages")
})

test("the logout page asks, and leaves a way back", () => {
  const page = LogoutPage({ ...logout, navigation: [] })
  expect(formsOf(page)).toEqual([{ action: "/logout", fields: [] }])
  expect(linksOf(page)).toContain("/profile/")
})

testEscaping("login", (text) =>
  LoginPage({
    ...login,
    ...frameOf(text),
    username: text,
    next: text,
    notice: noticeOf(text),
    errors: errorsOf(text)
  })
)

testEscaping("logout", (text) => LogoutPage({ ...logout, ...frameOf(text), user: text, back: text }))
