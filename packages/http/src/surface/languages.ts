import { acceptedLanguage } from "../request/accepted-language.ts"
import { HostMistake } from "../request/host-mistake.ts"
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

/** For JavaScript: a language that comes later, or is not text, would be a defect without a reason. */
const LANG_ANSWER =
  'lang returned neither text nor null. It must return a language such as "de", or null, and at once: not a promise.'

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
    const chosen = choose?.(head) ?? null
    if (chosen !== null && typeof chosen !== "string") throw new HostMistake(LANG_ANSWER)
    const known = acceptedLanguage(chosen, offered)
    const language = known ?? acceptedLanguage(head.header("accept-language"), offered)
    return catalogues.find((each) => each.language === language) ?? usual
  }
}
