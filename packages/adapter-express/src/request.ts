import type { IncomingMessage } from "node:http"
import { type Head, targetOf } from "@latchkey/http"

/** What Express 4 and 5 pass to a middleware. Without Express's own types, so that any version of them fits. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl?: string
  readonly baseUrl?: string
  readonly body?: unknown
}

/** What every URL parser resolves: dot segments, and a backslash, which it reads as a slash. */
const UNRESOLVED = /\\|\/(?:\.|%2e)/i

/**
 * The requested address, wherever this is mounted in the app. Parsed only if that can make a difference.
 * Its host has no meaning, because Latchkey builds its own addresses from `publicUrl` (RED-04).
 */
export const urlOf = ({ originalUrl, url = "/" }: ExpressRequest): string => {
  const target = originalUrl ?? url
  const absolute = target.startsWith("/") ? `http://latchkey.invalid${target}` : target
  return UNRESOLVED.test(target) && URL.canParse(absolute) ? new URL(absolute).href : absolute
}

/** All headers as they arrived, because `req.headers` keeps only the first of two Authorization headers (HDR-01). */
export const headersOf = ({ headersDistinct }: IncomingMessage): Headers => {
  const lines = Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value) => [name, value]))
  return new Headers(lines as Array<[string, string]>)
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
