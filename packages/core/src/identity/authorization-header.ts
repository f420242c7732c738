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
/** Without its 32 further control characters. In Windows-1252 these bytes are letters, and nothing says which was meant. */
const PRINTABLE_LATIN_1 = /^[ -~\u00a0-\u00ff]*$/
/** RFC 9110 §5.6.2, the only characters an authentication scheme may have. */
const SCHEME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** A scheme we serve after a comma: headers sent twice arrive joined by commas, whatever the first one was. */
const SECOND_CREDENTIAL = /,[ \t]*(?:bearer|basic)(?: |$)/i

/**
 * Reads an `Authorization` header (RFC 9110 §11.6.2, RFC 6750 §2.1, RFC 7617 §2; HDR-01, HDR-02, HDR-03, HDR-04, BAS-01). Total: no
 * text makes it throw. The scheme counts in any case, and one or more spaces follow it (`1*SP`, so no tab). Nothing is repaired.
 * A header that was sent twice is `Malformed` in every adapter, because those that join and those that keep the first
 * must not differ in whom they let in.
 */
export const parseAuthorization = (header: string | null): Authorization => {
  if (header === null) return NONE
  const scheme = schemeIn(header)
  switch (nameOf(scheme)) {
    case "bearer":
      return bearer(credentialBehind(scheme, header))
    case "basic":
      return basic(credentialBehind(scheme, header))
    case "other":
      return SECOND_CREDENTIAL.test(header) ? MALFORMED : UNSUPPORTED
    case "none":
      return brokenScheme(scheme)
  }
}

/** The scheme of a header, whatever follows it, as `parseAuthorization` reads it. Null if there is no header. */
export const authorizationScheme = (header: string | null): "bearer" | "basic" | "other" | null => {
  if (header === null) return null
  const name = nameOf(schemeIn(header))
  return name === "none" ? "other" : name
}

const schemeIn = (header: string): string => {
  const space = header.indexOf(" ")
  return space === -1 ? header : header.slice(0, space)
}

const nameOf = (scheme: string): "bearer" | "basic" | "other" | "none" => {
  if (scheme === "Bearer") return "bearer" // how nearly all clients write it
  const name = scheme.length > 6 ? "" : scheme.toLowerCase()
  if (name === "bearer" || name === "basic") return name
  return SCHEME.test(scheme) ? "other" : "none"
}

const credentialBehind = (scheme: string, header: string): string => {
  let at = scheme.length
  while (header[at] === " ") at++
  return header.slice(at)
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
  const text = decode(atob(encoded))
  const colon = text === null ? -1 : text.indexOf(":")
  if (text === null || colon === -1 || hasControl(text)) return INVALID
  return { _tag: "Basic", user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Our credentials hold no comma, so one means that a second credential follows. */
const refused = (credential: string): Authorization => (credential.includes(",") ? MALFORMED : INVALID)

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

/**
 * The text of a string of bytes: in UTF-8, as our challenge asks for, or else in Latin-1, which Python's requests and older
 * clients send whatever they are asked for (RFC 7617 §2.1, BAS-10). Bytes that are valid in both are UTF-8. Null when they
 * are text in neither. When bytes are not UTF-8, the decoded text has replacement characters, which encode differently. A
 * decoder with `fatal: true` would throw at hostile bytes.
 */
const decode = (binary: string): string | null => {
  if (PRINTABLE_ASCII.test(binary)) return binary
  const bytes = Uint8Array.from(binary, (byte) => byte.charCodeAt(0))
  const text = decoder.decode(bytes)
  const again = encoder.encode(text)
  const isUtf8 = again.length === bytes.length && again.every((byte, at) => byte === bytes[at])
  if (isUtf8) return text
  return PRINTABLE_LATIN_1.test(binary) ? binary : null // a string of bytes is its own text in Latin-1
}

/** RFC 5234 CTL: what RFC 7617 §2 forbids in a user name and a password. */
const hasControl = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}
