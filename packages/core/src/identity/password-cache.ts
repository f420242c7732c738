import { hmac } from "@oslojs/crypto/hmac"
import { SHA256 } from "@oslojs/crypto/sha2"
import { encodeHexLowerCase } from "@oslojs/encoding"
import type { Instant } from "../user/user.ts"

/** How long a right password is believed without being hashed again (BAS-08). */
const BELIEVED_FOR = 60_000

/** Some megabyte at most. */
const MOST_REMEMBERED = 5_000

const encoder = new TextEncoder()

/** Remembers which passwords were right, for a minute, under names that tell nothing without this process's own key. */
export interface PasswordCache {
  /** A name for someone and their password. `who` holds all that the password's being right depends on. */
  readonly nameOf: (who: ReadonlyArray<string | number>, password: string) => string
  /** When the password was found right; null when that was never, or too long ago. */
  readonly recall: (name: string, now: Instant) => Instant | null
  readonly remember: (name: string, at: Instant) => void
}

export const makePasswordCache = (processKey: Uint8Array): PasswordCache => {
  const rightAt = new Map<string, Instant>()
  return {
    nameOf: (who, password) =>
      encodeHexLowerCase(hmac(SHA256, processKey, encoder.encode(JSON.stringify([...who, password])))),
    recall: (name, now) => {
      const at = rightAt.get(name)
      return at !== undefined && at <= now && now < at + BELIEVED_FOR ? at : null
    },
    remember: (name, at) => {
      rightAt.delete(name)
      rightAt.set(name, at)
      const [oldest] = rightAt.size > MOST_REMEMBERED ? rightAt.keys() : []
      if (oldest !== undefined) rightAt.delete(oldest)
    }
  }
}
