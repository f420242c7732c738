import type { WireAnswer } from "./answer.ts"
import { joined } from "./request.ts"

/** One character for each byte, so that places in the text are places in the bytes. */
const latin1 = new TextDecoder("latin1")

/**
 * Reads one answer (RFC 9112) out of the bytes that came so far; null when it is not whole yet. `isEnd` tells that no more
 * will come, which is how an answer without a length ends. Answers that announce another one (1xx) are passed over.
 */
export const readAnswer = (bytes: Uint8Array, method: string, isEnd: boolean): WireAnswer | null => {
  const text = latin1.decode(bytes)
  const bodyAt = text.indexOf("\r\n\r\n") + 4
  if (bodyAt < 4) return null
  const [statusLine = "", ...lines] = text.slice(0, bodyAt - 4).split("\r\n")
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${statusLine} `)?.[1])
  if (Number.isNaN(status)) throw new Error(`This is no answer: ${JSON.stringify(statusLine)}`)
  if (status < 200) return readAnswer(bytes.slice(bodyAt), method, isEnd)
  const headers = lines.map(headerIn)
  const hasBody = method !== "HEAD" && status !== 204 && status !== 304
  const body = hasBody ? bodyIn(bytes.slice(bodyAt), new Map(headers), isEnd) : new Uint8Array()
  return body === null ? null : { status, headers, body: new TextDecoder().decode(body) }
}

const headerIn = (line: string): readonly [string, string] => {
  const colon = line.indexOf(":")
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

/** The body, all of it; null when more must come. */
const bodyIn = (bytes: Uint8Array, headers: ReadonlyMap<string, string>, isEnd: boolean): Uint8Array | null => {
  if (headers.get("transfer-encoding") === "chunked") return chunksIn(bytes)
  const length = headers.get("content-length")
  if (length === undefined) return isEnd ? bytes : null
  return bytes.length >= Number(length) ? bytes.slice(0, Number(length)) : null
}

const chunksIn = (bytes: Uint8Array): Uint8Array | null => {
  const text = latin1.decode(bytes)
  const chunks: Array<Uint8Array> = []
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf("\r\n", at)
    if (lineEnd === -1) return null
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    if (size === 0) return joined(chunks)
    at = lineEnd + 2 + size + 2
    if (bytes.length < at) return null
    chunks.push(bytes.slice(lineEnd + 2, lineEnd + 2 + size))
  }
}
