/** The catalogues of texts without the pages: for whoever sends mails in the same words, and has no use for hono. */
export { acceptedLanguage } from "./request/accepted-language.ts"
export { english } from "./texts/english.ts"
export { type Catalogues, readTexts } from "./texts/read-texts.ts"
export type { Texts } from "./texts/texts.ts"
