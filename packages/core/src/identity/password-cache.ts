import { hmac } from "@oslojs/crypto/hmac"
import { SHA256 } from "@oslojs/crypto/sha2"
import { encodeHexLowerCase } from "@oslojs/encoding"
import { recent } from "../vocabulary/recent.ts"
import { type Instant, MINUTE_MS } from "../vocabulary/time.ts"

/** How long a right password is not hashed again (BAS-08). */
const REMEMBERED_FOR_MS = MINUTE_MS

/** About 1 MB at most. */
const MOST_REMEMBERED = 5_000

const encoder = new TextEncoder()

/** Remembers for a minute which passwords were right, under names that tell nothing without this process's own key. */
export interface PasswordCache {
  /** A name for someone and their password. `who` holds everything on which it depends whether the password is right. */
  readonly nameOf: (who: ReadonlyArray<string | number>, password: string) => string
  /** When the password was last right; null for never, or too long ago. */
  readonly recall: (name: string, now: Instant) => Instant | null
  readonly remember: (name: string, at: Instant) => void
}

export const makePasswordCache = (processKey: Uint8Array): PasswordCache => {
  const rightAt = recent<string, Instant>(MOST_REMEMBERED)
  return {
    nameOf: (who, password) =>
      encodeHexLowerCase(hmac(SHA256, processKey, encoder.encode(JSON.stringify([...who, password])))),
    recall: (name, now) => {
      const at = rightAt.get(name)
      // Not `isWithin`: all these times are of one clock, so a time in the future means that the clock was set back.
      return at !== undefined && at <= now && now < at + REMEMBERED_FOR_MS ? at : null
    },
    remember: rightAt.set
  }
}
