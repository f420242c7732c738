import { didYouMean, isObjectOfOptions, wordsFor } from "@latchkey/core"

/** What the names in an object of a host's are. */
export interface Named {
  /** The object itself, such as `routes`; in front of its names there, too, unless it holds all options. */
  readonly of: string
  readonly example: string
  /** One of the names, and all of them: `a group of routes`, `groups`. */
  readonly one: string
  readonly all: string
  readonly names: ReadonlyArray<string>
  readonly isTop?: boolean
}

/**
 * Throws at start for what is no object of options, such as a promise, and for a name that is not known: either would have no effect, so
 * that a group which a host leaves out would be served.
 */
export const checkNames = (given: unknown, { of, example, one, all, names, isTop = false }: Named): void => {
  if (!isObjectOfOptions(given)) throw new Error(`${of} must be an object such as ${example}, not ${wordsFor(given)}.`)
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const name = isTop ? unknown : `${of}.${unknown}`
  throw new Error(`${name} is not ${one}${didYouMean(unknown, names) || "."} The ${all} are ${names.join(", ")}.`)
}
