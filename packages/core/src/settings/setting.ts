import * as Redacted from "effect/Redacted"
import { conceal, reveal, type SecretText } from "../secret/secret-text.ts"
import { wordsFor } from "../vocabulary/options-given.ts"
import { invalid, type Read, valid } from "../vocabulary/read.ts"
import { DAY_MS, millisOfSpan, type Span } from "../vocabulary/time.ts"
import { NO_ADDRESS, trustedProxy } from "../vocabulary/trusted-proxy.ts"
import type { Field } from "./field.ts"
import { readOrigin } from "./origin.ts"

/** One setting: what it does, its default, and how its value is read from code or from the environment. */
export interface Setting<Input, Value> {
  readonly about: string
  /** As the reference prints it. */
  readonly type: string
  readonly fallback: Input | null
  /** Where the default differs from machine to machine: how it comes about, for the reference. */
  readonly fallbackInWords?: string
  /** The problem is the rest of a sentence that begins with the setting's name. Text is read as the environment gives it. */
  readonly read: (input: unknown) => Read<Value, string>
}

/** A setting whose values are plain. Lists and secrets are none, nor is what may be left out. */
export interface PlainSetting<Input, Value> extends Setting<Input, Value> {
  readonly field: Field
}

/** A span of time such as `"30 days"`, in whole milliseconds. */
export const duration = (about: string, fallback: Span): PlainSetting<Span, number> => ({
  about,
  type: "duration",
  field: { kind: "duration" },
  fallback,
  read: (input) => {
    const read = millisOfSpan(input)
    return Number.isInteger(read) && read > 0 && read <= LONGEST_MS
      ? valid(read)
      : invalid('must be a duration such as "30 days"')
  }
})

/** A century: anything longer is a mistake. */
const LONGEST_MS = 100 * 366 * DAY_MS

/** A whole number within bounds. */
export const count = (
  about: string,
  fallback: number,
  bounds: { readonly least: number; readonly most: number },
  fallbackInWords?: string
): PlainSetting<number, number> => ({
  about,
  type: `${bounds.least} to ${bounds.most}`,
  field: { kind: "count", ...bounds },
  fallback,
  ...(fallbackInWords === undefined ? {} : { fallbackInWords }),
  read: (input) => {
    const read = typeof input === "string" && /^\d{1,15}$/.test(input) ? Number(input) : input
    return typeof read === "number" && Number.isInteger(read) && read >= bounds.least && read <= bounds.most
      ? valid(read)
      : invalid(`must be a whole number from ${bounds.least} to ${bounds.most}`)
  }
})

export const flag = (about: string, fallback: boolean): PlainSetting<boolean, boolean> => ({
  about,
  type: "true or false",
  field: { kind: "flag" },
  fallback,
  read: (input) => {
    if (input === true || input === "true") return valid(true)
    if (input === false || input === "false") return valid(false)
    return invalid("must be true or false")
  }
})

export const choice = <const Choices extends readonly [string, ...ReadonlyArray<string>]>(
  about: string,
  choices: Choices
): PlainSetting<Choices[number], Choices[number]> => ({
  about,
  type: choices.map((each) => JSON.stringify(each)).join(", "),
  field: { kind: "choice", choices },
  fallback: choices[0],
  read: (input) => {
    const chosen = choices.find((each) => each === input)
    return chosen === undefined ? invalid(`must be one of ${choices.join(", ")}`) : valid(chosen)
  }
})

/** What a text must look like, and the problem of one that does not. */
export interface TextForm {
  readonly fits: (text: string) => boolean
  readonly problem: string
}

const readText = (form: TextForm) => (input: unknown) =>
  typeof input === "string" && form.fits(input) ? valid(input) : invalid(form.problem)

