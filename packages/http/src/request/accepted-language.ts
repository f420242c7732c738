/** Weights of RFC 9110 §12.4.2. */
const QUALITY = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i

/** More than any browser sends, so that a long header costs little. */
const MOST_RANGES = 20

/** What RFC 5646 §4.4.1 says is enough for any tag. */
const LONGEST_TAG = 35

/**
 * The first of `offered` that the reader prefers by an `Accept-Language` header; null if it names none of them. `de-AT` is content
 * with `de`, and so is `de` with `de-AT` (RFC 4647 §3.4, and the other way round, which people expect).
 */
export const acceptedLanguage = (header: string | null, offered: ReadonlyArray<string>): string | null => {
  const ranges = (header ?? "").split(",", MOST_RANGES).map(rangeOf)
  const wanted = ranges
    .filter(({ tag, quality }) => quality > 0 && tag.length <= LONGEST_TAG)
    .toSorted((one, other) => other.quality - one.quality)
  for (const { tag } of wanted) {
    const found = bestFor(tag, offered)
    if (found !== undefined) return found
  }
  return null
}

const rangeOf = (text: string): { readonly tag: string; readonly quality: number } => {
  const [tag = "", parameter] = text.split(";").map((part) => part.trim())
  return { tag: tag.toLowerCase(), quality: parameter === undefined ? 1 : Number(QUALITY.exec(parameter)?.[1] ?? 0) }
}

const bestFor = (tag: string, offered: ReadonlyArray<string>): string | undefined => {
  const lower = (text: string) => text.toLowerCase()
  for (let shorter = tag; shorter !== ""; shorter = shorter.slice(0, Math.max(0, shorter.lastIndexOf("-")))) {
    const found = offered.find((each) => lower(each) === shorter)
    if (found !== undefined) return found
  }
  return offered.find((each) => lower(each).startsWith(`${tag}-`))
}
