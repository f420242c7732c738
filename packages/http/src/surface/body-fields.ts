import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Text that must be present and not empty. */
export const required = Schema.NonEmptyString

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

/** An empty field of a form counts as absent. */
export const given = (text: string): string | null => (text === "" ? null : text)

/** Instants are ISO 8601 in UTC. */
export const isoText = (instant: number): string => new Date(instant).toISOString()
