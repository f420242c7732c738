import type { IncomingMessage } from "node:http"
import { type Head, targetOf } from "@latchkey/http"

/** What Express of either major hands to a middleware, named without its types, so that any version of them fits. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string
  readonly baseUrl?: string
  readonly body?: unknown
}

/** What every URL parser resolves: dot segments, and a backslash, which it takes for a slash. */
const UNRESOLVED = /\\|\/(?:\.|%2e)/i

/**
 * The address that was asked for, wherever in the app this is mounted. It is parsed only where that could make a difference.
 * Its host means nothing: what Latchkey says of itself comes from `publicUrl` (RED-04).
 */
export const urlOf = ({ originalUrl, url = "/" }: ExpressRequest): string => {
  const target = originalUrl ?? url
  const absolute = target.startsWith("/") ? `http://latchkey.invalid${target}` : target
  return UNRESOLVED.test(target) && URL.canParse(absolute) ? new URL(absolute).href : absolute
}

/** All headers as they came: of two Authorization headers, `req.headers` would keep the first (HDR-01). */
export const headersOf = ({ headersDistinct }: IncomingMessage): Headers => {
  const lines = Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value) => [name, value]))
  return new Headers(lines as Array<[string, string]>)
}

/**
 * What a parser in front of us has made of the body; undefined when none has. `{}` is also what body-parser 1 leaves where it
 * read nothing, and only of JSON could it be what was sent.
 */
export const parsedBodyOf = ({ body, headers }: ExpressRequest): unknown => {
  const isEmpty = body instanceof Object && Object.keys(body).length === 0
  return isEmpty && !/json/i.test(headers["content-type"] ?? "") ? undefined : body
}

/**
 * What a guard reads, looked up only when it is asked for: most requests are let pass without their url. A class, because
 * getters in an object literal make a hidden class for every request, which costs more than the check itself.
 */
export class ExpressHead implements Head {
  readonly #req: ExpressRequest

  constructor(req: ExpressRequest) {
    this.#req = req
  }

  get method(): string {
    return this.#req.method ?? "GET"
  }

  get target(): string {
    return targetOf(urlOf(this.#req))
  }

  get peer(): string | null {
    return this.#req.socket.remoteAddress ?? null
  }

  header(name: string): string | null {
    return this.#req.headersDistinct[name]?.join(name === "cookie" ? "; " : ", ") ?? null
  }
}
