import { nearest } from "../vocabulary/nearest.ts"
import type { Meant } from "./configuration-error.ts"
import { PREFIX } from "./setting-entries.ts"

/** Whoever has more unknown names than this has given something else than options. */
const MOST_MEANT = 20

/** What unknown names were most likely meant to be: the first of them, each by its own search. */
export const meantBy = (
  unknown: ReadonlyArray<string>,
  known: ReadonlyArray<string>,
  search: (name: string, known: ReadonlyArray<string>) => string | null
): ReadonlyArray<Meant> =>
  unknown.slice(0, MOST_MEANT).flatMap((setting) => {
    const found = search(setting, known)
    return found === null ? [] : [{ setting, nearest: found }]
  })

/** The option that a path was most likely meant to be: `tokens.scopes` for `scopes`, which only its group is missing from. */
export const nearestOption = (path: string, known: ReadonlyArray<string>): string | null =>
  nearest(path, known) ?? onlyOne(known.filter((each) => each.endsWith(`.${path}`)))

/** The same for a variable. Judged without the start that they all have, which would make any two of them alike. */
export const nearestVariable = (variable: string, known: ReadonlyArray<string>): string | null => {
  const rests = known.filter((each) => each.startsWith(PREFIX)).map((each) => each.slice(PREFIX.length))
  const rest = variable.slice(PREFIX.length)
  const found = nearest(rest, rests) ?? onlyOne(rests.filter((each) => each.endsWith(`_${rest}`)))
  return found === null ? null : `${PREFIX}${found}`
}

const onlyOne = (names: ReadonlyArray<string>): string | null => (names.length === 1 ? (names[0] ?? null) : null)
