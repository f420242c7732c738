import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { expect, test } from "vitest"
import { digits, formText, optionalText, patterned, required, wholeNumber } from "./body-fields.ts"
import { decoder } from "./decode.ts"
import type { BodySchema } from "./route.ts"

const problemsOf = (schema: BodySchema, values: unknown, absent: ReadonlyArray<string> = []) => {
  const decoded = decoder(schema, "refused")(values, absent)
  return Result.isSuccess(decoded) ? decoded.success : decoded.failure.detail
}

const problem = (type: string, msg: string, ...loc: ReadonlyArray<string>) => ({ type, loc: ["body", ...loc], msg })

const Days = Schema.Union([wholeNumber.check(Schema.isGreaterThanOrEqualTo(1)), digits])

const Everything = Schema.Struct({
  text: Schema.String,
  name: required,
  note: optionalText,
  form: formText,
  flag: Schema.optionalKey(Schema.Boolean),
  count: Schema.optionalKey(wholeNumber),
  days: Schema.optionalKey(Schema.NullOr(Schema.Union([Days, Schema.Literals(["never", ""])]))),
  list: Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Array(Schema.String), Schema.String]))),
  kind: Schema.optionalKey(Schema.NullOr(patterned(/^(?:password)?$/)))
})

const whole = { text: "", name: "a" }

test("INP-11 every missing field is named in one answer, those that the settings require first", () => {
  const msg = "Field required"
  const all = [problem("missing", msg, "email"), problem("missing", msg, "text"), problem("missing", msg, "name")]
  expect(problemsOf(Everything, {}, ["email"])).toEqual(all)
  expect(problemsOf(Everything, whole, ["email"])).toEqual(all.slice(0, 1))
  const mixed = problemsOf(Everything, { note: 1, extra: 1 }, ["email"])
  expect(mixed).toEqual(
    expect.arrayContaining([...all, problem("string_type", "Input should be a valid string", "note")])
  )
  expect(mixed).toContainEqual(problem("extra_forbidden", "Extra inputs are not permitted", "extra"))
})

test.each([
  [{ text: 1 }, "string_type", "Input should be a valid string"],
  [{ text: null }, "string_type", "Input should be a valid string"],
  [{ name: "" }, "missing", "Field required"],
  [{ name: [] }, "string_type", "Input should be a valid string"],
  [{ note: true }, "string_type", "Input should be a valid string"],
  [{ form: {} }, "string_type", "Input should be a valid string"],
  [{ flag: "yes" }, "bool_type", "Input should be a valid boolean"],
  [{ count: "1" }, "int_type", "Input should be a valid integer"],
  [{ count: 1.5 }, "int_type", "Input should be a valid integer"],
  [{ days: "soon" }, "int_type", "Input should be a valid integer"],
  [{ days: true }, "int_type", "Input should be a valid integer"],
  [{ days: 1.5 }, "int_type", "Input should be a valid integer"],
  [{ days: [] }, "int_type", "Input should be a valid integer"],
  [{ days: 0 }, "value_error", "Expected a value greater than or equal to 1"],
  [{ list: 1 }, "list_type", "Input should be a valid list"],
  [{ list: {} }, "list_type", "Input should be a valid list"],
  [{ kind: "implicit" }, "string_pattern_mismatch", "String should match pattern '^(?:password)?$'"],
  [{ kind: 1 }, "string_type", "Input should be a valid string"],
  [{ extra: 1 }, "extra_forbidden", "Extra inputs are not permitted"]
] as const)("INP-11 %j is %s, and nothing else is said of it", (wrong, type, msg) => {
  expect(problemsOf(Everything, { ...whole, ...wrong })).toEqual([problem(type, msg, ...Object.keys(wrong))])
})

test("INP-11 an item of a list is named by its place", () => {
  expect(problemsOf(Everything, { ...whole, list: ["a", 1] })).toEqual([
    problem("string_type", "Input should be a valid string", "list", "1")
  ])
})

test("what the schema takes is decoded, and null is no value", () => {
  const values = { ...whole, note: null, days: "7", list: "a b", kind: "password", flag: false, count: 0 }
  expect(problemsOf(Everything, values)).toEqual({ ...values, form: "" })
})
