import { expect, test } from "vitest"
import { attribute, describePage, elementsOf, first, formsOf, input, linksOf, textOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, said, testEscaping } from "../../test/page-escaping.ts"
import { PasswordPage } from "./page.tsx"
import { samplePassword as password } from "./sample.ts"

describePage("password", PasswordPage(password))
describePage("password that need not be changed", PasswordPage({ ...password, mustChangePassword: false, next: null }))
describePage("password that failed", PasswordPage({ ...password, errors: { password: said("Too short.") } }))

test("the form posts what the wire says, and keeps where to go; the menu offers nothing but to log out", () => {
  const page = PasswordPage(password)
  expect(formsOf(page)).toEqual([
    { action: "/logout", fields: [] },
    { action: "/password", fields: ["user", "next", "current_password", "password", "password_confirm"] }
  ])
  expect(linksOf(page)).toEqual(["#main", "/"])
  expect(attribute(input(page, "current_password"), "autofocus")).toBe("")
})

test("it says that a new password must come first, to whom that is true", () => {
  const wordsOf = (mustChangePassword: boolean) =>
    textOf(first(elementsOf(PasswordPage({ ...password, mustChangePassword })), "main"))
  expect(wordsOf(true)).toContain("Before you can continue")
  expect(wordsOf(false)).not.toContain("Before you can continue")
})

testEscaping("password", (text) =>
  PasswordPage({
    ...password,
    ...frameOf(text),
    user: { id: text, username: text, email: text },
    next: text,
    errors: errorsOf(text)
  })
)
