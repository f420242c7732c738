import * as Logger from "effect/Logger"

/** Writes one line of JSON to the error stream: the output stream is for whoever starts the server by hand. */
export type Log = (
  level: "info" | "warning" | "error",
  message: string,
  fields?: Readonly<Record<string, unknown>>
) => void

export const jsonLog: Log = (level, message, fields = {}) => {
  const line = { time: new Date().toISOString(), level, message, ...fields }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

/** Latchkey's own log lines, in the same stream. */
export const latchkeyLogger = Logger.layer([
  Logger.map(Logger.formatJson, (line) => {
    process.stderr.write(`${line}\n`)
  })
])
