import { expect, test } from "vitest"
import { attribute, describePage, formsOf, input, linksOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, said, testEscaping } from "../../test/page-escaping.ts"
import { AskMailPage } from "./ask-mail-page.tsx"
import { ChoosePasswordPage } from "./choose-password-page.tsx"
import { ConfirmMailPage } from "./confirm-mail-page.tsx"
import { sampleAskMail as ask, sampleChoosePassword as choose, sampleConfirmMail as confirm } from "./sample.ts"

const away = { form: said("The site cannot do this now.") }

describePage("forgotten password", AskMailPage(ask))
describePage("forgotten password that failed", AskMailPage({ ...ask, errors: { username: said("Enter a name.") } }))
describePage("request to verify", AskMailPage({ ...ask, purpose: "verify", logins: "email" }))
describePage("new password", ChoosePasswordPage(choose))
describePage("new password while the store is away", ChoosePasswordPage({ ...choose, account: null, errors: away }))
describePage(
  "invitation",
  ChoosePasswordPage({ ...choose, purpose: "invite", errors: { password: said("Too short.") } })
)
describePage("verification", ConfirmMailPage(confirm))
describePage("change of address", ConfirmMailPage({ ...confirm, purpose: "change-email" }))
describePage(
  "undone change of address while the store is away",
  ConfirmMailPage({ ...confirm, purpose: "undo-email", account: null, email: null, errors: away })
)

test("a name that is missing gets the focus, says so, and is linked from the summary", () => {
  const page = AskMailPage({ ...ask, errors: { username: said("Enter a name.") } })
  expect(attribute(input(page, "username"), "autofocus")).toBe("")
  expect(attribute(input(page, "username"), "aria-invalid")).toBe("true")
  expect(linksOf(page)).toContain("#recovery-username")
})

test("the form for a new password carries the code, and names the account for password managers only", () => {
  const page = ChoosePasswordPage(choose)
  expect(formsOf(page)).toEqual([{ action: "/reset-password", fields: ["token", "password", "password_confirm"] }])
  expect(attribute(input(page, "password"), "autocomplete")).toBe("new-password")
})

test("a page that asks before it acts has one form, with the code alone", () => {
  expect(formsOf(ConfirmMailPage(confirm))).toEqual([{ action: "/verify-email", fields: ["token"] }])
})

testEscaping("askMail", (text) => AskMailPage({ ...ask, ...frameOf(text), username: text, errors: errorsOf(text) }))

testEscaping("choosePassword", (text) =>
  ChoosePasswordPage({ ...choose, ...frameOf(text), account: text, token: text, errors: errorsOf(text) })
)

testEscaping("confirmMail", (text) =>
  ConfirmMailPage({ ...confirm, ...frameOf(text), account: text, email: text, token: text, errors: errorsOf(text) })
)
