import type { HonoAuth } from "@latchkey/adapter-hono"
import type { Identity } from "@latchkey/core"

/** A request, as both frameworks provide it. The body is not read until the guard has accepted the request. */
export interface IndexRequest {
  readonly identity: Identity
  /** The path behind the route's prefix, still percent-encoded. */
  readonly rest: string
  readonly contentType: string
  /** Fails with `TooLarge` beyond 64 MB. */
  readonly body: () => Promise<Buffer<ArrayBuffer>>
}

export interface IndexAnswer {
  readonly status: number
  readonly type: string
  readonly body: string | Buffer
}

/** One route of an index. Each needs a scope, so that a token for reading cannot upload. */
export interface IndexRoute {
  readonly method: "GET" | "POST" | "PUT"
  /** The route answers every path that begins with this, such as `/simple/`. */
  readonly prefix: string
  readonly scope: keyof typeof indexScopes
  readonly answer: (request: IndexRequest) => Promise<IndexAnswer>
}

/** The scopes that tokens can have here. */
export const indexScopes = {
  "packages:read": "Download packages",
  "packages:write": "Upload packages"
}

/** The security headers of Latchkey's own answers, except that clients may cache what they download. */
export const headersOf = (
  { type }: IndexAnswer,
  { page, data }: HonoAuth["securityHeaders"]
): Readonly<Record<string, string>> => ({
  ...(type.startsWith("text/html") ? page : data),
  "Cache-Control": "private, no-cache",
  "Content-Type": type
})

export const html = (body: string): IndexAnswer => ({ status: 200, type: "text/html; charset=utf-8", body })
export const json = (body: unknown, status = 200): IndexAnswer => ({
  status,
  type: "application/json",
  body: JSON.stringify(body)
})
export const file = (body: Buffer): IndexAnswer => ({ status: 200, type: "application/octet-stream", body })
export const refused = (status: number, why: string): IndexAnswer => ({
  status,
  type: "text/plain; charset=utf-8",
  body: why
})
export const notFound = refused(404, "Not Found")

/** The upload is larger than the index accepts. */
class TooLarge extends Error {}

const LARGEST = 64 * 1024 * 1024

/** Reads a body up to a limit. */
export const readAtMost = async (
  chunks: AsyncIterable<Uint8Array>,
  largest = LARGEST
): Promise<Buffer<ArrayBuffer>> => {
  const read: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > largest) throw new TooLarge()
    read.push(chunk)
  }
  return Buffer.concat(read)
}

/** The answer of a route, or 413 if the body is too large. */
export const answerOf = async (route: IndexRoute, request: IndexRequest): Promise<IndexAnswer> => {
  try {
    return await route.answer(request)
  } catch (error) {
    if (error instanceof TooLarge) return refused(413, "Content Too Large")
    throw error
  }
}
