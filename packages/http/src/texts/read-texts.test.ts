import { expect, test } from "vitest"
import { english } from "./english.ts"
import { german } from "./german.ts"
import { readTexts } from "./read-texts.ts"
import type { Texts } from "./texts.ts"

/** What a host in JavaScript may give. */
const read = (option: unknown) => () => readTexts(option as Texts)

test("one catalogue is a list of one, and several stay in their order", () => {
  expect(readTexts(german)).toEqual([german])
  expect(readTexts([german, english])).toEqual([german, english])
})

test("a catalogue of one's own begins with another and changes what it wants", () => {
  const texts: Texts = { ...english, login: { ...english.login, submit: "Sign in" } }
  expect(readTexts(texts)).toEqual([texts])
})

test("a catalogue that lacks sentences fails with their names, as many as fit in a line", () => {
  const { submit: _, ...login } = german.login
  expect(read({ ...german, login })).toThrow('The catalogue "de" of texts lacks login.submit. Each must be')
  expect(read({ ...german, login: { ...german.login, name: { username: "Name" } } })).toThrow(
    "lacks login.name.email, login.name.both."
  )
  expect(read({ language: "de" })).toThrow(/lacks page, login, (?:\w+, ){2}\w+ and \d+ more\./)
})

test("a sentence that is no text, or a function where english has a text, is as good as none", () => {
  const withSubmit = (submit: unknown) => ({ ...german, login: { ...german.login, submit } })
  for (const submit of [null, undefined, 1, () => "Anmelden", ["Anmelden"]])
    expect(read(withSubmit(submit))).toThrow("lacks login.submit.")
  expect(read({ ...german, page: { ...german.page, ago: "vor einer Weile" } })).toThrow("lacks page.ago.")
  expect(read({ ...german, login: "Anmelden" })).toThrow("lacks login.")
})

test("what is no catalogue, an empty list, and two catalogues of one language fail", () => {
  for (const option of [null, "de", 1, () => german, [german, null], [[german]]]) expect(read(option)).toThrow()
  expect(read("de")).toThrow("texts must be a catalogue, such as english, or a list of catalogues.")
  expect(read([])).toThrow("texts is an empty list.")
  expect(read([german, english, { ...german, language: "DE" }])).toThrow('two catalogues in the language "de"')
})

test("a language is a tag, because it stands on every page and is compared with headers", () => {
  for (const language of ["", "d", "de_AT", "de; q=1", "German language", '"><b>', 7, undefined])
    expect(read({ ...german, language })).toThrow('Write a tag such as "de" or "pt-BR".')
  for (const language of ["de", "pt-BR", "zh-Hant-TW", "de-CH-1996"])
    expect(read({ ...german, language })).not.toThrow()
})
