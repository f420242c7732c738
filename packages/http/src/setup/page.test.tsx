import { expect, test } from "vitest"
import { attribute, describePage, formsOf, input } from "../../test/page-checks.ts"
import { errorsOf, frameOf, said, testEscaping } from "../../test/page-escaping.ts"
import { SetupPage } from "./page.tsx"
import { sampleSetup as setup } from "./sample.ts"

const wrong = {
  form: said("Nothing was saved."),
  username: said("Taken."),
  email: said("Not an address."),
  password: said("Too short.")
}

describePage("setup", SetupPage(setup))
describePage("setup from a link", SetupPage({ ...setup, token: { kind: "known", value: "t" } }))
describePage(
  "setup that failed",
  SetupPage({ ...setup, errors: { ...wrong, token: said("Wrong."), password_confirm: said("No.") } })
)

test("the setup form posts what the wire says", () => {
  const fields = ["token", "username", "email", "password", "password_confirm"]
  expect(formsOf(SetupPage(setup))).toEqual([{ action: "/setup/", fields }])
})

test("a setup token from the link stays hidden until it proves wrong; then it must be typed", () => {
  const token = { kind: "known", value: "lk_set_x" } as const
  const known = input(SetupPage({ ...setup, token }), "token")
  const refused = input(SetupPage({ ...setup, token, errors: { token: said("This is not the token.") } }), "token")
  expect([attribute(known, "type"), attribute(known, "value")]).toEqual(["hidden", "lk_set_x"])
  expect([attribute(refused, "type"), attribute(refused, "value")]).toEqual(["text", ""])
})

test("setup without a token does not ask for one", () => {
  const [form] = formsOf(SetupPage({ ...setup, token: { kind: "unneeded" } }))
  expect(form?.fields).not.toContain("token")
})

testEscaping("setup", (text) =>
  SetupPage({
    ...setup,
    ...frameOf(text),
    username: text,
    email: text,
    errors: errorsOf(text)
  })
)

testEscaping("setup from a link", (text) =>
  SetupPage({ ...setup, ...frameOf(text), token: { kind: "known", value: text } })
)
