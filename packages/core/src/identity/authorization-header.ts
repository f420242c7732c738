/** What an `Authorization` header says. Nothing is looked up yet: a `Bearer` or `Basic` is well formed, not known. */
export type Authorization =
  | { readonly _tag: "None" }
  | { readonly _tag: "Bearer"; readonly token: string }
  | { readonly _tag: "Basic"; readonly user: string; readonly password: string }
  /** A scheme we do not serve: 401. */
  | { readonly _tag: "Unsupported" }
  /** No scheme at all, or more than one credential: 400. */
  | { readonly _tag: "Malformed" }
  /** A scheme we serve, with something that cannot be its credential: 401. */
  | { readonly _tag: "Invalid" }

const NONE: Authorization = { _tag: "None" }
const UNSUPPORTED: Authorization = { _tag: "Unsupported" }
const MALFORMED: Authorization = { _tag: "Malformed" }
const INVALID: Authorization = { _tag: "Invalid" }

/** Refused before it is decoded (HDR-04). Servers stop at 8 to 16 kB of header, so no honest credential is longer. */
const LONGEST_CREDENTIAL_BYTES = 8192

/** RFC 6750 §2.1, b64token. */
const BEARER_TOKEN = /^[A-Za-z0-9._~+/-]+=*$/
/** RFC 4648 §4 and §3.5 in groups of four: before padding, only the characters whose unused bits are zero. */
const BASE64 = /^[A-Za-z0-9+/]+(?:[AEIMQUYcgkosw048]=|[AQgw]==)?$/
/** Most user names and all our credentials: bytes that need no decoding. */
const PRINTABLE_ASCII = /^[ -~]*$/
/** RFC 9110 §5.6.2, the only characters an authentication scheme may have. */
const SCHEME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** A scheme we serve after a comma: headers sent twice arrive joined by commas, whatever the first one was. */
const SECOND_CREDENTIAL = /,[ \t]*(?:bearer|basic)(?: |$)/i

/**
 * Reads an `Authorization` header (RFC 9110 §11.6.2, RFC 6750 §2.1, RFC 7617 §2; HDR-01, HDR-02, HDR-03, HDR-04, BAS-01). Total: no
 * text makes it throw. The scheme counts in any case, exactly one space follows it, and nothing is trimmed or repaired.
 * A header that was sent twice is `Malformed` in every adapter, because those that join and those that keep the first
 * must not differ in whom they let in.
 */
export const parseAuthorization = (header: string | null): Authorization => {
  if (header === null) return NONE
  const space = header.indexOf(" ")
  const scheme = space === -1 ? header : header.slice(0, space)
  if (scheme === "Bearer") return bearer(header.slice(7))
  switch (schemeName(scheme)) {
    case "bearer":
      return bearer(header.slice(scheme.length + 1))
    case "basic":
      return basic(header.slice(scheme.length + 1))
    case "other":
      return SECOND_CREDENTIAL.test(header) ? MALFORMED : UNSUPPORTED
    case "none":
      return brokenScheme(scheme)
  }
}

const schemeName = (scheme: string): "bearer" | "basic" | "other" | "none" => {
  const name = scheme.length > 6 ? "" : scheme.toLowerCase()
  if (name === "bearer" || name === "basic") return name
  return SCHEME.test(scheme) ? "other" : "none"
}

/**
 * A scheme we serve, followed by a tab or another control character, is a bad credential. Anything else has no scheme.
 */
const brokenScheme = (scheme: string): Authorization =>
  !scheme.includes(",") && hasControl(scheme) && /^(?:bearer|basic)/i.test(scheme) ? INVALID : MALFORMED

const bearer = (token: string): Authorization =>
  token.length <= LONGEST_CREDENTIAL_BYTES && BEARER_TOKEN.test(token) ? { _tag: "Bearer", token } : refused(token)

const basic = (encoded: string): Authorization => {
  if (encoded.length > LONGEST_CREDENTIAL_BYTES || encoded.length % 4 !== 0 || !BASE64.test(encoded))
    return refused(encoded)
  const text = decodeUtf8(atob(encoded))
  const colon = text === null ? -1 : text.indexOf(":")
  if (text === null || colon === -1 || hasControl(text)) return INVALID
  return { _tag: "Basic", user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Our credentials hold no comma, so one means that a second credential follows. */
const refused = (credential: string): Authorization => (credential.includes(",") ? MALFORMED : INVALID)

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/**
 * The text of a string of bytes; null when they are not UTF-8. Then the text has replacement characters, which encode
 * differently. A decoder with `fatal: true` would throw at hostile bytes.
 */
const decodeUtf8 = (binary: string): string | null => {
  if (PRINTABLE_ASCII.test(binary)) return binary
  const bytes = Uint8Array.from(binary, (byte) => byte.charCodeAt(0))
  const text = decoder.decode(bytes)
  const again = encoder.encode(text)
  return again.length === bytes.length && again.every((byte, at) => byte === bytes[at]) ? text : null
}

/** RFC 5234 CTL: what RFC 7617 §2 forbids in a user name and a password. */
const hasControl = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}
