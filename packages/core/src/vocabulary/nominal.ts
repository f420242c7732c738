import type * as Brand from "effect/Brand"

/** Marks text with the name of its kind, without checking it. `Brand.nominal` does the same, and loads all that schemas are made of. */
export const nominal =
  <Branded extends string & Brand.Brand<string>>() =>
  (text: string): Branded =>
    text as Branded // the mark is in the type alone
