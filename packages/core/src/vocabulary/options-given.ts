import { didYouMean } from "./nearest.ts"

/*
 * What programs without types, and slips of the hand, give in the place of options. For errors when a program starts.
 */

/**
 * What is wrong with an object of options: the rest of a sentence that begins with its name, such as "must be …"; null when nothing is. A
 * promise has no option at all, and a mistyped name no effect, so without this nobody would notice.
 */
export const optionsProblem = (given: unknown, names: Iterable<string>): string | null => {
  if (!isObjectOfOptions(given)) return `must be an object of options, not ${wordsFor(given)}`
  const known = [...names]
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return null
  return `cannot have ${unknown}${didYouMean(unknown, known) || `: the options are ${known.join(", ")}`}`
}

/** Whether something can hold options: no list, and nothing that keeps what it holds to itself, as a promise, a map or a date does. */
export const isObjectOfOptions = (given: unknown): given is object =>
  isPlainObject(given) ||
  (typeof given === "object" && given !== null && !Array.isArray(given) && Object.keys(given).length > 0)

/** Whether something is an object of no class. Also of another realm, whose `Object` is another one. */
export const isPlainObject = (given: unknown): given is object => {
  if (typeof given !== "object" || given === null) return false
  const prototype: unknown = Object.getPrototypeOf(given)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** What was given, for an error: a function that nobody called says how to call it. Never a value, which may be a secret. */
export const wordsFor = (given: unknown): string => {
  if (typeof given === "function")
    return given.name === "" ? "a function" : `the function ${given.name}, which was not called`
  if (given instanceof Promise) return "a promise, of which `await` is missing"
  if (Array.isArray(given)) return "a list"
  return given === null ? "null" : typeof given
}
