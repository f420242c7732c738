const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** The value of each character code in base62, or -1. */
const VALUES = new Int8Array(128).fill(-1)
for (let i = 0; i < 62; i++) VALUES[ALPHABET.charCodeAt(i)] = i

/** Digits come in threes: a third of the steps, and 62³ × 256 still fits the engine's small integers. */
const GROUP = 3
const RADIX = 238_328

/** Writes bytes, read as one big-endian number, as exactly `length` base62 characters. The number must fit. */
export const encodeBase62 = (bytes: Uint8Array, length: number): string => {
  const groups = new Int32Array(Math.ceil(length / GROUP))
  for (const byte of bytes) {
    let carry = byte
    for (let i = groups.length - 1; i >= 0; i--) {
      const value = (groups[i] as number) * 256 + carry
      carry = (value / RADIX) | 0
      groups[i] = value - carry * RADIX
    }
  }
  let text = ""
  for (const group of groups) text += digit(group / 3844) + digit(group / 62) + digit(group)
  return text.slice(text.length - length)
}

const digit = (value: number): string => ALPHABET.charAt((value | 0) % 62)

/** Reads base62 text as a big-endian number of `size` bytes; null when a character is foreign or the number is larger. */
export const decodeBase62 = (text: string, size: number): Uint8Array | null => {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < text.length; at += GROUP) {
    const end = Math.min(at + GROUP, text.length)
    let radix = 1
    let carry = 0
    for (let i = at; i < end; i++) {
      const value = VALUES[text.charCodeAt(i)] ?? -1
      if (value < 0) return null
      radix *= 62
      carry = carry * 62 + value
    }
    for (let i = size - 1; i >= 0; i--) {
      const value = (bytes[i] as number) * radix + carry
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
