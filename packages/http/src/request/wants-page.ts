/** The part of `Headers` that is read here, so that any framework's headers can be asked. */
interface HeaderReader {
  readonly get: (name: string) => string | null | undefined
}

const QUALITY = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i

/**
 * Whether a refusal should be a page, or a redirect to one, rather than a status for a program. A person's browser
 * navigates (`Sec-Fetch-Mode: navigate`) and likes nothing better than `text/html`; whoever does not say that it
 * navigates must have named `text/html` before everything it likes as much (RFC 9110 §12.5.1). pip, whose list ends in
 * `text/html; q=0.01`, curl and npm are programs; so is whatever brings an `Authorization` header without navigating,
 * such as old pip, which asks for HTML alone and would take a login page for a list of packages.
 */
export const wantsPage = (headers: HeaderReader): boolean => {
  const navigates = headers.get("sec-fetch-mode") === "navigate"
  if (!navigates && typeof headers.get("authorization") === "string") return false
  const best = favourites(headers.get("accept") ?? "")
  return navigates ? best.includes("text/html") : best[0] === "text/html"
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

/** 1 when none is given, 0 when it is not a number that RFC 9110 §12.4.2 allows. */
const qualityOf = (parameters: ReadonlyArray<string>): number => {
  const given = parameters.map((text) => text.trim()).find((text) => /^q=/i.test(text))
  return given === undefined ? 1 : Number(QUALITY.exec(given)?.[1] ?? 0)
}
