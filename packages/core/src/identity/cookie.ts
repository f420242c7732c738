/** Two cookies of the wanted name came with different values, so that neither can be trusted. */
export const AMBIGUOUS: unique symbol = Symbol.for("@latchkey/core/two cookies of one name")

const SPACE = 0x20
const TAB = 0x09
const SEMICOLON = 0x3b
const EQUALS = 0x3d

/**
 * The value of one cookie in a `Cookie` header (RFC 6265 §5.4), as it was sent: neither unquoted nor percent-decoded,
 * since our values need neither (COO-04). Null when it is absent. `AMBIGUOUS` when it came twice with different values:
 * a sibling domain may have planted one of them, and which is first tells nothing (COO-03). Total, linear, and it makes
 * no object of the other cookies, whatever they are called (COO-05).
 */
export const readCookie = (header: string | null, name: string): string | null | typeof AMBIGUOUS => {
  if (header === null) return null
  let found: string | null = null
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + name.length)) {
    const equals = at + name.length
    if (header.charCodeAt(equals) !== EQUALS || !startsPair(header, at)) continue
    const value = valueFrom(header, equals + 1)
    if (found !== null && found !== value) return AMBIGUOUS
    found = value
  }
  return found
}

/** Whether a cookie begins here: at the start or behind a semicolon, with spaces or tabs at most between. */
const startsPair = (header: string, at: number): boolean => {
  let before = at - 1
  while (before >= 0 && isBlank(header.charCodeAt(before))) before--
  return before < 0 || header.charCodeAt(before) === SEMICOLON
}

const valueFrom = (header: string, start: number): string => {
  const semicolon = header.indexOf(";", start)
  let end = semicolon === -1 ? header.length : semicolon
  while (end > start && isBlank(header.charCodeAt(end - 1))) end--
  while (start < end && isBlank(header.charCodeAt(start))) start++
  return header.slice(start, end)
}

const isBlank = (code: number): boolean => code === SPACE || code === TAB
