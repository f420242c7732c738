import { bodyKind } from "./content-type.ts"
import type { Body, BodyProblem } from "./fields.ts"
import { formFields, multipartFields, parsedFormFields } from "./form-body.ts"
import { HostMistake } from "./host-mistake.ts"
import { jsonFields, jsonValueFields } from "./json-body.ts"

/** Larger than any of our forms. Checked before anything is parsed (REG-09). */
const LIMIT = 64 * 1024

const TOO_LARGE: BodyProblem = { _tag: "BodyProblem", status: 413, detail: "Content Too Large" }
export const UNSUPPORTED: BodyProblem = { _tag: "BodyProblem", status: 415, detail: "Unsupported Media Type" }
const UNREADABLE: BodyProblem = { _tag: "BodyProblem", status: 400, detail: "The body could not be read" }
const NOT_UTF8: BodyProblem = { _tag: "BodyProblem", status: 400, detail: "The body is not UTF-8" }

/** Something in front of us has read the body and kept nothing of it. */
class BodyWasRead extends HostMistake {
  override readonly name = "BodyWasRead"

  constructor() {
    super(
      "The body was read before Latchkey could read it, and was not kept. Mount Latchkey's routes in front of everything " +
        "that reads bodies, or use a parser that keeps the result where the adapter finds it."
    )
  }
}

/**
 * Reads a request's body as named fields: JSON, or either encoding of a form, and nothing else (CSR-07). It reads at most
 * 64 kB, regardless of `Content-Length` (REG-09). An empty body has no fields. The same rules apply to all encodings: valid
 * UTF-8, well-formed text, no name twice, and no name that could reach a prototype (REG-03, REG-04, INP-06). `parsed` is
 * what a parser in front of us has already read. Throws if something else has consumed the body.
 */
export const readBody = async (request: Request, parsed?: unknown): Promise<Body> => {
  const contentType = request.headers.get("content-type")
  if (Number(request.headers.get("content-length")) > LIMIT) return TOO_LARGE
  if (parsed !== undefined) return fromParsed(parsed, contentType)
  if (request.bodyUsed) throw new BodyWasRead()
  if (request.body === null) return noFields
  const bytes = await readWithinLimit(request.body)
  return bytes instanceof Uint8Array ? fromBytes(bytes, contentType) : bytes
}

/**
 * The same for a body that a parser in front of us has read, such as those of Express: its text, its bytes, or the
 * object made of them. What such a parser dropped is lost: if JSON contained a name twice, the last value counts.
 */
export const fromParsed = async (value: unknown, contentType: string | null): Promise<Body> => {
  if (typeof value === "string") return fromParsed(new TextEncoder().encode(value), contentType)
  if (value instanceof Uint8Array) {
    return value.length > LIMIT ? TOO_LARGE : fromBytes(Uint8Array.from(value), contentType)
  }
  if (isNothing(value)) return noFields
  const kind = bodyKind(contentType)
  if (kind === null) return UNSUPPORTED
  const isForm = kind !== "json" && typeof value === "object" && value !== null && !Array.isArray(value)
  return isForm ? parsedFormFields(value) : jsonValueFields(value)
}

const fromBytes = async (bytes: Uint8Array<ArrayBuffer>, contentType: string | null): Promise<Body> => {
  if (bytes.length === 0) return noFields
  const kind = bodyKind(contentType)
  if (kind === null || contentType === null) return UNSUPPORTED
  const text = decode(bytes)
  if (text === null) return NOT_UTF8
  if (kind === "json") return jsonFields(text)
  return kind === "form" ? formFields(text) : multipartFields(bytes, contentType)
}

const noFields: Body = { _tag: "Fields", values: Object.freeze(Object.create(null)) }

/** What body parsers leave behind when there was no body. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0)

const readWithinLimit = async (body: ReadableStream): Promise<Uint8Array<ArrayBuffer> | BodyProblem> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  try {
    const reader = body.getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      if (!(read.value instanceof Uint8Array)) return UNREADABLE
      size += read.value.length
      if (size > LIMIT) return TOO_LARGE
      chunks.push(read.value)
    }
  } catch {
    return UNREADABLE
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

const decoder = new TextDecoder("utf-8", { fatal: true })

const decode = (bytes: Uint8Array): string | null => {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}
