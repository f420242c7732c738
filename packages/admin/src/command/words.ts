/** One object a line, so that a program can read each as soon as it is there. */
export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`

/** A number of things: "1 user", "12 users". */
export const counted = (count: number, thing: string, things = `${thing}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? thing : things}`

/** An instant for people, in UTC. */
export const dayAndTime = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`

/** Text of other people, in one line and without what would command the terminal. */
export const plainText = (text: string, longest = 200): string => {
  const plain = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "\u{FFFD}")
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain
}

/** What is told of a failure. A store says what its server said: only the operator reads it here. */
export const failureOf = (error: unknown): { readonly name: string; readonly message: string } => {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) }
  const name = "_tag" in error ? String(error._tag) : error.name
  const said = name === "StoreError" && error.cause instanceof Error ? error.cause.message : ""
  const cause = said === "" || error.message.endsWith(said) ? "" : `: ${said}` // a sentence of ours is there already
  return { name: error.name === "Error" ? name : error.name, message: `${error.message}${cause}` }
}

/** Columns for people: each as wide as its widest cell, the last as it is. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
          .join("  ")
          .trimEnd()}\n`
    )
    .join("")
}
