import { expect, test } from "vitest"
import { attribute, describePage, elementsOf, first, formsOf, input, linksOf, textOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, said, testEscaping } from "../../test/page-escaping.ts"
import { AskPage, askSentence } from "./ask-page.tsx"
import { sampleAsk as question } from "./sample.ts"

const plain = { ...question, fields: [], facts: [] }
const wrong = { form: said("You have too many."), current_password: said("Not yours.") }

describePage("question", AskPage(question))
describePage("question that needs nothing else", AskPage(plain))
describePage("question that failed", AskPage({ ...question, errors: wrong }))

test("CSR-15 a question posts to its address what it asks for, and leads back without doing anything", () => {
  expect(formsOf(AskPage({ ...question, navigation: [] }))).toEqual([
    { action: "/tokens/t1/rotate", fields: ["overlap_hours", "current_password"] }
  ])
  expect(formsOf(AskPage({ ...plain, navigation: [] }))).toEqual([{ action: "/tokens/t1/rotate", fields: [] }])
  expect(linksOf(AskPage(question))).toContain("/tokens/#tokens")
})

test("CSR-15 a question says what it is about, what will happen, and looks as grave as it is", () => {
  const page = AskPage(question)
  const text = textOf(first(elementsOf(page), "main"))
  for (const part of [question.question, question.consequences, "…x9Qz", "21 Nov 2026, 20:31 UTC"]) {
    expect(text).toContain(part)
  }
  const button = elementsOf(page).find((element) => attribute(element, "class")?.includes("button-grave"))
  expect(button === undefined ? null : textOf(button)).toBe("Rotate token")
  expect(askSentence(question)).toBe(`${question.question} ${question.consequences}`)
})

test("a question that was refused keeps what was chosen, and says beside the field what is wrong", () => {
  const [choice, password] = question.fields
  const fields = [{ ...choice, value: "0" }, password].filter((field) => field !== undefined) as typeof question.fields
  const page = AskPage({ ...question, fields, errors: { current_password: said("Not yours.") } })
  const options = elementsOf(page).filter(({ tagName }) => tagName === "option")
  expect(options.map((option) => attribute(option, "selected"))).toEqual([null, ""])
  expect(attribute(input(page, "current_password"), "aria-invalid")).toBe("true")
  expect(attribute(input(page, "current_password"), "autofocus")).toBe("")
  expect(textOf(first(elementsOf(page), "title"))).toBe("Error: Rotate token · Harbour Packages")
})

testEscaping("question", (text) =>
  AskPage({
    ...frameOf(text),
    title: text,
    question: text,
    consequences: text,
    facts: [{ label: text, value: text }],
    fields: [
      { kind: "choice", name: "choice", label: text, value: text, choices: [{ value: text, label: text }] },
      { kind: "password", name: "current_password", label: text, hint: text }
    ],
    errors: errorsOf(text),
    action: text,
    submit: text,
    back: { label: text, href: text }
  })
)
