/** A UUID version 7 (RFC 9562 §5.7): sorts by time of making; an id, never a secret. */
export const uuidV7 = (now: number, random: Uint8Array): string => {
  const bytes = Uint8Array.from(random.subarray(0, 16))
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 256 ** (5 - i)) & 255
  return versioned(bytes, 7)
}

/** A UUID version 8 (RFC 9562 §5.8) of a hash: from the same hash always the same id. Needs sixteen bytes, and ignores others. */
export const uuidV8 = (hash: Uint8Array): string => versioned(Uint8Array.from(hash.subarray(0, 16)), 8)

/** Writes the version and the variant into bytes of its caller's own. */
const versioned = (bytes: Uint8Array, version: number): string => {
  bytes[6] = (version << 4) | ((bytes[6] as number) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f)
  return uuidText(bytes)
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))

/** Sixteen bytes as lower-case UUID text. */
export const uuidText = (bytes: Uint8Array): string => {
  let text = ""
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-"
    text += HEX[bytes[i] as number]
  }
  return text
}

/** The sixteen bytes of UUID text; the text must be well formed. */
export const uuidBytes = (uuid: string): Uint8Array => {
  const hex = uuid.replaceAll("-", "")
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16))
}
