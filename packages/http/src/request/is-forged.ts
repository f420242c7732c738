/**
 * What decides whether a request was sent by a page of another site. `method` is the method of the request line and
 * nothing else: no header or field replaces it (CSR-09).
 */
export interface RequestOrigin {
  readonly method: string
  /** `Sec-Fetch-Site`. Browsers write it themselves; no page can change it. */
  readonly site: string | null
  /** `Origin`. */
  readonly origin: string | null
  readonly contentType: string | null
  /**
   * The one credential that will be believed. An `Authorization` header excludes the cookie, so `"bearer"` means no
   * cookie is read.
   */
  readonly credential: "none" | "cookie" | "basic" | "bearer"
}

export interface OriginPolicy {
  /** Scheme, host and port under which people reach us, as `URL.origin` writes it. Never the `Host` header (CSR-02). */
  readonly publicOrigin: string
  /** Further origins whose pages may act here, each written exactly as browsers send it. */
  readonly trustedOrigins: ReadonlyArray<string>
  /** Whether a form post with a session cookie is believed though neither header came. For old programs only. */
  readonly allowNoFetchMetadata: boolean
}

/**
 * Whether a request that changes something was sent by a page of another site (CSR-01, CSR-02, after Go's
 * `http.CrossOriginProtection`). It holds without a credential too, since a forged login is an attack as well (CSR-03),
 * and for Basic, which browsers repeat by themselves (CSR-04). Only a bearer token is exempt: no page can make a
 * browser add it. Programs send neither header and pass, except with a form post and a session cookie, which is what a
 * browser too old for both headers would be made to send.
 */
export const isForged = (request: RequestOrigin, policy: OriginPolicy): boolean => {
  if (isSafe(request.method) || request.credential === "bearer") return false
  const isTrusted = request.origin !== null && policy.trustedOrigins.includes(request.origin)
  if (request.site) return !(request.site === "same-origin" || request.site === "none" || isTrusted)
  if (request.origin) return !(request.origin === policy.publicOrigin || isTrusted)
  return request.credential === "cookie" && isFormPost(request.contentType) && !policy.allowNoFetchMetadata
}

/** RFC 9110 §9.2.1, without TRACE, which we do not serve. */
const isSafe = (method: string): boolean => method === "GET" || method === "HEAD" || method === "OPTIONS"

/** The three encodings an HTML form can have. */
const isFormPost = (contentType: string | null): boolean =>
  contentType !== null &&
  /^[ \t]*(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)(?![^;, \t])/i.test(contentType)
