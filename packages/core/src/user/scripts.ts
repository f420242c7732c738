/** The Latin of living languages. Phonetic and archaic letters exist to look like others: `ɑ`, `ɡ`, `ᴀ`, `ǀ`. */
const LATIN = "a-zß-žƒƙơưƴǎ-ȳḁ-ỿɓɔɖɗəɛɣɲʋ"

/** Everything but letters and marks may stand in any name. */
const NEUTRAL = "[^\\p{L}\\p{M}]"

/** Scripts whose letters NFKC composes. A mark that is left over is decoration, and hides well: `i` with a second dot. */
const COMPOSED = [
  LATIN,
  ...["Greek", "Cyrillic", "Armenian", "Georgian", "Hebrew", "Arabic", "Ethiopic"].map((name) => `\\p{sc=${name}}`),
  "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}ー",
  "\\p{sc=Han}\\p{sc=Hangul}",
  "\\p{sc=Han}\\p{sc=Bopomofo}"
].map((letters) => new RegExp(`^[[[${letters}]--\\p{M}]${NEUTRAL}]*$`, "v"))

/** Scripts that write vowels as marks. */
const MARKED = [
  ...["Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam"],
  ...["Sinhala", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan"]
].map((name) => new RegExp(`^[\\p{sc=${name}}${NEUTRAL}]*$`, "v"))

/** What may stand together: the letters of one script, and everything that belongs to no script. */
const SCRIPTS = [...COMPOSED, ...MARKED]

/** Whether a name is in one script, so that it cannot pass for a name in another (INP-02). */
export const isOneScript = (canonical: string): boolean => SCRIPTS.some((script) => script.test(canonical))
