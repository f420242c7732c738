/** A request to send. Only `Host` and the headers for a body are added to it. */
export interface WireRequest {
  /** Default GET, or POST if there is a body. */
  readonly method?: string
  readonly target: string
  /** In this order; a list of pairs can name a header twice. */
  readonly headers?: Readonly<Record<string, string>> | ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: string | Uint8Array
  /** A body of fields, as a page's form sends it. */
  readonly form?: Readonly<Record<string, string>>
  /** A body of JSON. */
  readonly json?: unknown
}

/** A complete request. */
export interface CompleteRequest {
  readonly method: string
  readonly target: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Uint8Array | null
}

const encoder = new TextEncoder()

/** Completes a request with the defaults. */
export const complete = (request: WireRequest): CompleteRequest => {
  const { type, text } = bodyOf(request)
  const body = typeof text === "string" ? encoder.encode(text) : text
  const given = headersOf(request)
  const isGiven = (name: string): boolean => given.some(([each]) => each.toLowerCase() === name)
  const added: ReadonlyArray<readonly [string, string]> = type === null ? [] : [["Content-Type", type]]
  return {
    method: request.method ?? (body === null ? "GET" : "POST"),
    target: request.target,
    headers: [...given, ...added.filter(([name]) => !isGiven(name.toLowerCase()))],
    body
  }
}

const headersOf = ({ headers = [] }: WireRequest): CompleteRequest["headers"] =>
  isList(headers) ? headers : Object.entries(headers)

const isList = (headers: NonNullable<WireRequest["headers"]>): headers is CompleteRequest["headers"] =>
  Array.isArray(headers)

const bodyOf = ({ body, form, json }: WireRequest): { type: string | null; text: string | Uint8Array | null } => {
  if (form !== undefined) {
    return { type: "application/x-www-form-urlencoded", text: new URLSearchParams(form).toString() }
  }
  if (json !== undefined) return { type: "application/json", text: JSON.stringify(json) }
  return { type: null, text: body ?? null }
}

/** A request as bytes: its head in Latin-1, so that a header may hold any byte, and its body unchanged. */
export const requestBytes = (request: WireRequest): Uint8Array => {
  const { method, target, headers, body } = complete(request)
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(names.has("host") ? [] : ["Host: latchkey.test"]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === null || names.has("content-length") || names.has("transfer-encoding")
      ? []
      : [`Content-Length: ${body.length}`])
  ]
  return joined([latin1(`${lines.join("\r\n")}\r\n\r\n`), body ?? new Uint8Array()])
}

/** Text as one byte for each character. */
export const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

export const joined = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
