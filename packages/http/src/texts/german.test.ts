import { expect, test } from "vitest"
import { agoText, momentText } from "../page/moment.tsx"
import { english } from "./english.ts"
import { german } from "./german.ts"
import { errorSentence } from "./sentence.ts"

/** Every entry with its path: a function's sentence is one that it makes of plausible values. */
const entriesOf = (entry: unknown, name = ""): ReadonlyArray<readonly [name: string, entry: unknown]> =>
  typeof entry === "object" && entry !== null
    ? Object.entries(entry).flatMap(([key, below]) => entriesOf(below, name === "" ? key : `${name}.${key}`))
    : [[name, entry]]

/** What the two languages call alike. */
const ALIKE = [
  "admin.list.superuser",
  "admin.user.superuser",
  "admin.audit.details",
  "sessions.kinds.browser",
  "tokens.new.name",
  "cliLogin.code.label",
  "cliLogin.facts.code",
  "cliLogin.facts.agent"
]

/** What an entry says, a function of plausible values. */
const spoken = (name: string, entry: unknown): unknown =>
  typeof entry === "function" ? entry(...inUnit(name, [3, 7].slice(0, entry.length))) : entry

test("no sentence was left in English", () => {
  const inEnglish = new Map(entriesOf(english))
  const same = entriesOf(german).filter(([name, entry]) => {
    const says = spoken(name, entry)
    return /\p{L}{2}/u.test(String(says)) && says === spoken(name, inEnglish.get(name)) && !ALIKE.includes(name)
  })
  expect(same).toEqual([])
})

test("every function of the catalogue uses each value that it gets", () => {
  const inEnglish = new Map(entriesOf(english))
  for (const [name, entry] of entriesOf(german)) {
    if (typeof entry !== "function") continue
    const other = inEnglish.get(name) as typeof entry // the same name is a function in both
    expect(entry.length, name).toBe(other.length)
    for (let at = 0; at < entry.length; at++) {
      const values = Array.from({ length: entry.length }, (_, index) => (index === at ? 7 : 3))
      const others = values.map((value) => (value === 7 ? 5 : value))
      const differs = (say: typeof entry) => say(...inUnit(name, values)) !== say(...inUnit(name, others))
      expect(differs(entry), `${name} ${at}`).toBe(differs(other))
    }
  }
})

const SPANS = ["page.ago", "cliLogin.facts.span", "mail.linkLasts", "mail.codeLasts"]

/** The functions of which a value is not free. */
const inUnit = (name: string, [count, unit, ...rest]: ReadonlyArray<number>): ReadonlyArray<unknown> =>
  SPANS.includes(name) ? [count, unit === 7 ? "day" : "hour"] : [count, unit, ...rest]

test("an instant has a German date, and the zone that it is in", () => {
  expect(momentText(Date.UTC(2026, 10, 21, 20, 35), german)).toBe("21. Nov. 2026, 20:35 UTC")
  expect(momentText(Date.UTC(2026, 2, 1, 0, 5), german)).toBe("1. März 2026, 00:05 UTC")
})

test("an age stands in the dative, one or many", () => {
  const now = Date.UTC(2026, 10, 21, 20, 35)
  const minutes = (count: number) => agoText(now - count * 60_000, now, german)
  expect([0, 1, 5, 60, 180].map(minutes)).toEqual([
    "gerade eben",
    "vor 1 Minute",
    "vor 5 Minuten",
    "vor 1 Stunde",
    "vor 3 Stunden"
  ])
  expect([1, 2].map((days) => minutes(days * 24 * 60))).toEqual(["vor 1 Tag", "vor 2 Tagen"])
})

test("a time to wait stands after `in`, in a whole unit that is not too short", () => {
  const wait = (seconds: number) => errorSentence(german, ["too-many-attempts", seconds]).text
  const said = (time: string) =>
    `Es gab zu viele Versuche. Es wurde nichts geändert. Versuchen Sie es in ${time} noch einmal.`
  expect([1, 20, 89, 90, 121, 5_400].map(wait)).toEqual(
    ["1 Sekunde", "20 Sekunden", "89 Sekunden", "2 Minuten", "3 Minuten", "2 Stunden"].map(said)
  )
})

test("lifetimes and spans of tokens have their plural", () => {
  const { list, new: created } = german.tokens
  expect(["1", "90"].map(created.inDays)).toEqual(["1 Tag", "90 Tage"])
  expect([0, 1, 24].map(list.span)).toEqual(["kurze Zeit", "eine Stunde", "24 Stunden"])
})

test("a mail says for how long its link works, one or many", () => {
  const { linkLasts } = german.mail
  expect(linkLasts(1, "hour")).toBe("Der Link gilt 1 Stunde lang und nur einmal.")
  expect(linkLasts(7, "day")).toBe("Der Link gilt 7 Tage lang und nur einmal.")
})
