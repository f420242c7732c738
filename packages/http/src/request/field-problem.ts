/** The kinds of problems of a field: the words of the systems we succeed, and no others (wire.md §1, INP-11). */
export type FieldProblemType =
  | "missing"
  | "string_type"
  | "bool_type"
  | "int_type"
  | "list_type"
  | "string_pattern_mismatch"
  | "string_too_short"
  | "string_too_long"
  | "extra_forbidden"
  | "json_invalid"
  | "uuid_parsing"
  | "value_error"

/** One thing wrong with one field, in the shape of a 422 answer. Never what was submitted. */
export interface FieldProblem {
  readonly type: FieldProblemType
  /** `"body"`, `"query"` or `"path"`, then the name of the field. For JSON that cannot be parsed, where in the text it ends to be JSON. */
  readonly loc: ReadonlyArray<string | number>
  readonly msg: string
}

/** The types whose message never differs. */
export const fieldMessages = {
  missing: "Field required",
  string_type: "Input should be a valid string",
  bool_type: "Input should be a valid boolean",
  int_type: "Input should be a valid integer",
  list_type: "Input should be a valid list",
  extra_forbidden: "Extra inputs are not permitted",
  json_invalid: "JSON decode error",
  uuid_parsing: "Input should be a valid UUID"
} as const satisfies Partial<Record<FieldProblemType, string>>

/** A problem that needs no more words. */
export const fieldProblem = (type: keyof typeof fieldMessages, loc: FieldProblem["loc"]): FieldProblem => ({
  type,
  loc,
  msg: fieldMessages[type]
})

/** A problem of a value that has no type of its own. */
export const valueProblem = (loc: FieldProblem["loc"], msg: string): FieldProblem => ({ type: "value_error", loc, msg })

export const missingField = (name: string): FieldProblem => fieldProblem("missing", ["body", name])

export const tooShort = (loc: FieldProblem["loc"], characters: number): FieldProblem => ({
  type: "string_too_short",
  loc,
  msg: `String should have at least ${characters} character${characters === 1 ? "" : "s"}`
})

export const tooLong = (loc: FieldProblem["loc"], characters: number): FieldProblem => ({
  type: "string_too_long",
  loc,
  msg: `String should have at most ${characters} character${characters === 1 ? "" : "s"}`
})
