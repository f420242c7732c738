/** HTML in which everything that came from outside is escaped. */
export interface Markup {
  readonly html: string
}

type Part = string | Markup | ReadonlyArray<Markup>

/** A template of HTML: text is escaped wherever it stands, and markup stays as it is. Attributes must stand in double quotes. */
export const markup = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Markup => ({
  html: strings.map((text, at) => `${text}${htmlOf(parts[at] ?? "")}`).join("")
})

const htmlOf = (part: Part): string => {
  if (typeof part === "string") return part.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return "html" in part ? part.html : part.map(({ html }) => html).join("")
}
