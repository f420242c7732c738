/**
 * Text of a server as a terminal may show it: one line, without anything that moves the cursor, changes colours, hides
 * text or turns its direction. Longer text is cut.
 */
export const plainText = (text: unknown, longest: number): string => {
  if (typeof text !== "string") return ""
  const line = text
    .slice(0, longest * 4)
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/gu, " ")
    .replace(/\p{Cc}|\p{Cf}|\p{Co}|\p{Cs}/gu, "")
    .trim()
  const characters = [...line]
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : line
}
