/** One thing wrong with one field, in the shape of a 422 answer (wire.md §1). Never what was submitted. */
export interface FieldProblem {
  readonly loc: ReadonlyArray<string>
  readonly msg: string
  readonly type: string
}

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
export const nameProblem = (name: string, loc: ReadonlyArray<string>): FieldProblem | null => {
  if (!name.isWellFormed()) return { loc, msg: "Names should be valid Unicode text", type: "string_unicode" }
  if (!NAMES_OF_PROTOTYPES.has(name)) return null
  return { loc: [...loc, name], msg: "Extra inputs are not permitted", type: "extra_forbidden" }
}

/**
 * What is wrong with a text; null if nothing. Different lone surrogates have the same UTF-8 bytes, and so the same hash.
 */
export const textProblem = (text: string, loc: ReadonlyArray<string>): FieldProblem | null =>
  text.isWellFormed() ? null : { loc, msg: "Input should be valid Unicode text", type: "string_unicode" }

/** A name that came twice. Readers would disagree about which value counts (REG-03, REG-04). */
export const repeatedProblem = (name: string): FieldProblem => ({
  loc: ["body", name],
  msg: "Field given more than once",
  type: "repeated_field"
})
