import { type FieldProblem, fieldProblem, valueProblem } from "./field-problem.ts"
import { type Body, nameProblem, repeatedProblem, textProblem, unprocessable } from "./fields.ts"
import { endOfJson } from "./json-end.ts"

/** How deeply objects and lists may nest. Our deepest body has two levels (REG-09). */
const DEEPEST = 8

/**
 * Strings, with the colon that makes a string a name, and braces. That is enough to tell which names are in the same object.
 */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"[ \t\r\n]*:?|[{}]/g

/**
 * Reads JSON text (RFC 8259) as fields. Refuses an object with the same name twice, of which `JSON.parse` would keep the last
 * (REG-03).
 */
export const jsonFields = (text: string): Body => {
  const value = parse(text)
  if (value === undefined) return unprocessable([fieldProblem("json_invalid", ["body", endOfJson(text)])])
  const body = jsonValueFields(value)
  const repeated = body._tag === "Fields" ? repeatedName(text) : null
  return repeated === null ? body : unprocessable([repeatedProblem(repeated)])
}

/**
 * Copies a JSON value into objects without prototype, and refuses values that a field cannot have. `null` means no fields.
 */
export const jsonValueFields = (value: unknown): Body => {
  if (typeof value !== "object" || Array.isArray(value)) {
    return unprocessable([valueProblem(["body"], "Input should be an object")])
  }
  const problems: Array<FieldProblem> = []
  const values = copyObject(value ?? {}, ["body"], problems)
  return problems.length === 0 ? { _tag: "Fields", values } : unprocessable(problems)
}

const copy = (value: unknown, loc: FieldProblem["loc"], problems: Array<FieldProblem>): unknown => {
  if (typeof value === "string") {
    const problem = textProblem(value, loc)
    if (problem !== null) problems.push(problem)
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) problems.push(valueProblem(loc, "Input should be a finite number"))
  } else if (typeof value === "object" && value !== null) {
    if (loc.length > DEEPEST) problems.push(valueProblem(loc, "Input is nested too deeply"))
    else if (!Array.isArray(value)) return copyObject(value, loc, problems)
    else return value.map((item, at) => copy(item, [...loc, String(at)], problems))
  }
  return value
}

const copyObject = (
  source: object,
  loc: FieldProblem["loc"],
  problems: Array<FieldProblem>
): Readonly<Record<string, unknown>> => {
  const target: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(source)) {
    const problem = nameProblem(name, loc)
    if (problem === null) target[name] = copy(value, [...loc, name], problems)
    else problems.push(problem)
  }
  return target
}

/** Undefined when the text is not JSON; no JSON text gives undefined. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A name that an object contains twice, in text that is known to be JSON. Names are compared unescaped. */
const repeatedName = (json: string): string | null => {
  const open: Array<Set<string>> = []
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set())
    else if (token === "}") open.pop()
    else if (token.endsWith(":")) {
      const name = String(JSON.parse(token.slice(0, -1)))
      const names = open.at(-1)
      if (names?.has(name)) return name
      names?.add(name)
    }
  }
  return null
}
