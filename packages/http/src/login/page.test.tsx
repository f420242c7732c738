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
  expect(linksOf(LoginPage({ ...login, registrationOpen: false }))).toEqual(["#main", "/"])
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
