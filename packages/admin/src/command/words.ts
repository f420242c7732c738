/**
 * One object a line, so that a program can read each as soon as it is there. What would command a terminal is escaped: JSON is
 * looked at on one, too.
 */
export const jsonLine = (value: object): string =>
  `${JSON.stringify(value).replaceAll(COMMANDING, (text) =>
    Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")
  )}\n`

const COMMANDING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A number of things: "1 user", "12 users". */
export const counted = (count: number, thing: string, things = `${thing}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? thing : things}`

/** An instant for people, in UTC. */
export const dayAndTime = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`

/** Text of other people, in one line and without what would command the terminal (OPR-05). */
export const plainText = (text: string, longest = 200): string => {
  const plain = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{FFFD}")
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain
}

/** The same for text of several lines. */
export const plainLines = (text: string): string =>
  text
    .split("\n")
    .map((line) => plainText(line, 1000))
    .join("\n")

/**
 * An error of the parser without what may be a secret, such as an address with a password: the parser repeats what it cannot place. A flag is
 * shown without its value, and of anything else a plain word only. What is shorter is no secret.
 */
export const withoutValues = (text: string, args: ReadonlyArray<string>): string =>
  args
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length) // a longer one may have a shorter one in it
    .reduce(
      (shown, arg) => shown.replaceAll(arg, /^(?:--[a-z][a-z-]*|-[a-z]|[a-z][a-z-]*$)/i.exec(arg)?.[0] ?? "…"),
      text
    )

const SHORTEST_SECRET = 4

/** What is told of a failure. A store says what its server said: only the operator reads it here. */
export const failureOf = (error: unknown): { readonly name: string; readonly message: string } => {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) }
  const name = "_tag" in error ? String(error._tag) : error.name
  const said = name === "StoreError" && error.cause instanceof Error ? error.cause.message : ""
  const cause = said === "" || error.message.endsWith(said) ? "" : `: ${said}` // a sentence of ours is there already
  return { name: error.name === "Error" ? name : error.name, message: `${error.message}${cause}` }
}

/** Columns for people: each as wide as its widest cell, the last as it is. On a terminal no line is wider than that. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>, columns: number | null = null): string => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ""))))
  const lines = rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell + " ".repeat((widths[at] ?? 0) - widthOf(cell))))
      .join("  ")
      .trimEnd()
  )
  return lines.map((line) => `${columns === null ? line : cut(line, columns)}\n`).join("")
}

const letters = new Intl.Segmenter("en", { granularity: "grapheme" })

/** Letters that a terminal draws over two columns: those of East Asia, and pictures. */
const WIDE =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u{FF01}-\u{FF60}]/u

/** How many columns of a terminal a text takes. */
const widthOf = (text: string): number =>
  Array.from(letters.segment(text), ({ segment }) => (WIDE.test(segment) ? 2 : 1)).reduce<number>((a, b) => a + b, 0)

const cut = (line: string, columns: number): string => {
  if (widthOf(line) <= columns) return line
  let [text, width] = ["", 0]
  for (const { segment } of letters.segment(line)) {
    width += WIDE.test(segment) ? 2 : 1
    if (width > columns - 1) break
    text += segment
  }
  return `${text}…`
}
