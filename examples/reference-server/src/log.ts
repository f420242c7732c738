import { safeText } from "@latchkey/core"
import * as Logger from "effect/Logger"

type Level = "info" | "warning" | "error"

/** Writes one line of JSON to stderr. Stdout is for the person who starts the server by hand. */
export type Log = (level: Level, message: string, fields?: Readonly<Record<string, unknown>>) => void

export const jsonLog: Log = (level, message, fields = {}) => {
  const line = { time: new Date().toISOString(), level, message, ...fields }
  process.stderr.write(`${JSON.stringify(line, writtenOut)}\n`)
}

/** A path or a message may hold characters that forge a line in a terminal, or hide one. No line grows without end. */
const writtenOut = (_: string, value: unknown) => (typeof value === "string" ? safeText(value, 4_096) : value)

const levels: Readonly<Record<string, Level>> = { FATAL: "error", ERROR: "error", WARN: "warning" }

/** Writes Latchkey's own log lines to the same stream in the same shape: a text and its fields. */
export const latchkeyLogger = Logger.layer([
  Logger.map(Logger.formatStructured, ({ level, message, cause }) => {
    const [text, ...fields] = Array.isArray(message) ? message : [message]
    const all = Object.assign({}, ...fields, cause === undefined ? {} : { cause })
    jsonLog(levels[level] ?? "info", String(text), all)
  })
])
