import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Text that must be present and not empty. */
export const required = Schema.NonEmptyString

/** A field of a page's form. A missing one counts as empty, and the page says what to enter. */
export const formText = Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("")))

/** An optional value. `null` means the same, because older clients send it. */
export const optionalText = Schema.optionalKey(Schema.NullOr(Schema.String))

/** An empty field of a form counts as absent. */
export const given = (text: string): string | null => (text === "" ? null : text)

/** Instants are ISO 8601 in UTC. */
export const isoText = (instant: number): string => new Date(instant).toISOString()
