import { isUtf8 } from "node:buffer"
import { createReadStream } from "node:fs"
import { stat } from "node:fs/promises"
import { CommandFailed, exitCodes } from "../command/exit-codes.ts"
import type { World } from "../command/world.ts"
import { otherFormat } from "./other-formats.ts"

/** A line of a file of JSON lines. */
export interface Line {
  /** Counted from 1. */
  readonly number: number
  /** What it says; undefined where it is no JSON, no text, or too long. */
  readonly value: unknown
  /** Why it cannot be read, where that is more than "it is no JSON". */
  readonly problem: string | null
  /** How many bytes of the file are read by now. */
  readonly bytes: number
}

/** A longer line is no row of ours: the largest has the data of a session, 16 kB as text. In bytes. */
const LONGEST_LINE = 1_000_000

const NEW_LINE = 0x0a

const NO_TEXT = "is no UTF-8: export again with PGCLIENTENCODING=UTF8, or convert the file with iconv"

/** The lines of a file, or of standard input for `-`, one by one, so that a file of any size needs little memory. Blank ones are left out. */
export async function* readLines(file: string, { input }: Pick<World, "input">): AsyncGenerator<Line> {
  let [rest, number, bytes, isTooLong]: [Array<Buffer>, number, number, boolean] = [[], 0, 0, false]
  const take = (end: Buffer): Line | null => {
    const [line, wasTooLong] = [rest.length === 0 ? end : Buffer.concat([...rest, end]), isTooLong]
    ;[rest, isTooLong] = [[], false]
    number++
    if (wasTooLong) return { number, value: undefined, problem: null, bytes }
    // A letter that is replaced would stay so in a name or an address for ever.
    if (!isUtf8(line)) return { number, value: undefined, problem: NO_TEXT, bytes }
    const text = line
      .toString("utf8")
      .replace(/^\u{FEFF}/u, "")
      .trim()
    return text === "" ? null : { number, value: parse(text), problem: null, bytes }
  }
  for await (const read of file === "-" ? input : createReadStream(file)) {
    const chunk = Buffer.from(read)
    const other = bytes === 0 ? otherFormat(chunk) : null
    if (other !== null) throw refused("NoText", other)
    bytes += chunk.length
    let from = 0
    for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, from)) {
      const line = take(chunk.subarray(from, at))
      from = at + 1
      if (line !== null) yield line
    }
    rest.push(chunk.subarray(from))
    if (rest.reduce((sum, { length }) => sum + length, 0) > LONGEST_LINE) [rest, isTooLong] = [[], true]
  }
  const last = take(Buffer.alloc(0))
  if (last !== null) yield last
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How many bytes a file has; null for standard input, and for all else that can be read only once, such as `<(zcat users.jsonl.gz)`. */
export const sizeOf = async (file: string): Promise<number | null> => {
  if (file === "-") return null
  const found = await stat(file).catch(() => null)
  if (found === null) throw refused("NoFile", `There is no file ${file}.`)
  return found.isFile() ? found.size : null
}

const refused = (name: string, message: string) => new CommandFailed({ name, message, exitCode: exitCodes.usage })
