import { type BackupRow, parseBackupRow } from "@latchkey/core"
import type { Line } from "./lines.ts"

/** The first line of a backup. Another version has rows that this one may not know. */
export const firstLine = (at: number) => ({ latchkey: "backup", version: 1, at: new Date(at).toISOString() })

/** The last line, so that a file that was cut off is told from a whole one (OPR-03). */
export const lastLine = (rows: number) => ({ end: true, rows })

/** What the first line of a file says of the others: rows of a backup, or users of another system. */
export const isBackup = ({ value }: Line): boolean => isObject(value) && value.latchkey === "backup"

/** The version of a backup that its first line names. */
export const isKnownVersion = ({ value }: Line): boolean => isObject(value) && value.version === 1

/** A line after the first of a backup: a row, or its end, or neither. */
export const readBackupLine = ({ value }: Line): BackupRow | { readonly part: "end"; readonly rows: number } | null =>
  isObject(value) && value.end === true && typeof value.rows === "number"
    ? { part: "end", rows: value.rows }
    : parseBackupRow(value)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null
