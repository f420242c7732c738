import type { WireAnswer } from "./answer.ts"
import { joined } from "./request.ts"

/** One character for each byte, so that places in the text are places in the bytes. */
const latin1 = new TextDecoder("latin1")

/** An answer, and how many bytes it took: what comes behind them is the next one's. */
export interface ReadAnswer {
  readonly answer: WireAnswer
  readonly length: number
}

/**
 * Reads one answer (RFC 9112) out of the bytes that came so far; null when it is not whole yet. `isEnd` tells that no more
 * will come, which is how an answer without a length ends. Answers that announce another one (1xx) are passed over.
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

/** A body, and how many bytes it took. */
interface ReadBody {
  readonly body: Uint8Array
  readonly length: number
}

/** The body, all of it; null when more must come. */
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
