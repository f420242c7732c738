import * as Predicate from "effect/Predicate"
import { nearest } from "../vocabulary/nearest.ts"
import type { StoreShape } from "./store.ts"
import { partNames } from "./used-parts.ts"

/**
 * What a store in promises lacks of a whole one, by name, each with the nearest that it has instead. Asked by name, for a part may be an
 * object of a class, a module or a proxy.
 */
export const missingVerbs = (given: object, complete: StoreShape): ReadonlyArray<string> => [
  ...partNames.flatMap((name) => {
    const part: unknown = Reflect.get(given, name)
    if (Predicate.isObjectKeyword(part)) return lacking(part, Object.keys(complete[name]), `${name}.`)
    return [withNearest(given, name, partNames, "")]
  }),
  ...lacking(given, ["lookupSession", "lookupToken", "close"], "")
]

const lacking = (owner: object, verbs: ReadonlyArray<string>, place: string): ReadonlyArray<string> =>
  verbs
    .filter((verb) => typeof Reflect.get(owner, verb) !== "function")
    .map((verb) => withNearest(owner, verb, verbs, place))

/** The nearest is no name that belongs there by itself. */
const withNearest = (owner: object, missing: string, known: ReadonlyArray<string>, place: string): string => {
  const near = nearest(
    missing,
    namesOf(owner).filter((name) => !known.includes(name))
  )
  return near === null ? `${place}${missing}` : `${place}${missing} (it has ${place}${near})`
}

/** Those of its classes, too. */
const namesOf = (owner: object): ReadonlyArray<string> => {
  const names: Array<string> = []
  for (let at: object | null = owner; at !== null; at = Object.getPrototypeOf(at))
    names.push(...Object.getOwnPropertyNames(at))
  return names
}
