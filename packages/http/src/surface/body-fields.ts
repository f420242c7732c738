import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Text that must be there and not be empty. */
export const required = Schema.NonEmptyString

/** A field of a page's form: one that is missing is empty, and the page says what it wants. */
export const formText = Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("")))

/** A value that may be left out; `null` means the same, as older clients send it. */
export const optionalText = Schema.optionalKey(Schema.NullOr(Schema.String))

/** A schema for each field of an input of core. A new field of the input does not compile until the body has it too. */
export type FieldsOf<Input> = { readonly [Field in keyof Input]-?: Schema.Top }

/** An empty field of a form is a field that was left out. */
export const given = (text: string): string | null => (text === "" ? null : text)

/** Instants are ISO 8601 in UTC. */
export const isoText = (instant: number): string => new Date(instant).toISOString()
