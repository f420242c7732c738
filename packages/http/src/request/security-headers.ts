/** A page for people, or data for programs: JSON, a redirect, nothing at all. */
export type AnswerKind = "page" | "data"

/** The headers of each kind of answer. */
export type AnswerHeaders = Readonly<Record<AnswerKind, Readonly<Record<string, string>>>>

export interface SecurityHeaderOptions {
  /**
   * Tells browsers to use only https for two years (HTM-04). Off by default, because it affects the whole host.
   */
  readonly strictTransportSecurity?: boolean
}

/**
 * Nothing runs and nothing loads but our own stylesheet and pictures; forms go to us; nobody frames or re-bases us
 * (HTM-02).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'"
].join("; ")

/**
 * The headers of every answer of ours, for each kind, made once at start (HTM-03, HTM-05, HTM-07, wire.md §1). No answer
 * is kept by a cache, guessed to be another type, framed, or loaded by a page of another site. CORS answers a host
 * allows still work: `Cross-Origin-Resource-Policy` concerns only requests made without CORS.
 *
 * `Referrer-Policy` is `no-referrer`, but `same-origin` on pages. Under `no-referrer` a form that a page posts to its
 * own origin carries `Origin: null` (Fetch, "append a request Origin header"). Browsers that send `Sec-Fetch-Site`
 * would not mind, but they send it to https and loopback only, and Safari before 16.4 never does: there the login form
 * would be refused as forged. `same-origin` tells other sites just as little, and keeps the `Origin` on our own forms.
 */
export const securityHeaders = (publicUrl: URL, options: SecurityHeaderOptions = {}): AnswerHeaders => {
  const isStrict = options.strictTransportSecurity === true && publicUrl.protocol === "https:"
  const common = {
    "Cache-Control": "no-store",
    Vary: "Authorization, Cookie",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    ...(isStrict ? { "Strict-Transport-Security": "max-age=63072000" } : {})
  }
  return {
    data: { ...common, "Referrer-Policy": "no-referrer" },
    page: {
      ...common,
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": CONTENT_SECURITY_POLICY,
      "Referrer-Policy": "same-origin"
    }
  }
}
