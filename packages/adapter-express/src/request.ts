import type { IncomingMessage } from "node:http"
import { type Head, plainTarget, readTarget } from "@latchkey/http"

/** What Express 4 and 5 pass to a middleware. Without Express's own types, so that any version of them fits. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string
  readonly baseUrl?: string
  readonly body?: unknown
}

/** The target as it stands in the request line, wherever this is mounted in the app. */
export const requestTargetOf = ({ originalUrl, url = "/" }: ExpressRequest): string => originalUrl ?? url

/**
 * The url for the handlers behind this, in its one plain spelling: Express does not resolve and decode a path before it looks
 * for a handler, and some handlers do it later (INP-15). Express lets a middleware write `url`; `originalUrl` stays. The origin
 * of an absolute target stays too, because the router has measured it.
 */
export const plainUrlOf = ({ url = "/" }: ExpressRequest): string => {
  const origin = url.startsWith("/") ? "" : ORIGIN.exec(url)?.[0]
  const target = origin === undefined ? null : readTarget(url)
  return target === null ? url : `${origin}${plainTarget(target)}`
}

/** What stands before the path of an absolute target, if it has a path. */
const ORIGIN = /^https?:\/\/[^/?#]*(?=\/)/

/** The peer of a socket. One that has gone has no address any more, and is no proxy on a Unix socket for that (PRX-07). */
export const peerOf = ({ socket }: IncomingMessage): string | null =>
  socket.remoteAddress ?? (socket.destroyed ? "" : null)

/** All headers as they arrived. */
export const headersOf = (req: IncomingMessage): Headers => {
  const lines = Object.entries(linesOf(req)).flatMap(([name, values = []]) => values.map((value) => [name, value]))
  return new Headers(lines as Array<[string, string]>)
}

/** A header by its lower-case name, its lines joined as Fetch joins them. */
export const headerOf = (req: IncomingMessage, name: string): string | null =>
  linesOf(req)[name]?.join(name === "cookie" ? "; " : ", ") ?? null

/**
 * The lines of each header, because `req.headers` keeps only the first of two Authorization headers (HDR-01). A request that did not come
 * over a socket may have nothing else: those that light-my-request makes for tests, and serverless-http of an event of AWS Lambda.
 */
const linesOf = (req: IncomingMessage): NodeJS.Dict<Array<string>> => {
  const { rawHeaders }: { readonly rawHeaders?: ReadonlyArray<string> } = req
  const lines: NodeJS.Dict<Array<string>> | undefined = rawHeaders?.length ? req.headersDistinct : undefined
  return lines ?? linesIn(req.headers)
}

/** Each name in lower case. Those of HTTP/2 that begin with a colon are no headers. */
const linesIn = (headers: IncomingMessage["headers"]): NodeJS.Dict<Array<string>> => {
  const lines: NodeJS.Dict<Array<string>> = Object.create(null)
  for (const [given, value = []] of Object.entries(headers)) {
    if (given.startsWith(":")) continue
    const name = given.toLowerCase()
    lines[name] = [...(lines[name] ?? []), ...[value].flat()]
  }
  return lines
}

/**
 * The body that a parser in front of us has read; undefined if there was no parser. body-parser 1 leaves `{}` if it read
 * nothing, so `{}` counts as a body only for JSON.
 */
export const parsedBodyOf = ({ body, headers }: ExpressRequest): unknown => {
  const isEmpty = body instanceof Object && Object.keys(body).length === 0
  return isEmpty && !/json/i.test(headers["content-type"] ?? "") ? undefined : body
}

/**
 * What a guard reads, looked up only when needed: most requests are allowed without their url. A class, because
 * getters in an object literal make a hidden class for every request, which costs more than the check itself.
 */
export class ExpressHead<Req extends ExpressRequest = ExpressRequest> implements Head {
  readonly req: Req

  constructor(req: Req) {
    this.req = req
  }

  get method(): string {
    return this.req.method ?? "GET"
  }

  get target(): string {
    return readTarget(requestTargetOf(this.req)) ?? "/"
  }

  get peer(): string | null {
    return peerOf(this.req)
  }

  get request(): Req {
    return this.req
  }

  header(name: string): string | null {
    return headerOf(this.req, name)
  }
}
