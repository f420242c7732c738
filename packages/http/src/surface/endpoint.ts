export type Method = "GET" | "POST" | "PATCH" | "DELETE"

/** Routes that a host moves or leaves out together. */
export interface RouteGroup {
  readonly name: string
  /** The larger group that it belongs to. Leaving that out leaves this out too, but this group moves separately. */
  readonly partOf?: string
  /** The start of the group's paths. A host that moves the group replaces it. */
  readonly base: string
}

/** What identifies a route, before a host moves it. */
export interface Endpoint {
  readonly method: Method
  /** `:name` marks a parameter. A slash at the end makes no difference. No other code repeats this path. */
  readonly path: string
  readonly group: RouteGroup
  /** A standard names this path, so it stays where it is, whatever the host moves. */
  readonly isFixed?: true
  /** The only mode that has this route; without it, all modes. */
  readonly onlyIn?: "session"
}
