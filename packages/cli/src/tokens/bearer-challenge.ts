/** What a 401 says about the token (RFC 6750 §3): `rejected` if it named it, `wanted` if it asks for one, null otherwise. */
export type BearerChallenge = "rejected" | "wanted" | null

/** A parameter with a quoted or a plain value, or a word that begins a challenge (RFC 9110 §11.6.1). */
const PART = /([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|([\w-]+)/g

/** Reads the header of all challenges; only what stands in the one of `Bearer` counts. */
export const readBearerChallenge = (header: string | null): BearerChallenge => {
  let found: BearerChallenge = null
  let scheme = ""
  for (const [, name, quoted, plain, word] of (header ?? "").slice(0, 4096).matchAll(PART)) {
    if (word !== undefined) scheme = word.toLowerCase()
    if (scheme !== "bearer") continue
    found ??= "wanted"
    if (name?.toLowerCase() === "error" && (quoted ?? plain) === "invalid_token") found = "rejected"
  }
  return found
}
