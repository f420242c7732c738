import { expect, test } from "vitest"
import { attribute, describePage, elementsOf, first, formsOf, input, linksOf, textOf } from "../../test/page-checks.ts"
import { frameOf, noticeOf, said, testEscaping } from "../../test/page-escaping.ts"
import { SettingsPage } from "./page.tsx"
import { sampleSettings as settings } from "./sample.ts"

const errors = { form: said("Changed."), "sessions.idle": said("Too long."), current_password: said("Not yours.") }

describePage("settings", SettingsPage(settings))
describePage("settings that failed", SettingsPage({ ...settings, errors }))
describePage("settings of an old log-in", SettingsPage({ ...settings, asksCurrentPassword: true }))

test("SET-15 the settings page's form has a field for each setting that is not locked, and says why the others have none", () => {
  const page = SettingsPage({ ...settings, navigation: [] })
  expect(formsOf(page)).toEqual([
    {
      action: "/admin/settings/",
      fields: ["user", "version", "before", "mode", "registration", "sessions.idle", "tokens.enabled"]
    }
  ])
  expect(textOf(first(elementsOf(page), "main"))).toMatch(
    /nameThe application's name\. Pages and mails show it, and no password may be made of it\. The program or its environment says so/
  )
})

test("SET-20 the settings page's form carries the version and the values that it was made from", () => {
  const page = SettingsPage(settings)
  expect(attribute(input(page, "version"), "value")).toBe("3")
  expect(attribute(input(page, "before"), "value")).toBe(settings.before)
})

test("a list begins with the default, and has what is kept chosen", () => {
  const options = elementsOf(SettingsPage(settings)).filter(({ tagName }) => tagName === "option")
  const told = options.map((option) => [
    attribute(option, "value"),
    textOf(option),
    attribute(option, "selected") !== null
  ])
  expect(told.slice(0, 3)).toEqual([
    ["", "Default (session)", false],
    ["session", "session", false],
    ["basic", "basic", true]
  ])
  expect(told.slice(-3)).toEqual([
    ["", "Default (On)", true],
    ["true", "On", false],
    ["false", "Off", false]
  ])
})

test("a setting that waits for the next start says so, and what it will be", () => {
  const page = textOf(first(elementsOf(SettingsPage(settings)), "main"))
  expect(page).toContain("A change takes effect when the program starts the next time. From the next start on: basic.")
})

test("SET-20 what was typed stays, and the first wrong field gets the focus", () => {
  const page = SettingsPage({ ...settings, errors: { "sessions.idle": said("Too long.") } })
  const focused = elementsOf(page).filter((element) => attribute(element, "autofocus") !== null)
  expect(focused.map((element) => attribute(element, "name"))).toEqual(["sessions.idle"])
  expect(linksOf(page)).toContain("#settings-sessions.idle")
})

testEscaping("settings", (text) =>
  SettingsPage({
    ...settings,
    ...frameOf(text),
    user: { id: text, username: text, email: text },
    groups: settings.groups.map((group) => ({
      ...group,
      rows: group.rows.map((row) => ({
        ...row,
        field: row.field.kind === "choice" ? { kind: "choice", choices: [text] } : row.field,
        filled: text,
        value: text,
        fallback: text,
        pending: row.pending === null ? null : text
      }))
    })),
    before: text,
    errors: { form: said(text), current_password: said(text) },
    asksCurrentPassword: true,
    savePath: text,
    notice: noticeOf(text)
  })
)
