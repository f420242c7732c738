import type { Head } from "./head.ts"

/**
 * The WWW-Authenticate header of a 401 (RFC 9110 §11.6.1): one line, Basic first, because docker and git read no other
 * form; a browser's own request gets only Bearer, so that no password pop-up opens (wire §5). `hadBearer`: a bearer token
 * was sent and refused (RFC 6750 §3). Constants only: nothing of the request comes back (HDR-07).
 */
export const challengeFor = (head: Head, hadBearer: boolean): string => {
  const bearer = hadBearer ? 'Bearer realm="latchkey", error="invalid_token"' : 'Bearer realm="latchkey"'
  return head.header("sec-fetch-mode") === null ? `Basic realm="latchkey", charset="UTF-8", ${bearer}` : bearer
}
