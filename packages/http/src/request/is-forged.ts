/**
 * The head of a request. `method` is the method in the request line. No header or field overrides it (CSR-09). Of a request
 * whose method changes nothing only `Upgrade` is read.
 */
export interface RequestHead {
  readonly method: string
  header(name: string): string | null
}

/**
 * The one credential that counts. An `Authorization` header excludes the cookie, so with `"bearer"` no cookie is read.
 */
export type CredentialKind = "none" | "cookie" | "basic" | "bearer"

export interface OriginPolicy {
  /** Scheme, host and port at which people reach us, as `URL.origin` writes it. Never the `Host` header (CSR-02). */
  readonly publicOrigin: string
  /** Further origins whose pages may act here, each written exactly as browsers send it. */
  readonly trustedOrigins: ReadonlyArray<string>
  /** Whether to accept a form post with a session cookie but without both headers. For old programs only. */
  readonly allowNoFetchMetadata: boolean
  readonly credentialKind: (head: RequestHead) => CredentialKind
}

/**
 * Whether a request that changes something was sent by a page of another site (CSR-01, CSR-02, after Go's
 * `http.CrossOriginProtection`). It holds without a credential too, because a forged login is an attack as well (CSR-03),
 * and for Basic, which browsers repeat by themselves (CSR-04). Only a bearer token is exempt, because no page can make a
 * browser add it. Programs send neither header and pass, except with a form post and a session cookie, which is what a
 * browser too old for both headers would be made to send.
 *
 * A WebSocket begins with a GET, and then carries requests that change something, with the cookies that the browser sent. So
 * it is judged like a POST (CSR-12). Browsers let every page open one, and always say of which origin the page is.
 */
export const isForged = (head: RequestHead, policy: OriginPolicy): boolean => {
  if (isSafe(head.method) && !opensWebSocket(head)) return false
  const credential = policy.credentialKind(head)
  if (credential === "bearer") return false
  /** Browsers write it themselves, and no page can change it. */
  const site = head.header("sec-fetch-site")
  const origin = head.header("origin")
  const isTrusted = origin !== null && policy.trustedOrigins.includes(origin)
  if (site) return !(site === "same-origin" || site === "none" || isTrusted)
  if (origin) return !(origin === policy.publicOrigin || isTrusted)
  return credential === "cookie" && isFormPost(head.header("content-type")) && !policy.allowNoFetchMetadata
}

/** What may come from anywhere, since no row with such a method changes anything (CSR-06). RFC 9110 §9.2.1, without TRACE, which we do not support. */
const isSafe = (method: string): boolean => method === "GET" || method === "HEAD" || method === "OPTIONS"

const opensWebSocket = (head: RequestHead): boolean => /\bwebsocket\b/i.test(head.header("upgrade") ?? "")

/** The three encodings an HTML form can have. */
const isFormPost = (contentType: string | null): boolean =>
  contentType !== null &&
  /^[ \t]*(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)(?![^;, \t])/i.test(contentType)
