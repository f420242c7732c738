import { type FieldProblem, fieldProblem } from "./field-problem.ts"
import { type Body, type BodyProblem, nameProblem, repeatedProblem, textProblem, unprocessable } from "./fields.ts"

const MALFORMED: BodyProblem = { _tag: "BodyProblem", status: 400, detail: "The form could not be decoded" }

/**
 * Reads `application/x-www-form-urlencoded` text (WHATWG URL §5.1), but refuses percent signs that encode nothing and
 * bytes that are not UTF-8, which that parser would change silently. Dots and brackets in names have no special meaning
 * (REG-04).
 */
export const formFields = (text: string): Body => {
  const entries: Array<readonly [string, unknown]> = []
  for (const pair of text.split("&")) {
    const equals = pair.indexOf("=")
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    const value = decode(equals === -1 ? "" : pair.slice(equals + 1))
    if (name === null || value === null) return MALFORMED
    if (pair !== "") entries.push([name, value])
  }
  return fieldsOf(entries)
}

/** Reads `multipart/form-data` (RFC 7578) with the runtime's own parser. Refuses files. */
export const multipartFields = async (bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<Body> => {
  try {
    const form = await new Response(bytes, { headers: { "content-type": contentType } }).formData()
    return fieldsOf(form)
  } catch {
    return MALFORMED
  }
}

/** Reads what a form parser in front of us made of a form. Each value must be one text. */
export const parsedFormFields = (value: object): Body => fieldsOf(Object.entries(value))

/** Every name once, every value a text. */
const fieldsOf = (entries: Iterable<readonly [string, unknown]>): Body => {
  const values: Record<string, string> = Object.create(null)
  const problems = new Map<string, FieldProblem>()
  for (const [name, value] of entries) {
    const problem =
      nameProblem(name, ["body"]) ?? (name in values ? repeatedProblem(name) : problemOfValue(name, value))
    if (problem !== null) problems.set(name, problem)
    values[name] = typeof value === "string" ? value : ""
  }
  return problems.size === 0 ? { _tag: "Fields", values } : unprocessable([...problems.values()])
}

const problemOfValue = (name: string, value: unknown): FieldProblem | null => {
  if (typeof value === "string") return textProblem(value, ["body", name])
  if (Array.isArray(value)) return repeatedProblem(name)
  return fieldProblem("string_type", ["body", name])
}

const decode = (part: string): string | null => {
  try {
    return decodeURIComponent(part.replaceAll("+", " "))
  } catch {
    return null
  }
}
