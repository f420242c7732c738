import { isRequestId } from "@latchkey/core"
import type { Head } from "./head.ts"

/** How a host names requests. */
export type ChooseRequestId = (head: Head) => string | null | undefined

/** The id of a request, which its events and its log lines have in common (AUD-11). The same at every call. */
export type RequestIds = (head: Head) => string

/**
 * The id that the host chose, if it is safe to write down, or else a random one. It is made when somebody first asks for it, because
 * nearly all requests need none, and is kept with what the framework has one of for each request. A choice that throws counts as
 * none: the event that asks for it must not be lost.
 */
export const makeRequestIds = (choose: ChooseRequestId | undefined, warn: (text: string) => void): RequestIds => {
  const known = new WeakMap<object, string>()
  let hasWarned = false

  const chosen = (head: Head): string | null => {
    try {
      const id = choose?.(head) ?? null
      return typeof id === "string" && isRequestId(id) ? id : null
    } catch {
      if (!hasWarned) warn("requestId threw, so requests get a random id. It must return text or null, and at once.")
      hasWarned = true
      return null
    }
  }

  return (head) => {
    const key = head.request ?? head
    const before = known.get(key)
    if (before !== undefined) return before
    const id = chosen(head) ?? globalThis.crypto.randomUUID()
    known.set(key, id)
    return id
  }
}

/** An id as the `instance` of a problem: a URI, or the part of one behind the address that was asked (RFC 9457 §3.1.5). */
export const instanceOf = (id: string): string => (UUID.test(id) ? `urn:uuid:${id}` : `#${id}`)

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
