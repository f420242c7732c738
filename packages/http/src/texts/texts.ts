import type { english } from "./english.ts"

/**
 * A catalogue: every sentence that people read on the pages, in one language. A sentence with something in it is a function.
 * The compiler asks for each one that a catalogue lacks.
 */
export type Texts = Sentences<typeof english>

type Sentences<Entry> = Entry extends string
  ? string
  : Entry extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof Entry]: Sentences<Entry[Key]> }
