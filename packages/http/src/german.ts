/** The pages in German: the catalogue for the option `texts`. */
export { german } from "./texts/german.ts"
