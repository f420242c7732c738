import { bodyKind } from "./content-type.ts"

/** The part of `Headers` that this file needs, so that it works with any framework's headers. */
interface HeaderReader {
  readonly get: (name: string) => string | null | undefined
}

const QUALITY = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i

/**
 * Whether a refusal should be a page, or a redirect to one, rather than a status for a program. A person's browser
 * navigates (`Sec-Fetch-Mode: navigate`) and prefers nothing to `text/html`. A client without that header must list
 * `text/html` before everything that it accepts equally (RFC 9110 §12.5.1). pip, whose list ends in `text/html; q=0.01`,
 * curl and npm are programs. So is a client that sends an `Authorization` header without navigating, such as old pip, which
 * accepts only HTML and would read a login page as a list of packages.
 */
export const wantsPage = (headers: HeaderReader): boolean => {
  const navigates = headers.get("sec-fetch-mode") === "navigate"
  if (!navigates && typeof headers.get("authorization") === "string") return false
  const best = favourites(headers.get("accept") ?? "")
  return navigates ? best.includes("text/html") : best[0] === "text/html"
}

/**
 * Whether a program wants JSON where a browser is redirected to a page. It does if it prefers nothing to `application/json`, or if
 * it posts JSON and accepts anything. A form post that accepts anything is answered as a browser's is: so are the forms of
 * programs that were written for our predecessors.
 */
export const wantsJson = (headers: HeaderReader): boolean => {
  if (wantsPage(headers)) return false
  const accept = headers.get("accept") ?? ""
  const best = favourites(accept)
  if (best.includes("application/json")) return true
  const takesAnything = accept.trim() === "" || best.includes("*/*") || best.includes("application/*")
  return takesAnything && bodyKind(headers.get("content-type") ?? null) === "json"
}

/** The media types of an `Accept` header that share its highest quality, in their order. */
const favourites = (accept: string): ReadonlyArray<string> => {
  let highest = 0
  let best: Array<string> = []
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.split(";")
    const quality = qualityOf(parameters)
    if (quality === 0 || quality < highest) continue
    if (quality > highest) best = []
    highest = quality
    best.push(type.trim().toLowerCase())
  }
  return best
}

/** 1 if there is none, 0 if it is not a number that RFC 9110 §12.4.2 allows. */
const qualityOf = (parameters: ReadonlyArray<string>): number => {
  const given = parameters.map((text) => text.trim()).find((text) => /^q=/i.test(text))
  return given === undefined ? 1 : Number(QUALITY.exec(given)?.[1] ?? 0)
}
