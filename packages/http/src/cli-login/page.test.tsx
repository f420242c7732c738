import { describe, expect, test } from "vitest"
import { attribute, describePage, elementsOf, first, formsOf, input, linksOf, textOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, noticeOf, said, testEscaping } from "../../test/page-escaping.ts"
import type { Markup } from "../page/view.ts"
import { renderPage } from "../surface/render.ts"
import { CliCodePage } from "./code-page.tsx"
import { CliLoginPage } from "./page.tsx"
import { sampleCliCode as code, sampleCliLogin } from "./sample.ts"
import type { CliLoginState, CliLoginView } from "./view.ts"

const login = { ...sampleCliLogin, navigation: [] }
const draw = (fields: Partial<CliLoginView> = {}): Markup => CliLoginPage({ ...login, ...fields })

const approved = { name: "approved", hasNumber: false, number: null, attemptsLeft: null } as const
const states: ReadonlyArray<CliLoginState> = [
  approved,
  { ...approved, hasNumber: true, number: "048213" },
  { ...approved, hasNumber: true, attemptsLeft: 2 },
  { name: "denied", by: "user" },
  { name: "logged-in", at: login.now },
  { name: "expired" }
]

describePage("code", CliCodePage(code))
describePage("code that failed", CliCodePage({ ...code, isGiven: false, errors: { code: said("Wrong.") } }))
describePage("undecided program", draw())
describePage("undecided program of a log-in that is no longer fresh", draw({ asksCurrentPassword: true }))
describePage("undecided program that failed", draw({ errors: { form: said("No."), current_password: said("Wrong.") } }))
describePage("undecided program without its code", draw({ code: null, errors: { code: said("Missing.") } }))
describePage("undecided program of a refused network", draw({ network: "other", isNetworkRefused: true }))
for (const [at, state] of states.entries()) describePage(`program in state ${at}, ${state.name}`, draw({ state }))

const buttonsOf = (page: Markup) =>
  elementsOf(page).filter(({ tagName, attrs }) => tagName === "button" && !attrs.some(({ name }) => name === "hidden"))

/** What the page says, without the text for screen readers alone. */
const wordsOf = (page: Markup): string => textOf(first(elementsOf(page), "main"))

test("the code page has the code of the address for comparing, in a field for codes that are used once (DEV-11)", () => {
  const page = CliCodePage({ ...code, navigation: [] })
  expect(formsOf(page)).toEqual([{ action: "/auth/cli", fields: ["user", "code"] }])
  const field = input(page, "code")
  const wanted = { value: "BCDF-GHJK", autocomplete: "one-time-code", inputmode: "text", autocapitalize: "characters" }
  for (const [name, value] of Object.entries(wanted)) expect(attribute(field, name)).toBe(value)
  expect(attribute(field, "autofocus")).toBeNull() // it is compared first
  expect(attribute(input(CliCodePage({ ...code, isGiven: false, code: "" }), "code"), "autofocus")).not.toBeNull()
})

test("the page of a program says who asks, from where, when, as whom and for what, and warns (DEV-11)", () => {
  const words = wordsOf(draw())
  for (const each of ["harbour-cli", "BCDF-GHJK", "203.0.113.7", "curl", "1 minute ago", "ada", "valid for 30 days"])
    expect(words).toContain(each)
  expect(words).toContain("Download packages packages:read")
  expect(words).toContain("only if you started this program yourself")
})

test("a name with quotation marks of its own is set apart from our sentence, on every page that has it (DEV-11)", () => {
  const program = "”  log in as you? Approve now: “x"
  for (const state of [login.state, ...states]) {
    const page = draw({ program, state })
    const names = elementsOf(page).filter((element) => element.tagName === "bdi" && textOf(element).includes("now: “x"))
    expect(names.map((name) => attribute(name, "class"))).toEqual(["foreign"])
  }
})

test("Approve and Deny have the same weight, Deny is the first, and Enter presses neither (DEV-11, DEV-12)", () => {
  const page = draw({ asksCurrentPassword: true })
  const [deny, approve] = buttonsOf(page).filter((button) => attribute(button, "type") === "submit")
  if (deny === undefined || approve === undefined) throw new Error("There are no two buttons.")
  expect([deny, approve].map(textOf)).toEqual(["Deny", "Approve"])
  expect(attribute(deny, "class")).toBe(attribute(approve, "class"))
  expect([deny, approve].map((button) => attribute(button, "autofocus"))).toEqual([null, null])
  const [form, denial] = elementsOf(page).filter(({ tagName }) => tagName === "form")
  if (form === undefined || denial === undefined) throw new Error("There are no two forms.")
  expect(attribute(deny, "form")).toBe(attribute(denial, "id"))
  const ofForm = elementsOf(page).filter(
    (element) =>
      element.tagName === "button" && attribute(element, "type") === "submit" && attribute(element, "form") === null
  )
  expect(attribute(ofForm[0] ?? approve, "disabled")).not.toBeNull() // the default button of the form does nothing
})

