import type { HonoAuth } from "@latchkey/adapter-hono"
import type { Client } from "@latchkey/core"

/** A request of somebody who has no credential yet, or gives one up. */
export interface OpenRequest {
  readonly method: string
  /** The parameters of the route's path, decoded. */
  readonly parameters: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
  readonly client: Client
  /** Fails if it has more bytes than this. */
  readonly body: (largest: number) => Promise<Uint8Array>
}

/** A JSON answer that nobody may keep. */
export interface OpenAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A route without a guard. What may be asked there is decided by what the request brings. */
export interface OpenRoute {
  readonly method: "GET" | "POST" | "DELETE"
  /** Such as `/npm/-/user/token/:token`, as both frameworks write it. */
  readonly path: string
  readonly answer: (request: OpenRequest) => Promise<OpenAnswer>
}

/** The answer of a route. Frameworks give a HEAD to the route for GET, which would use up what only a GET should. */
export const openAnswerOf = async (route: OpenRoute, request: OpenRequest): Promise<OpenAnswer> =>
  request.method === route.method
    ? route.answer(request)
    : { status: 405, body: { error: "Method Not Allowed" }, headers: { Allow: route.method } }

/** The security headers of Latchkey's own data, which say `no-store` too. */
export const openHeadersOf = (
  { headers }: OpenAnswer,
  { data }: HonoAuth["securityHeaders"]
): Readonly<Record<string, string>> => ({ ...data, "Content-Type": "application/json", ...headers })
