import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type FieldProblemType, fieldMessages } from "../request/field-problem.ts"

/** How the wire names a check that a value did not pass. A check without this annotation is a `value_error`. */
export class CheckProblem {
  readonly type: FieldProblemType
  readonly msg: string
  constructor(type: FieldProblemType, msg: string) {
    this.type = type
    this.msg = msg
  }
}

const answeredAs = (type: FieldProblemType, msg: string): { readonly problem: CheckProblem } => ({
  problem: new CheckProblem(type, msg)
})

const notWhole = answeredAs("int_type", fieldMessages.int_type)

/** Text that must be present. An empty one counts as absent, as the forms of our predecessors have it. */
export const required = Schema.String.check(Schema.isNonEmpty(answeredAs("missing", fieldMessages.missing)))

export const wholeNumber = Schema.Number.check(Schema.isInt(notWhole))

/** A whole number as forms and older clients send it: without a sign, and not 0. */
export const digits = Schema.String.check(Schema.isPattern(/^[1-9]\d{0,5}$/, notWhole))

/** Text of which the wire gives the pattern. */
export const patterned = (pattern: RegExp) =>
  Schema.String.check(
    Schema.isPattern(pattern, answeredAs("string_pattern_mismatch", `String should match pattern '${pattern.source}'`))
  )

/** A field of a page's form. A missing one counts as empty, and the page says what to enter. */
export const formText = Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("")))

/** An optional value. `null` means the same, because older clients send it. */
export const optionalText = Schema.optionalKey(Schema.NullOr(Schema.String))

/** A schema for each field of a type of core, by its name on the wire. A new field there does not compile until it is here too. */
export type FieldsOf<Model> = { readonly [Field in keyof Model & string as WireName<Field>]-?: Schema.Top }

/** `isActive` is `is_active` on the wire. */
type WireName<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${WireName<Rest>}`
  : ""

/** The fields that hold text: one that is `null` was left out. */
export const textsOf = <Field extends string>(
  fields: Readonly<Record<Field, string | null | undefined>>
): { readonly [Key in Field]?: string } =>
  // What is left has the names it had.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === "string")) as {
    readonly [Key in Field]?: string
  }

/** An empty field of a form counts as absent, and so does one with nothing but blanks. */
export const given = (text: string): string | null => (text.trim() === "" ? null : text)

/** Instants are ISO 8601 in UTC. */
export const isoText = (instant: number): string => new Date(instant).toISOString()
