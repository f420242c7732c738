/** A page for people, or data for programs: JSON, a redirect, nothing at all. */
export type AnswerKind = "page" | "data"

/** The headers of each kind of answer. */
export type AnswerHeaders = Readonly<Record<AnswerKind, Readonly<Record<string, string>>>>

export interface SecurityHeaderOptions {
  /**
   * Tells browsers to use only https for two years (HTM-04). Off by default, because it affects the whole host.
   */
  readonly strictTransportSecurity?: boolean
  /** Whether pages speak the language that a request asks for. */
  readonly hasLanguages?: boolean
}

/**
 * Nothing runs but our one script, at its very address; nothing loads but stylesheets and pictures of this origin; forms go
 * to us; nobody frames or re-bases us (HTM-02, HTM-09).
 */
const contentSecurityPolicy = (script: string): string =>
  [
    "default-src 'none'",
    `script-src ${script}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'"
  ].join("; ")

/**
 * The headers of every answer of ours, for each kind, made once at start (HTM-03, HTM-05, HTM-07, wire.md §1). `script` is
 * the path of the one script that pages may run, as browsers request it. No answer
 * is kept by a cache, guessed to be another type, framed, or loaded by a page of another site. CORS answers a host
 * allows still work: `Cross-Origin-Resource-Policy` concerns only requests made without CORS.
 *
 * `Referrer-Policy` is `no-referrer`, but `same-origin` on pages. Under `no-referrer` a form that a page posts to its
 * own origin carries `Origin: null` (Fetch, "append a request Origin header"). Browsers that send `Sec-Fetch-Site`
 * would not mind, but they send it to https and loopback only, and Safari before 16.4 never does: there the login form
 * would be refused as forged. `same-origin` tells other sites just as little, and keeps the `Origin` on our own forms.
 */
export const securityHeaders = (publicUrl: URL, script: string, options: SecurityHeaderOptions = {}): AnswerHeaders => {
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
      ...(options.hasLanguages === true ? { Vary: mergedVary(common.Vary, "Accept-Language") } : {}),
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": contentSecurityPolicy(`${publicUrl.origin}${script}`),
      "Referrer-Policy": "same-origin"
    }
  }
}

/** What a host's middleware must not change on an answer of ours: it may set these for its own pages only (CSR-14). */
const protectedNames = [
  "Cache-Control",
  "Content-Security-Policy",
  "Cross-Origin-Opener-Policy",
  "Cross-Origin-Resource-Policy",
  "Referrer-Policy",
  "Strict-Transport-Security",
  "X-Content-Type-Options",
  "X-Frame-Options"
]

/** The records that answers were made from. Servers send a record faster than `Headers`, which reading one header would make. */
const records = new WeakMap<Response, Readonly<Record<string, string>>>()

/** Remembers the record that an answer was made from. Its names are written as above. */
export const madeFrom = (answer: Response, record: Readonly<Record<string, string>>): Response => {
  records.set(answer, record)
  return answer
}

/** A header that an answer of ours was made with; null if it has none of this name. */
export const headerMadeWith = (answer: Response, name: string): string | null => {
  const record = records.get(answer)
  return record === undefined ? answer.headers.get(name) : (record[name] ?? null)
}

/** The security headers that an answer of ours has, for adapters, which keep middleware from replacing them. */
export const securityHeadersOf = (answer: Response): ReadonlyMap<string, string> =>
  new Map(
    protectedNames.flatMap((name) => {
      const value = headerMadeWith(answer, name)
      return value === null ? [] : [[name.toLowerCase(), value]]
    })
  )

/**
 * What describes the content of an answer. A host that fails half-way may have set some already, and they must not stay with the
 * problem that is answered in its place: a browser would wait for a longer content, or take it for a file to keep.
 */
export const contentHeaders: ReadonlyArray<string> = [
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-range",
  "etag",
  "last-modified"
]

/** One `Vary` that names what both name: what somebody else's header says is true as well. */
export const mergedVary = (...values: ReadonlyArray<string | null>): string => {
  const names = values.flatMap((value) => value?.split(",") ?? []).map((name) => name.trim())
  const byKey = new Map(names.filter((name) => name !== "").map((name) => [name.toLowerCase(), name]))
  return [...byKey.values()].join(", ")
}
