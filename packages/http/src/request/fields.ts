import { type FieldProblem, fieldProblem, valueProblem } from "./field-problem.ts"

/**
 * A body that was read: own keys of an object without prototype, so that no name in it has a special meaning (REG-03).
 */
export interface Fields {
  readonly _tag: "Fields"
  readonly values: Readonly<Record<string, unknown>>
}

/** A body that could not be read, and the status to answer. */
export interface BodyProblem {
  readonly _tag: "BodyProblem"
  readonly status: 400 | 413 | 415 | 422
  readonly detail: string
  /** With 422: which fields, and why. */
  readonly fields?: ReadonlyArray<FieldProblem>
}

export type Body = Fields | BodyProblem

/** Enough to correct a form. It limits the answer to a hostile body. */
export const MOST_PROBLEMS = 10

/** Names that mean something on an ordinary object, wherever these values may be copied to later (REG-03). */
const NAMES_OF_PROTOTYPES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"])

/** Fields that cannot be accepted: 422. */
export const unprocessable = (problems: ReadonlyArray<FieldProblem>): BodyProblem => ({
  _tag: "BodyProblem",
  status: 422,
  detail: "Unprocessable Content",
  fields: problems.slice(0, MOST_PROBLEMS)
})

/** What is wrong with a name; null if nothing. */
export const nameProblem = (name: string, loc: FieldProblem["loc"]): FieldProblem | null => {
  if (!name.isWellFormed()) return valueProblem(loc, "Names should be valid Unicode text")
  return NAMES_OF_PROTOTYPES.has(name) ? fieldProblem("extra_forbidden", [...loc, name]) : null
}

/**
 * What is wrong with a text; null if nothing. Different lone surrogates have the same UTF-8 bytes, and so the same hash.
 */
export const textProblem = (text: string, loc: FieldProblem["loc"]): FieldProblem | null =>
  text.isWellFormed() ? null : valueProblem(loc, "Input should be valid Unicode text")

/** A name that came twice. Readers would disagree about which value counts (REG-03, REG-04). */
export const repeatedProblem = (name: string): FieldProblem =>
  valueProblem(["body", name], "Field given more than once")
