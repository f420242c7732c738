import { expect, test } from "vitest"
import { attribute, describePage, formsOf, input, linksOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, said, testEscaping } from "../../test/page-escaping.ts"
import { RegisterPage } from "./page.tsx"
import { sampleRegister as register } from "./sample.ts"

const wrong = {
  form: said("Nothing was saved."),
  username: said("Taken."),
  email: said("Not an address."),
  password: said("Too short.")
}

describePage("register", RegisterPage(register))
describePage("register that failed", RegisterPage({ ...register, errors: wrong }))
describePage("register by username only", RegisterPage({ ...register, logins: "username" }))

test("a field in error gets the focus, says so, and is linked from the summary", () => {
  const page = RegisterPage({
    ...register,
    username: "ada",
    errors: { password: said("Use at least 15 characters.") }
  })
  expect(attribute(input(page, "username"), "value")).toBe("ada")
  expect(attribute(input(page, "password"), "autofocus")).toBe("")
  expect(attribute(input(page, "password"), "aria-invalid")).toBe("true")
  expect(attribute(input(page, "password"), "aria-describedby")).toBe("register-password-hint register-password-error")
  expect(linksOf(page)).toContain("#register-password")
})

test("the register form has the fields that users log in by", () => {
  const fields = (logins: "username" | "email" | "both") => formsOf(RegisterPage({ ...register, logins }))
  expect(fields("username")).toEqual([{ action: "/register", fields: ["username", "password", "password_confirm"] }])
  expect(fields("email")).toEqual([{ action: "/register", fields: ["email", "password", "password_confirm"] }])
  expect(fields("both")).toEqual([
    { action: "/register", fields: ["username", "email", "password", "password_confirm"] }
  ])
})

testEscaping("register", (text) =>
  RegisterPage({
    ...register,
    ...frameOf(text),
    username: text,
    email: text,
    next: text,
    errors: errorsOf(text)
  })
)