test("the forms post what the wire says, for whom and for which code they were drawn (CSR-16)", () => {
  expect(formsOf(draw())).toEqual([
    { action: "/auth/cli/c1/approve", fields: ["user", "code"] },
    { action: "/auth/cli/c1/deny", fields: ["user", "code"] }
  ])
  expect(formsOf(draw({ asksCurrentPassword: true }))[0]?.fields).toEqual(["user", "code", "current_password"])
})

test("without the code nothing can be approved: the page asks for it (DEV-11)", () => {
  expect(formsOf(draw({ code: null }))).toEqual([
    { action: "/auth/cli", fields: ["user", "code"] },
    { action: "/auth/cli/c1/deny", fields: ["user"] }
  ])
})

describe("a program in another network", () => {
  test("is pointed out, and one of the same or an unknown network is not (DEV-12)", () => {
    expect(wordsOf(draw({ network: "other" }))).toContain("runs in another network than this browser")
    for (const network of ["same", "unknown"] as const)
      expect(wordsOf(draw({ network }))).not.toMatch(/another network|cannot tell/)
  })

  test("can only be denied where the options refuse it (DEV-12)", () => {
    for (const network of ["other", "unknown"] as const) {
      const page = draw({ network, isNetworkRefused: true })
      expect(formsOf(page)).toEqual([{ action: "/auth/cli/c1/deny", fields: ["user", "code"] }])
      expect(wordsOf(page)).toContain("you can only deny")
    }
  })
})

test("the number is large, in two groups, and only where there is one; the same form makes another (DEV-20)", () => {
  const page = draw({ state: { ...approved, hasNumber: true, number: "048213" } })
  const numbers = elementsOf(page).filter((element) => attribute(element, "id") === "number")
  expect(numbers.map(textOf)).toEqual(["048 213"])
  expect(formsOf(page)).toEqual([
    { action: "/auth/cli/c1/approve", fields: ["user", "code"] },
    { action: "/auth/cli/c1/deny", fields: ["user", "code"] }
  ])
  expect(buttonsOf(page).map(textOf)).toEqual(["Deny", "New number"])
  const later = draw({ state: { ...approved, hasNumber: true, attemptsLeft: 1 } })
  expect(wordsOf(later)).toContain("One attempt is left")
  expect(formsOf(later)).toEqual(formsOf(page))
})

test("the page that shows the number asks for nothing to type; the page after it asks for the password again (DEV-20)", () => {
  const asking = (number: string | null) =>
    formsOf(draw({ asksCurrentPassword: true, state: { ...approved, hasNumber: true, number } }))[0]?.fields
  expect(asking("048213")).toEqual(["user", "code"])
  expect(asking(null)).toEqual(["user", "code", "current_password"])
})

test("an approval can be taken back until the program has logged in (DEV-10)", () => {
  expect(formsOf(draw({ state: approved })).map(({ action }) => action)).toEqual(["/auth/cli/c1/deny"])
  for (const state of states.slice(3)) expect(formsOf(draw({ state }))).toEqual([])
})

test("each outcome has a title of its own, and leads on", () => {
  const titles = states.map((state) => textOf(first(elementsOf(draw({ state })), "title")))
  expect(new Set(titles).size).toBe(5) // an approval has the same one with and without a number that was shown before
  const actions = [{ label: "Go on", href: "/tokens/" }]
  expect(linksOf(draw({ state: { name: "logged-in", at: 0 }, actions }))).toContain("/tokens/")
})

test("no state but the answer to an approval has a number in it", () => {
  for (const state of states.slice(2)) expect(renderPage(draw({ state }))).not.toContain('id="number"')
})

testEscaping("code", (text) =>
  CliCodePage({
    ...code,
    ...frameOf(text),
    user: { id: text, username: text, email: text },
    code: text,
    errors: errorsOf(text)
  })
)

const full = (text: string): CliLoginView => ({
  ...login,
  ...frameOf(text),
  user: { id: text, username: text, email: text },
  program: text,
  code: text,
  address: text,
  agent: text,
  scopes: login.scopes.map(() => ({ name: text, about: text })),
  network: "other",
  approvePath: text,
  denyPath: text,
  asksCurrentPassword: true,
  errors: errorsOf(text),
  actions: [{ label: text, href: text }],
  notice: noticeOf(text)
})

testEscaping("program", (text) => CliLoginPage(full(text)))
for (const [at, state] of states.entries())
  testEscaping(`program in state ${at}, ${state.name},`, (text) => CliLoginPage({ ...full(text), state }))
