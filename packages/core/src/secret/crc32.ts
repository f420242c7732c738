const TABLE = new Uint32Array(256)
for (let n = 0; n < 256; n++) {
  let value = n
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  TABLE[n] = value
}

/** CRC-32 (IEEE 802.3) of ASCII text, as four big-endian bytes. Catches typing errors; proves nothing. */
export const crc32 = (ascii: string): Uint8Array => {
  let value = 0xffffffff
  for (let at = 0; at < ascii.length; at++) {
    value = (TABLE[(value ^ ascii.charCodeAt(at)) & 255] as number) ^ (value >>> 8)
  }
  const sum = ~value >>> 0
  return Uint8Array.of(sum >>> 24, sum >>> 16, sum >>> 8, sum)
}
