import { decodeBase64IgnorePadding, decodeHex } from "@oslojs/encoding"
import { BASE64 } from "../phc.ts"

/** The forms in which old systems write bytes. */
export type BytesForm = "base64" | "base64 with dots" | "hexadecimal" | "text"

const COMPLETE = new RegExp(`^${BASE64}$`)
const HEXADECIMAL = /^(?:[0-9a-f]{2})*$/
const encoder = new TextEncoder()

/** The bytes behind a text; null when some are missing, so that a hash that a column cut off is not read (PWD-16). */
export const bytesOf = (text: string, form: BytesForm): Uint8Array | null => {
  if (form === "text") return encoder.encode(text)
  if (form === "hexadecimal") return HEXADECIMAL.test(text) ? decodeHex(text) : null
  const base64 = form === "base64" ? text.replace(/={1,2}$/, "") : text.replaceAll(".", "+")
  return COMPLETE.test(base64) ? decodeBase64IgnorePadding(base64) : null
}
