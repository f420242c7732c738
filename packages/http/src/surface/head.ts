import { parseUserCode, safeText } from "@latchkey/core"
import { targetOf } from "../request/request-target.ts"

/** The head of a request, as an adapter reads it from its framework. Without the body, so that a guard can answer before it is read. */
export interface Head {
  readonly method: string
  /** Path and query, as `readTarget` reads the request line. */
  readonly target: string
  /** A header by its lower-case name. Repeated headers are joined by `, ` (cookies by `; `), as in Fetch. Null if absent. */
  header(name: string): string | null
  /**
   * The address of the peer on the socket, whatever a framework makes of proxies (PRX-02). Null if it has none, as on a Unix
   * socket (PRX-04). Empty text if the peer has gone before anyone asked for its address, so that nobody takes it for a proxy
   * without one (PRX-07).
   */
  readonly peer: string | null
  /**
   * What the framework has one of for each request, such as its own request. All heads of one request have the same, so that its id is
   * the same too. Default: the head itself.
   */
  readonly request?: object
}

/** The head of a web request. `of` is the framework's own request, if it has another. */
export const headOf = (request: Request, peer: string | null, of: object = request): Head => ({
  method: request.method,
  target: targetOf(request.url),
  header: (name) => request.headers.get(name),
  peer,
  request: of
})

/** The path of a target. */
export const pathOf = (target: string): string => {
  const queryAt = target.indexOf("?")
  return queryAt === -1 ? target : target.slice(0, queryAt)
}

/**
 * The path of a target for a log or the audit trail: a user code in it is not written down, because whoever reads it there could claim
 * the challenge first (DEV-19). A path can hold anything, also what hides or forges text (AUD-03).
 */
export const recordedPath = (target: string): string =>
  safeText(
    pathOf(target)
      .slice(0, 2 * LONGEST_PATH)
      .replace(/[^/]+/g, (segment) => (isUserCode(segment) ? ":code" : segment)),
    LONGEST_PATH
  )

const LONGEST_PATH = 256

const isUserCode = (segment: string): boolean => {
  try {
    return parseUserCode(decodeURIComponent(segment)) !== null
  } catch {
    return false
  }
}
