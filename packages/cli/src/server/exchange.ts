import { Aborted } from "./server-errors.ts"

/** How requests are sent. */
export interface Link {
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal | null
  /** Milliseconds until an answer must be there, its body included. */
  readonly timeout: number
}

/** What came back. Only `json` may be believed; `other` is an answer that cannot be, and `failed` is none. */
export type Answer = JsonAnswer | OtherAnswer | { readonly kind: "failed"; readonly reason: string }

export interface JsonAnswer {
  readonly kind: "json"
  readonly status: number
  readonly retryAfter: number | null
  readonly body: JsonObject
}

export interface OtherAnswer {
  readonly kind: "other"
  readonly status: number
  readonly retryAfter: number | null
  readonly reason: string
}

export type JsonObject = Readonly<Record<string, unknown>>

/** The longest answer that is read. Metadata of large servers have 10 kB. */
const LONGEST = 64 * 1024

/** Longer waits than this are for people to decide. */
const LONGEST_WAIT = 3600

/**
 * Sends one request and reads a small JSON object. Follows no redirect: it would carry a secret to wherever it points.
 * Fails with `Aborted` only.
 */
export const exchange = async (link: Link, url: string, init: RequestInit = {}): Promise<Answer> => {
  if (link.signal?.aborted) throw new Aborted()
  const limit = new AbortController()
  const stop = () => limit.abort()
  const timer = setTimeout(stop, link.timeout)
  link.signal?.addEventListener("abort", stop)
  try {
    const headers = { Accept: "application/json", "User-Agent": USER_AGENT, ...init.headers }
    const response = await link.fetch(url, { ...init, headers, redirect: "manual", signal: limit.signal })
    return await readAnswer(response)
  } catch (error) {
    if (link.signal?.aborted) throw new Aborted()
    return { kind: "failed", reason: limit.signal.aborted ? "timeout" : failureCode(error) }
  } finally {
    clearTimeout(timer)
    link.signal?.removeEventListener("abort", stop)
  }
}

/** A form, as RFC 6749 sends its requests. Fields without a value are left out. */
export const formOf = (fields: Readonly<Record<string, string | undefined>>): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined))
})

/** Shown to the person who approves, beside the name that the program gives itself. */
const USER_AGENT = `latchkey-cli (${process.platform})`

const readAnswer = async (response: Response): Promise<Answer> => {
  const { status } = response
  const retryAfter = readRetryAfter(response.headers.get("retry-after"))
  const other = (reason: string): Answer => ({ kind: "other", status, retryAfter, reason })
  if (response.type === "opaqueredirect" || (status >= 300 && status < 400)) {
    await response.body?.cancel()
    return other("it answers with a redirect")
  }
  const text = await readText(response)
  if (text === null) return other(`its answer has more than ${LONGEST} bytes`)
  const body = readObject(text)
  return body === null ? other("its answer is not a JSON object") : { kind: "json", status, retryAfter, body }
}

const readText = async (response: Response): Promise<string | null> => {
  if (response.body === null) return ""
  const decoder = new TextDecoder()
  let text = ""
  let length = 0
  for await (const chunk of response.body) {
    length += chunk.byteLength
    if (length > LONGEST) return null // leaving the loop cancels the rest
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

const readObject = (text: string): JsonObject | null => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
  } catch {
    return null
  }
}

/** Seconds; the other form of the header, a date, depends on two clocks and is passed over. */
const readRetryAfter = (header: string | null): number | null =>
  header !== null && /^\d{1,9}$/.test(header.trim()) ? Math.min(Number(header), LONGEST_WAIT) : null

/** The name of a failure, such as ECONNREFUSED. Never its message. */
const failureCode = (error: unknown): string => {
  for (const one of [error instanceof Error ? error.cause : null, error]) {
    const code = (one as { code?: unknown } | null | undefined)?.code
    if (typeof code === "string" && /^[A-Za-z][\w-]{0,60}$/.test(code)) return code
  }
  return "network failure"
}
