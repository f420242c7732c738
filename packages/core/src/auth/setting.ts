import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import { cidr } from "../throttle/cidr.ts"

/** One option: what it does, its default, and how its value is read from code or from the environment. */
export interface Setting<Input, Value> {
  readonly about: string
  /** As the reference prints it. */
  readonly type: string
  readonly fallback: Input | null
  /** The value, or what is wrong with the input in a sentence that follows the option's name. Text is read as the environment gives it. */
  readonly read: (input: unknown) => { readonly value: Value } | { readonly problem: string }
}

/** A span of time in words or as a `Duration`: a bare number would leave its unit to guess. */
export type Span = Duration.Duration | `${number} ${Duration.Unit}`

/** A span of time such as `"30 days"`, in whole milliseconds. */
export const duration = (about: string, fallback: Span): Setting<Span, number> => ({
  about,
  type: "duration",
  fallback,
  read: (input) => {
    const read = readDuration(input)
    return read !== null && Number.isInteger(read) && read > 0 && read <= LONGEST
      ? { value: read }
      : { problem: 'must be a duration such as "30 days"' }
  }
})

/** A century: longer is a slip. */
const LONGEST = 100 * 366 * 24 * 3_600_000

const readDuration = (input: unknown): number | null => {
  if (typeof input !== "string" && !Duration.isDuration(input)) return null
  try {
    return Duration.toMillis(Duration.fromInputUnsafe(input as Duration.Input)) // text is judged by the parser itself
  } catch {
    return null
  }
}

/** A whole number within bounds. */
export const count = (
  about: string,
  fallback: number,
  bounds: { readonly least: number; readonly most: number }
): Setting<number, number> => ({
  about,
  type: `${bounds.least} to ${bounds.most}`,
  fallback,
  read: (input) => {
    const read = typeof input === "string" && /^\d{1,15}$/.test(input) ? Number(input) : input
    return typeof read === "number" && Number.isInteger(read) && read >= bounds.least && read <= bounds.most
      ? { value: read }
      : { problem: `must be a whole number from ${bounds.least} to ${bounds.most}` }
  }
})

export const flag = (about: string, fallback: boolean): Setting<boolean, boolean> => ({
  about,
  type: "true or false",
  fallback,
  read: (input) => {
    if (input === true || input === "true") return { value: true }
    if (input === false || input === "false") return { value: false }
    return { problem: "must be true or false" }
  }
})

export const choice = <const Choices extends readonly [string, ...ReadonlyArray<string>]>(
  about: string,
  choices: Choices
): Setting<Choices[number], Choices[number]> => ({
  about,
  type: choices.map((each) => JSON.stringify(each)).join(", "),
  fallback: choices[0],
  read: (input) => {
    const chosen = choices.find((each) => each === input)
    return chosen === undefined ? { problem: `must be one of ${choices.join(", ")}` } : { value: chosen }
  }
})

/** What a text must look like, and the sentence for one that does not. */
export interface TextForm {
  readonly fits: (text: string) => boolean
  readonly problem: string
}

const readText = (form: TextForm) => (input: unknown) =>
  typeof input === "string" && form.fits(input) ? { value: input } : { problem: form.problem }

export const text = (about: string, fallback: string, form: TextForm): Setting<string, string> => ({
  about,
  type: "text",
  fallback,
  read: readText(form)
})

/** Text that may be left out; then it is null. */
export const optionalText = (about: string, form: TextForm): Setting<string, string | null> => ({
  about,
  type: "text",
  fallback: null,
  read: readText(form)
})

/** The scheme, host and port under which people reach a server. */
export const origin = (about: string): Setting<string, string | null> => ({
  about,
  type: "origin",
  fallback: null,
  read: (input) => {
    const url = typeof input === "string" && URL.canParse(input) ? new URL(input) : null
    const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
    return isOrigin ? { value: url.origin } : { problem: 'must be an origin such as "https://app.example.org"' }
  }
})

/** Secret text: wrapped at once, so that no log shows it. */
export const secret = (
  about: string,
  form: TextForm
): Setting<string | Redacted.Redacted<string>, Redacted.Redacted<string> | null> => ({
  about,
  type: "secret text",
  fallback: null,
  read: (input) => {
    const plain = Redacted.isRedacted(input) ? Redacted.value(input) : input
    return typeof plain === "string" && form.fits(plain) ? { value: Redacted.make(plain) } : { problem: form.problem }
  }
})

/** A list; in the environment separated by commas. */
const list = (about: string, form: TextForm): Setting<ReadonlyArray<string>, ReadonlyArray<string>> => ({
  about,
  type: "list",
  fallback: [],
  read: (input) => {
    const items = typeof input === "string" ? input.split(",").map((item) => item.trim()) : input
    const isList = Array.isArray(items) && items.every((item) => typeof item === "string" && form.fits(item))
    return isList ? { value: Object.freeze([...items]) } : { problem: form.problem }
  }
})

/**
 * Words and what they mean: `{ "packages:read": "Download packages" }`, or in the environment
 * `packages:read=Download packages,packages:write=Upload packages`.
 */
export const words = (
  about: string,
  form: TextForm
): Setting<Readonly<Record<string, string>>, Readonly<Record<string, string>>> => ({
  about,
  type: "words with their meanings",
  fallback: {},
  read: (input) => {
    const entries = typeof input === "string" ? readWords(input) : isRecord(input) ? Object.entries(input) : null
    const isMeant = entries?.every(
      ([word, meaning]) => form.fits(word) && typeof meaning === "string" && meaning !== ""
    )
    return entries !== null && isMeant === true && new Set(entries.map(([word]) => word)).size === entries.length
      ? { value: Object.freeze(Object.fromEntries(entries)) }
      : { problem: form.problem }
  }
})

/** A plain object: not a list, whose words would be its places. */
const isRecord = (input: unknown): input is object =>
  typeof input === "object" && input !== null && [Object.prototype, null].includes(Object.getPrototypeOf(input))

const readWords = (text: string): ReadonlyArray<readonly [string, string]> =>
  text.split(",").map((entry) => {
    const [word = "", ...meaning] = entry.split("=")
    return [word.trim(), meaning.join("=").trim()]
  })

export const networks = (about: string) =>
  list(about, {
    fits: (item) => cidr(item) !== null,
    problem: 'must be a list of addresses or blocks such as "10.0.0.0/8"'
  })

export const origins = (about: string) =>
  list(about, {
    fits: (item) => URL.canParse(item) && new URL(item).origin === item,
    problem: 'must be a list of origins such as "https://app.example.org"'
  })
