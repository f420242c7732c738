import type { WireAnswer } from "./answer.ts"
import { joined } from "./request.ts"

/** One character for each byte, so that positions in the text are positions in the bytes. */
const latin1 = new TextDecoder("latin1")

/** An answer and its length in bytes. What follows belongs to the next answer. */
export interface ReadAnswer {
  readonly answer: WireAnswer
  readonly length: number
}

/**
 * Reads one answer (RFC 9112) from the bytes so far; null if it is not complete yet. `isEnd` says that no more will
 * come, which ends an answer without a length. Interim answers (1xx) are skipped.
 */
export const readAnswer = (bytes: Uint8Array, method: string, isEnd: boolean): ReadAnswer | null => {
  const text = latin1.decode(bytes)
  const bodyAt = text.indexOf("\r\n\r\n") + 4
  if (bodyAt < 4) return null
  const [statusLine = "", ...lines] = text.slice(0, bodyAt - 4).split("\r\n")
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${statusLine} `)?.[1])
  if (Number.isNaN(status)) throw new Error(`This is no answer: ${JSON.stringify(statusLine)}`)
  if (status < 200) {
    const next = readAnswer(bytes.slice(bodyAt), method, isEnd)
    return next === null ? null : { ...next, length: bodyAt + next.length }
  }
  const headers = lines.map(headerIn)
  const hasBody = method !== "HEAD" && status !== 204 && status !== 304
  const read = hasBody ? bodyIn(bytes.slice(bodyAt), new Map(headers), isEnd) : { body: new Uint8Array(), length: 0 }
  if (read === null) return null
  return { answer: { status, headers, body: new TextDecoder().decode(read.body) }, length: bodyAt + read.length }
}

const headerIn = (line: string): readonly [string, string] => {
  const colon = line.indexOf(":")
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

/** A body and its length in bytes. */
interface ReadBody {
  readonly body: Uint8Array
  readonly length: number
}

/** The complete body; null if more must come. */
const bodyIn = (bytes: Uint8Array, headers: ReadonlyMap<string, string>, isEnd: boolean): ReadBody | null => {
  if (headers.get("transfer-encoding") === "chunked") return chunksIn(bytes)
  const length = Number(headers.get("content-length") ?? (isEnd ? bytes.length : Number.POSITIVE_INFINITY))
  return bytes.length >= length ? { body: bytes.slice(0, length), length } : null
}

const chunksIn = (bytes: Uint8Array): ReadBody | null => {
  const text = latin1.decode(bytes)
  const chunks: Array<Uint8Array> = []
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf("\r\n", at)
    if (lineEnd === -1) return null
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    at = lineEnd + 2 + size + 2
    if (bytes.length < at) return null
    if (size === 0) return { body: joined(chunks), length: at }
    chunks.push(bytes.slice(lineEnd + 2, lineEnd + 2 + size))
  }
}
