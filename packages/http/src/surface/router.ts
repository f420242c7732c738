import { TrieRouter } from "hono/router/trie-router"
import type { Method } from "./endpoint.ts"
import type { Route } from "./route.ts"

/** The match of a path: its rows by method, and its parameters. */
export interface Match {
  readonly rows: ReadonlyMap<string, Route>
  readonly parameters: Readonly<Record<string, string>>
}

/** Finds the rows of a path; null for paths that are not ours. A path is not normalised: `//login` is another path. */
export type Router = (path: string) => Match | null

/** Registers every path once, with all its methods, so that a known path with another method is 405. */
export const makeRouter = (routes: ReadonlyArray<Route>, pathOf: (route: Route) => string): Router => {
  const byPath = new Map<string, Map<Method, Route>>()
  for (const route of routes) {
    const path = withoutSlash(pathOf(route))
    byPath.set(path, (byPath.get(path) ?? new Map()).set(route.method, route))
  }
  const router = new TrieRouter<Map<Method, Route>>()
  const exactFirst = [...byPath].sort(([one], [other]) => Number(one.includes(":")) - Number(other.includes(":")))
  for (const [path, rows] of exactFirst) router.add("ALL", path, rows)

  return (path) => {
    if (path.includes("//")) return null
    const [matches] = router.match("ALL", withoutSlash(path))
    const first = matches[0] // matches come in the order of registration: an exact path before one with a parameter
    return first === undefined ? null : { rows: first[0], parameters: textsOf(first[1]) }
  }
}

const withoutSlash = (path: string): string => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path)

const textsOf = (parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decoded(String(value))]))

/** A parameter that cannot be decoded stays unchanged, because no id looks like that. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
