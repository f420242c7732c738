import type * as Brand from "effect/Brand"
import { nominal } from "../vocabulary/nominal.ts"
import { uuidBytes, uuidText, uuidV7 } from "./uuid.ts"

/** A user's id: a UUID version 7 in lower case. It names a user and proves nothing. */
export type UserId = string & Brand.Brand<"UserId">

/** Marks text as a user id without checking it: for ids that come out of a store. */
export const UserId = nominal<UserId>()

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Reads a user id from outside, in either case; null when it is not a UUID. */
export const parseUserId = (text: string): UserId | null => {
  const lower = text.toLowerCase()
  return FORM.test(lower) ? UserId(lower) : null
}

export const newUserId = (now: number, random: Uint8Array): UserId => UserId(uuidV7(now, random))

/** The bytes of an id. Throws when a store returns an id that core did not make: its credentials would belong to nobody. */
export const userIdBytes = (id: UserId): Uint8Array => {
  if (!FORM.test(id)) throw new Error(`the user id "${id}" must be a UUID in lower case`)
  return uuidBytes(id)
}

export const userIdFromBytes = (bytes: Uint8Array): UserId => UserId(uuidText(bytes))
