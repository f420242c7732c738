import type { Identity } from "@latchkey/core"

/** A request as both frameworks give it. Its body is read when it is asked for: not before the guard has let it pass. */
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

/** One row of an index: who may ask is a scope, so that a token for reading cannot upload. */
export interface IndexRoute {
  readonly method: "GET" | "POST" | "PUT"
  /** Every path that begins so, such as `/simple/`. */
  readonly prefix: string
  readonly scope: keyof typeof indexScopes
  readonly answer: (request: IndexRequest) => Promise<IndexAnswer>
}

/** What tokens can be allowed here. */
export const indexScopes = {
  "packages:read": "Download packages",
  "packages:write": "Upload packages"
}

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

/** The upload is larger than the index takes. */
class TooLarge extends Error {}

const LARGEST = 64 * 1024 * 1024

/** Reads a body, and no more of it than may be. */
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

/** The answer of a row, also to what was too large. */
export const answerOf = async (route: IndexRoute, request: IndexRequest): Promise<IndexAnswer> => {
  try {
    return await route.answer(request)
  } catch (error) {
    if (error instanceof TooLarge) return refused(413, "Content Too Large")
    throw error
  }
}
