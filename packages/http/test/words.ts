import { type DefaultTreeAdapterTypes, parse } from "parse5"
import type { Texts } from "../src/index.ts"
import { english } from "../src/texts/english.ts"

// Finds sentences on pages that are not in the catalogue: a page is drawn with a catalogue whose every sentence is marked, and
// whatever people then read without a mark comes from somewhere else.

const [BEGIN, END] = ["⟦", "⟧"]

const mark = (entry: unknown): unknown => {
  if (typeof entry === "string") return `${BEGIN}${entry}${END}`
  if (typeof entry === "function") return (...values: ReadonlyArray<unknown>) => mark(entry(...values))
  return Object.fromEntries(Object.entries(entry ?? {}).map(([name, value]) => [name, mark(value)]))
}

/** The English catalogue, with a mark around every sentence. */
export const markedTexts: Texts = { ...(mark(english) as Texts), language: english.language } // `mark` keeps the shape

/** What people read of a page drawn with the marked catalogue that has no mark and is not `data`. */
export const wordsOutside = (html: string, data: ReadonlyArray<string>): ReadonlyArray<string> =>
  readable(parse(html)).filter((text) => LETTER.test(withoutData(unmarked(text), data)))

const LETTER = /\p{L}/u

/** Sentences may stand in one another, such as a time to wait in a sentence about it. */
const unmarked = (text: string): string => {
  let depth = 0
  let rest = ""
  for (const character of text) {
    if (character === BEGIN) depth += 1
    if (depth === 0) rest += character
    if (character === END) depth -= 1
  }
  return rest
}

const withoutData = (text: string, data: ReadonlyArray<string>): string =>
  [...data, "UTC"]
    .filter((each) => each !== "")
    .toSorted((one, other) => other.length - one.length) // a name may be a part of another
    .reduce((rest, each) => rest.replaceAll(each, ""), text)

const TEXT_ATTRIBUTES = [
  "alt",
  "aria-description",
  "aria-label",
  "aria-roledescription",
  "label",
  "placeholder",
  "title"
]

/** What a script shows comes from `data-` attributes: each that is no plain code or number is for people. */
const isForPeople = ({ name, value }: { readonly name: string; readonly value: string }): boolean =>
  TEXT_ATTRIBUTES.includes(name) || (name.startsWith("data-") && !/^[a-z\d-]*$/.test(value))

/** What is no language: code is the same in all of them. */
const SPEECHLESS = ["code", "pre", "script", "style"]

/** Every text that people see or hear, piece by piece. */
const readable = (parent: DefaultTreeAdapterTypes.ParentNode): ReadonlyArray<string> =>
  parent.childNodes.flatMap((node) => {
    if ("value" in node) return [node.value]
    if (!("tagName" in node) || SPEECHLESS.includes(node.tagName)) return []
    return [...node.attrs.filter(isForPeople).map(({ value }) => value), ...readable(node)]
  })
