import type { Layer } from "effect/Layer"
import * as Logger from "effect/Logger"
import { plainText } from "./words.ts"

/** A line of Latchkey's own log. */
export interface LogLine {
  readonly level: string
  readonly text: string
}

/** Standard output is for what was asked for, so log lines go elsewhere. What is less than a warning is left out. */
export const logTo = (write: (line: LogLine) => void): Layer<never> =>
  Logger.layer([
    Logger.map(Logger.formatStructured, ({ level, message }) => {
      if (level !== "WARN" && level !== "ERROR" && level !== "FATAL") return
      const [text, ...fields] = Array.isArray(message) ? message : [message]
      const more = Object.entries(Object.assign({}, ...fields)).map(([name, value]) => `${name}: ${String(value)}`)
      write({
        level: level === "WARN" ? "warning" : "error",
        text: plainText(`${String(text)}${more.length === 0 ? "" : ` (${more.join(", ")})`}`, 1000)
      })
    })
  ])
