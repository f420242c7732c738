/** The encodings in which a body may come. */
export type BodyKind = "json" | "form" | "multipart"

const KINDS: ReadonlyMap<string, BodyKind> = new Map([
  ["application/json", "json"],
  ["application/x-www-form-urlencoded", "form"],
  ["multipart/form-data", "multipart"]
])

/** RFC 9110 §5.6.6, one parameter. */
const PARAMETER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"[^"\\]*")$/

/**
 * The encoding that a `Content-Type` names, in any case and with any parameters (RFC 9110 §8.3.1). Null for every other
 * type, a malformed one, or a charset other than UTF-8, which some clients call `utf8` (INP-10). Strict, because pages of other sites may send some types freely. A
 * type that we read as JSON and the browser does not would be one of them (CSR-07).
 */
export const bodyKind = (contentType: string | null): BodyKind | null => {
  const [essence = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim())
  return parameters.every(isAcceptable) ? (KINDS.get(essence.toLowerCase()) ?? null) : null
}

const isAcceptable = (parameter: string): boolean => {
  const name = PARAMETER.exec(parameter)?.[1]
  if (name === undefined) return parameter === ""
  return name.toLowerCase() !== "charset" || /^charset=(?:utf-?8|"utf-?8")$/i.test(parameter)
}
