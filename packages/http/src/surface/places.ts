import type { Auth } from "@latchkey/core"
import { checkNames } from "./check-names.ts"
import type { Endpoint } from "./endpoint.ts"

/** Where a host places the routes. */
export interface Placement {
  /** A path in front of all paths: `/auth`. Default: none. */
  readonly basePath?: string | undefined
  /** By group: `false` leaves it out, and a path moves it. */
  readonly routes?: Readonly<Record<string, boolean | string | undefined>> | undefined
}

/** Where each route is, as the host has placed it. */
export interface Places {
  /** The path in front of all paths at which requests arrive; may be empty. */
  readonly basePath: string
  /** The path of `publicUrl`, which a proxy in front removes; may be empty. */
  readonly prefix: string
  /** Whether a route is served: its group is not left out, and the mode has it. */
  readonly serves: (endpoint: Endpoint) => boolean
  /** The path at which requests arrive, with `:name` for each parameter. */
  readonly pathOf: (endpoint: Endpoint) => string
  /** The path that browsers request. It includes the path of `publicUrl`, which a proxy may remove. */
  readonly linkTo: (endpoint: Endpoint, parameters?: Readonly<Record<string, string>>) => string
}

/** Reads a host's options. Throws at start for an invalid path and for two groups that overlap. */
export const makePlaces = (
  endpoints: ReadonlyArray<Endpoint>,
  { basePath = "/", routes = {} }: Placement,
  publicUrl: URL,
  mode: Auth["settings"]["mode"]
): Places => {
  checkGroups(endpoints, routes)
  const base = readPath("basePath", basePath)
  const prefix = withoutSlash(publicUrl.pathname)
  const serves: Places["serves"] = ({ group: { name, partOf = name }, onlyIn = mode }) =>
    routes[name] !== false && routes[partOf] !== false && onlyIn === mode
  const place = ({ group, path, isFixed }: Endpoint): string => {
    if (isFixed) return path
    const to = routes[group.name]
    if (typeof to !== "string") return `${base}${path}`
    const inGroup = path.slice(withoutSlash(group.base).length)
    return `${base}${readPath(`routes.${group.name}`, to)}${inGroup}` || "/"
  }
  const paths = new Map(endpoints.map((endpoint) => [endpoint, place(endpoint)]))
  const pathOf: Places["pathOf"] = (endpoint) => {
    const path = paths.get(endpoint)
    if (path === undefined) throw new Error(`${endpoint.method} ${endpoint.path} is not in the route table.`)
    return path
  }
  checkOverlaps(endpoints.filter(serves), pathOf)
  return {
    basePath: base,
    prefix,
    serves,
    pathOf,
    linkTo: (endpoint, parameters = {}) =>
      `${prefix}${pathOf(endpoint).replace(/:(\w+)/g, (_, name) => encodeURIComponent(parameters[name] ?? ""))}`
  }
}

/** Reads a path from the options. The root becomes empty text, because it is put in front of other paths. */
const readPath = (option: string, path: string): string => {
  if (typeof path !== "string") throw new Error(`${option} must be a path such as "/v1/users".`) // from JavaScript
  if (path === "/") return ""
  if (isPlainPath(path)) return path
  const mend = /^\/?(.+?)\/?$/.exec(path)?.[1] ?? ""
  const advice = SEGMENTS.test(`/${mend}`) && !mend.includes("..") ? ` Write ${JSON.stringify(`/${mend}`)}.` : ""
  throw new Error(
    `${option} is ${JSON.stringify(path)}, which is not a valid path. A path begins with a slash, does not end with one, and ` +
      `has letters, digits, ".", "_", "~" and "-" between single slashes, such as "/v1/users".${advice}`
  )
}

const SEGMENTS = /^(?:\/[A-Za-z0-9._~-]+)+$/

/** Whether a path has only plain segments: no parameters, nothing encoded, no dot segments. */
export const isPlainPath = (path: string): boolean =>
  SEGMENTS.test(path) && !path.split("/").some((segment) => segment === "." || segment === "..")

const checkGroups = (endpoints: ReadonlyArray<Endpoint>, routes: NonNullable<Placement["routes"]>): void => {
  checkNames(routes, {
    of: "routes",
    example: '{ users: "/v1/users", register: false }',
    one: "a group of routes",
    all: "groups",
    names: [...new Set(endpoints.map(({ group }) => group.name))]
  })
  for (const [name, to] of Object.entries(routes))
    if (to !== undefined && typeof to !== "boolean" && typeof to !== "string")
      throw new Error(`routes.${name} must be a path to move the group to, or false to leave it out.`)
}

/** Our own tables keep the paths within a group apart, but a host can move two groups onto one another. */
const checkOverlaps = (endpoints: ReadonlyArray<Endpoint>, pathOf: Places["pathOf"]): void => {
  for (const [at, one] of endpoints.entries()) {
    const other = endpoints
      .slice(at + 1)
      .find((each) => each.group.name !== one.group.name && meet(pathOf(each), pathOf(one)))
    if (other === undefined) continue
    throw new Error(
      `The groups ${one.group.name} and ${other.group.name} overlap: ${one.method} ${pathOf(one)} and ` +
        `${other.method} ${pathOf(other)} would answer the same address. Move one of them to another path.`
    )
  }
}

/** Whether both paths would answer the same address. */
const meet = (one: string, other: string): boolean => {
  const [left, right] = [segmentsOf(one), segmentsOf(other)]
  const isParameter = (segment: string | undefined) => segment?.startsWith(":")
  return (
    left.length === right.length &&
    left.every((each, at) => each === right[at] || isParameter(each) || isParameter(right[at]))
  )
}

const segmentsOf = (path: string): ReadonlyArray<string> => withoutSlash(path).split("/")

const withoutSlash = (path: string): string => (path.endsWith("/") ? path.slice(0, -1) : path)
