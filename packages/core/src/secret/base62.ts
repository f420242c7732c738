const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** The value of each character code in base62, or -1. */
const VALUES = new Int8Array(128).fill(-1)
for (let i = 0; i < 62; i++) VALUES[ALPHABET.charCodeAt(i)] = i

/** Writes bytes, read as one big-endian number, as exactly `length` base62 characters. The number must fit. */
export const encodeBase62 = (bytes: Uint8Array, length: number): string => {
  const digits = Uint8Array.from(bytes)
  let text = ""
  for (let at = 0; at < length; at++) {
    let remainder = 0
    for (let i = 0; i < digits.length; i++) {
      const value = remainder * 256 + (digits[i] as number)
      digits[i] = Math.floor(value / 62)
      remainder = value % 62
    }
    text = ALPHABET.charAt(remainder) + text
  }
  return text
}

/** Reads base62 text as a big-endian number of exactly `size` bytes; null when a character is foreign or the number is larger. */
export const decodeBase62 = (text: string, size: number): Uint8Array | null => {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < text.length; at++) {
    let carry = VALUES[text.charCodeAt(at)] ?? -1
    if (carry < 0) return null
    for (let i = size - 1; i >= 0; i--) {
      const value = (bytes[i] as number) * 62 + carry
      bytes[i] = value & 255
      carry = value >> 8
    }
    if (carry !== 0) return null
  }
  return bytes
}

/** Whether every character of the text is a base62 digit. */
export const isBase62 = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if ((VALUES[text.charCodeAt(at)] ?? -1) < 0) return false
  return true
}
