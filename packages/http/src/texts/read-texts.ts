import { isObjectOfOptions, wordsFor } from "@latchkey/core"
import { english } from "./english.ts"
import type { Texts } from "./texts.ts"

/** One catalogue or more, each in a language of its own. */
export type Catalogues = readonly [Texts, ...ReadonlyArray<Texts>]

/**
 * Reads the option `texts`. Throws at start for what the compiler would refuse, because a host may be written in JavaScript:
 * a page must not find out that a sentence is missing.
 */
export const readTexts = (option: Texts | Catalogues): Catalogues => {
  const catalogues: Catalogues = isSeveral(option) ? option : [option]
  if (catalogues.length === 0)
    throw new Error("texts is an empty list. Give it one catalogue at least, such as english.")
  for (const catalogue of catalogues) checkCatalogue(catalogue)
  const languages = catalogues.map(({ language }) => language.toLowerCase())
  const twice = languages.find((language, at) => languages.indexOf(language) !== at)
  if (twice === undefined) return catalogues
  throw new Error(`texts has two catalogues in the language ${JSON.stringify(twice)}. Leave out one of them.`)
}

const isSeveral = (option: Texts | Catalogues): option is Catalogues => Array.isArray(option)

/** The form of a language tag (RFC 5646 §2.1), without a look at which languages there are. */
const LANGUAGE = /^[a-z]{2,8}(?:-[a-z\d]{1,8})*$/i

const checkCatalogue = (catalogue: Texts): void => {
  if (!isObjectOfOptions(catalogue))
    throw new Error(
      `texts must be a catalogue, such as english, or a list of catalogues. It was given ${wordsFor(catalogue)}.`
    )
  const { language } = catalogue
  if (typeof language !== "string" || !LANGUAGE.test(language))
    throw new Error(
      `A catalogue of texts has the language ${JSON.stringify(language)}. Write a tag such as "de" or "pt-BR".`
    )
  const missing = missingIn(catalogue, english)
  if (missing.length === 0) return
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ""
  throw new Error(
    `The catalogue ${JSON.stringify(language)} of texts lacks ${missing.slice(0, NAMED).join(", ")}${more}. ` +
      "Each must be what it is in english: a sentence, a function that returns one, or an object of such."
  )
}

/** As many missing sentences as an error names. */
const NAMED = 5

/** What `found` lacks of `wanted`, by name. */
const missingIn = (found: unknown, wanted: unknown, name = ""): ReadonlyArray<string> => {
  if (typeof found !== typeof wanted || found === null) return [name]
  if (typeof wanted !== "object" || wanted === null) return []
  const below = Object(found)
  return Object.entries(wanted).flatMap(([key, entry]) =>
    missingIn(below[key], entry, name === "" ? key : `${name}.${key}`)
  )
}
