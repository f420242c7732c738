import { authorizationScheme } from "@latchkey/core"
import type { Head } from "./head.ts"

/** RFC 7617 §2.1 (BAS-04). */
const BASIC = 'Basic realm="latchkey", charset="UTF-8"'

/**
 * The WWW-Authenticate header of a 401 (RFC 9110 §11.6.1): one line, Basic first, because docker and git read no other
 * form; a browser's own request gets only Bearer, so that no password pop-up opens (wire.md §5). A bearer token that was sent
 * is named as invalid, for any reason (RFC 6750 §3.1, HDR-06). In mode `basic` the pop-up is wanted, so all clients get the same line.
 * Constants only: the header repeats nothing of the request (HDR-07).
 */
export const challengeFor = (head: Head, mode: "session" | "basic"): string => {
  if (mode === "basic") return BASIC
  const isBearerSent = authorizationScheme(head.header("authorization")) === "bearer"
  const bearer = isBearerSent ? 'Bearer realm="latchkey", error="invalid_token"' : 'Bearer realm="latchkey"'
  return head.header("sec-fetch-mode") === null ? `${BASIC}, ${bearer}` : bearer
}

/** RFC 6749 §3.3: what a scope in a header may consist of. A host's own policy may name one that is not of this form. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** The WWW-Authenticate header of a 403 for a scope that the credential lacks (RFC 6750 §3.1, HDR-09). */
export const scopeChallenge = (scope: string): string => {
  const challenge = 'Bearer realm="latchkey", error="insufficient_scope"'
  return SCOPE.test(scope) ? `${challenge}, scope="${scope}"` : challenge
}
