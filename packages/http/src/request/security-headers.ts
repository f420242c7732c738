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

/** What a host's middleware must not change on an answer of ours: it may set these for its own pages only (CSR-14). */
const protectedNames = [
  "cache-control",
  "content-security-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
  "referrer-policy",
  "strict-transport-security",
  "x-content-type-options",
  "x-frame-options"
]

/** The security headers that an answer of ours has, for adapters, which keep middleware from replacing them. */
export const securityHeadersOf = (answer: Response): ReadonlyMap<string, string> =>
  new Map(
    protectedNames.flatMap((name) => {
      const value = answer.headers.get(name)
      return value === null ? [] : [[name, value]]
    })
  )

/** One `Vary` that names what both name: what somebody else's header says is true as well. */
export const mergedVary = (...values: ReadonlyArray<string | null>): string => {
  const names = values.flatMap((value) => value?.split(",") ?? []).map((name) => name.trim())
  const byKey = new Map(names.filter((name) => name !== "").map((name) => [name.toLowerCase(), name]))
  return [...byKey.values()].join(", ")
}