export const text = (about: string, fallback: string, form: TextForm): PlainSetting<string, string> => ({
  about,
  type: "text",
  field: { kind: "text" },
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

/** Where people reach a server: scheme, host and port, and the path that a proxy in front of it takes off. */
export const webAddress = (about: string): Setting<string, string | null> => ({
  about,
  type: "url",
  fallback: null,
  read: (input) => {
    const address = typeof input === "string" ? readAddress(input) : null
    return address === null
      ? invalid(
          'must be an address such as "https://app.example.org" or "https://example.org/app", with plain characters in the path and without a slash, a query or a fragment at the end'
        )
      : valid(address)
  }
})

/** Nothing encoded, and no slash at its end. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/

const readAddress = (input: string): string | null => {
  const url = URL.canParse(input) ? new URL(input) : null
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  if (url.href === `${url.origin}/`) return url.origin
  const isAsWritten = input.slice(input.indexOf("/", input.indexOf("://") + 3)) === url.pathname
  return url.href === `${url.origin}${url.pathname}` && isAsWritten && PLAIN_PATH.test(url.pathname) ? url.href : null
}

/** Secret text: wrapped at once, so that no log shows it. */
export const secret = (
  about: string,
  form: TextForm
): Setting<string | Redacted.Redacted<string>, Redacted.Redacted<string> | null> => ({
  about,
  type: "secret text",
  fallback: null,
  read: (input) => {
    const plain = Redacted.isRedacted(input) ? reveal(input as SecretText) : input
    return typeof plain === "string" && form.fits(plain) ? valid(conceal(plain)) : invalid(form.problem)
  }
})

/** A list; in the environment separated by commas. */
const list = (about: string, form: TextForm): Setting<ReadonlyArray<string>, ReadonlyArray<string>> => ({
  about,
  type: "list",
  fallback: [],
  read: (input) => {
    const items = typeof input === "string" ? input.split(",").map((item) => item.trim()) : input
    if (!Array.isArray(items)) return invalid(form.problem)
    const wrong = items.findIndex((item) => typeof item !== "string" || !form.fits(item))
    return wrong === -1 ? valid(Object.freeze([...items])) : invalid(`${form.problem}, unlike ${shown(items[wrong])}`)
  }
})

/**
 * Names with their descriptions: `{ "packages:read": "Download packages" }`, or in the environment
 * `packages:read=Download packages,packages:write=Upload packages`.
 */
export const words = (
  about: string,
  form: TextForm
): Setting<Readonly<Record<string, string>>, Readonly<Record<string, string>>> => ({
  about,
  type: "names with descriptions",
  fallback: {},
  read: (input) => {
    const entries = typeof input === "string" ? readWords(input) : isRecord(input) ? Object.entries(input) : null
    if (entries === null) return invalid(form.problem)
    const wrong = entries.findIndex(([word]) => !form.fits(word))
    if (wrong !== -1) return invalid(`${form.problem}, unlike ${shown(entries[wrong]?.[0])}`)
    const bare = entries.find(([, meaning]) => typeof meaning !== "string" || meaning === "")
    if (bare !== undefined) return invalid(`${form.problem}, and ${shown(bare[0])} has no description`)
    const words = entries.map(([word]) => word)
    const twice = words.find((word, at) => words.indexOf(word) !== at)
    return twice === undefined
      ? valid(Object.freeze(Object.fromEntries(entries)))
      : invalid(`${form.problem}, and ${shown(twice)} is there twice`)
  }
})

/** An entry that is no secret, for an error. It may hold anything, at any length: before an @ of an address a password. */
const shown = (entry: unknown): string => {
  if (typeof entry === "number" || typeof entry === "boolean") return `a ${typeof entry}`
  if (typeof entry !== "string") return wordsFor(entry)
  const plain = entry.replace(/^.*@/s, "…@")
  return JSON.stringify(plain.length > 100 ? `${plain.slice(0, 100)}…` : plain)
}

/** A plain object: not a list, whose indexes would become the words. */
const isRecord = (input: unknown): input is object =>
  typeof input === "object" && input !== null && [Object.prototype, null].includes(Object.getPrototypeOf(input))

const readWords = (text: string): ReadonlyArray<readonly [string, string]> =>
  text.split(",").map((entry) => {
    const [word = "", ...meaning] = entry.split("=")
    return [word.trim(), meaning.join("=").trim()]
  })

export const proxies = (about: string) =>
  list(about, {
    fits: (item) => trustedProxy(item) !== null,
    problem: `must be a list of addresses or blocks such as "10.0.0.0/8", or the word "${NO_ADDRESS}"`
  })

/** Origins, each kept as browsers send it. */
export const origins = (about: string): Setting<ReadonlyArray<string>, ReadonlyArray<string>> => {
  const texts = list(about, { fits: () => true, problem: NO_ORIGINS })
  return {
    ...texts,
    read: (input) => {
      const items = texts.read(input)
      if (!items.ok) return items
      const wrong = items.value.find((item) => readOrigin(item) === null)
      if (wrong !== undefined) return invalid(`${NO_ORIGINS}, each without a path; ${shown(wrong)} is none`)
      return valid(Object.freeze(items.value.flatMap((item) => readOrigin(item) ?? [])))
    }
  }
}

const NO_ORIGINS = 'must be a list of exact origins such as "https://app.example.org" or "capacitor://localhost"'
