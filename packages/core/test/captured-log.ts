import { inspect } from "node:util"
import * as Cause from "effect/Cause"
import * as Logger from "effect/Logger"

/** Every line that is logged, in each form a host may print it: plain, JSON, and looked at in depth. */
export const capturedLog = () => {
  const lines: Array<string> = []
  const logger = Logger.make((entry) => {
    lines.push(
      Logger.formatSimple.log(entry),
      Logger.formatJson.log(entry),
      inspect(entry.message, { depth: 20 }),
      Cause.pretty(entry.cause)
    )
  })
  return { lines, layer: Logger.layer([logger]) }
}

/** A line as its caller wrote it: a text and its fields. */
export interface Logged {
  readonly level: string
  readonly text: unknown
  readonly fields: unknown
}

/** Every line that is logged, apart from how a host prints it. */
export const loggedLines = () => {
  const lines: Array<Logged> = []
  const logger = Logger.make<unknown, void>(({ logLevel, message }) => {
    const [text, fields] = Array.isArray(message) ? message : [message]
    lines.push({ level: logLevel, text, fields })
  })
  return { lines, layer: Logger.layer([logger]) }
}
