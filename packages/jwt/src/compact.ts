import { hasRepeatedKey } from "./repeated-key.ts"

export type JsonObject = Readonly<Record<string, unknown>>

/** The two readable parts of a JWS in its compact form. Nothing is verified yet. */
export interface Compact {
  readonly header: JsonObject
  readonly payload: JsonObject
}

/** Our own have at most a sixth of it. */
export const LONGEST_TOKEN = 4_096

/** RFC 4648 §5 without padding, in groups of four; the last characters only those whose unused bits are zero: one text for one token. */
const BASE64URL = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]|[A-Za-z0-9_-][AQgw])?$/

/** Exactly three parts, none empty, each of them canonical; the first two are JSON objects without repeated keys (JWT-06). */
export const parseCompact = (text: string): Compact | null => {
  if (text.length > LONGEST_TOKEN) return null
  const [first, second, third, ...more] = text.split(".", 4)
  if (!first || !second || !third || more.length > 0) return null
  if (!BASE64URL.test(first) || !BASE64URL.test(second) || !BASE64URL.test(third)) return null
  const header = readObject(first)
  const payload = header === null ? null : readObject(second)
  return header === null || payload === null ? null : { header, payload }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const readObject = (part: string): JsonObject | null => {
  try {
    const binary = atob(part.replaceAll("-", "+").replaceAll("_", "/"))
    const json = decoder.decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)))
    const value: unknown = JSON.parse(json)
    return isObject(value) && !hasRepeatedKey(json) ? value : null
  } catch {
    return null // no UTF-8, or no JSON
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Whether an object has exactly these keys of its own, in any order. */
export const hasExactly = (object: JsonObject, keys: ReadonlyArray<string>): boolean => {
  const own = Object.keys(object)
  return own.length === keys.length && keys.every((key) => Object.hasOwn(object, key))
}
