import type { Texts } from "./texts.ts"

/** A sentence of the catalogue, with the code that selected it: for pages of a host that have words of their own. */
export interface Sentence<Code extends string = string> {
  readonly code: Code
  readonly text: string
}

type ErrorTexts = Texts["errors"]

/** The code of an error, and the values that its sentence has in it. */
export type Fault = {
  readonly [Code in keyof ErrorTexts]: ErrorTexts[Code] extends (...values: infer Values) => string
    ? readonly [Code, ...Values]
    : readonly [Code]
}[keyof ErrorTexts]

/** The sentence of an error in one language. */
export const errorSentence = (texts: Texts, [code, ...values]: Fault): Sentence => {
  const entry = texts.errors[code]
  // The values are those of this very code, which the type of a fault says.
  return {
    code,
    text: typeof entry === "string" ? entry : (entry as (...values: ReadonlyArray<unknown>) => string)(...values)
  }
}
