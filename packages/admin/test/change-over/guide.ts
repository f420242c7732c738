// What a guide says is what the rehearsals run: its SQL, its options and its commands are read from the page.
import { readFileSync } from "node:fs"
import type { Kind } from "./database.ts"

export interface Guide {
  /** The file `export.sql` for a database of this kind. */
  readonly sql: (kind: Kind) => string
  /** The file `options.ts`. */
  readonly options: () => string
  /** The command that exports from a database of this kind. */
  readonly exportCommand: (kind: Kind) => string
  /** The statements that are asked of the new store. */
  readonly questions: ReadonlyArray<string>
  /** The commands that are asked of it. */
  readonly countingCommands: ReadonlyArray<string>
  /** The commands that import: a rehearsal first. */
  readonly importCommands: ReadonlyArray<string>
}

export const readGuide = (name: string): Guide => {
  const page = readFileSync(new URL(`../../../../docs/guides/${name}.md`, import.meta.url), "utf8")
  const fences = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", code = ""]) => ({
    language,
    code
  }))
  const codeOf = (language: string) => fences.flatMap((fence) => (fence.language === language ? [fence.code] : []))
  const commands = codeOf("sh").flatMap((code) => code.trim().split("\n"))
  const one = (found: ReadonlyArray<string>, what: string): string => {
    const [first, ...others] = found
    if (first === undefined || others.length > 0) throw new Error(`${name}.md must have ${what} once`)
    return first
  }
  const starting = (texts: ReadonlyArray<string>, start: string) =>
    one(
      texts.filter((text) => text.startsWith(start)),
      start.trim()
    )
  return {
    sql: (kind) => starting(codeOf("sql"), `-- export.sql for ${kind}\n`),
    options: () => starting(codeOf("ts"), "// file: options.ts\n"),
    exportCommand: (kind) => starting(commands, kind === "PostgreSQL" ? "PGCLIENTENCODING=UTF8 psql " : "sqlite3 "),
    questions: codeOf("sql")
      .join("\n")
      .split(";")
      .filter((statement) => statement.includes("latchkey_")),
    countingCommands: commands.filter((line) => line.includes("latchkey-admin export -")),
    importCommands: commands.filter((line) => line.startsWith("npx latchkey-admin import "))
  }
}
