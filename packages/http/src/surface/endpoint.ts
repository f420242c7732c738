export type Method = "GET" | "POST" | "PATCH" | "DELETE"

/** Routes that a host moves, or leaves out, as one. */
export interface RouteGroup {
  readonly name: string
  /** The larger group that it belongs to: whoever leaves that out leaves this out too. It moves by itself. */
  readonly partOf?: string
  /** What the paths of the group begin with. A host that moves the group puts another path in its place. */
  readonly base: string
}

/** What a route is known by, before any host has moved it. */
export interface Endpoint {
  readonly method: Method
  /** `:name` marks a parameter. With or without a slash at the end, both are answered. Nothing else spells this path. */
  readonly path: string
  readonly group: RouteGroup
  /** The one mode that the route is there in; without it, in all. */
  readonly onlyIn?: "session"
}
