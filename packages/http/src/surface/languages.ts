import { acceptedLanguage } from "../request/accepted-language.ts"
import type { Catalogues } from "../texts/read-texts.ts"
import type { Texts } from "../texts/texts.ts"
import type { Head } from "./head.ts"

/** How a host has the pages speak. */
export interface LanguageOptions {
  /** The catalogues that there are. The first one is for everybody who asks for none of them. */
  readonly catalogues: Catalogues
  /** The language that the host knows of the reader; null if it knows none. */
  readonly choose?: ((head: Head) => string | null | undefined) | undefined
}

/** The catalogue for a request. */
export type Languages = (head: Head) => Texts

/**
 * The language that the host knows, or else the one that the browser prefers. Either is passed over if there is no such
 * catalogue: a cookie that names a language which is gone says less than the header.
 */
export const makeLanguages = ({ catalogues, choose }: LanguageOptions): Languages => {
  const [usual] = catalogues
  if (catalogues.length === 1) return () => usual
  const offered = catalogues.map(({ language }) => language)
  return (head) => {
    const known = acceptedLanguage(choose?.(head) ?? null, offered)
    const language = known ?? acceptedLanguage(head.header("accept-language"), offered)
    return catalogues.find((each) => each.language === language) ?? usual
  }
}
