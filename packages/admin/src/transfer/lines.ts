import { createReadStream } from "node:fs"
import { stat } from "node:fs/promises"
import { StringDecoder } from "node:string_decoder"
import { CommandFailed, exitCodes } from "../command/exit-codes.ts"
import type { World } from "../command/world.ts"

/** A line of a file of JSON lines. */
export interface Line {
  /** Counted from 1. */
  readonly number: number
  /** What it says; undefined where it is no JSON, or too long. */
  readonly value: unknown
  /** How many bytes of the file are read by now. */
  readonly bytes: number
}

/** A longer line is no row of ours: the largest has the data of a session, 16 kB as text. */
const LONGEST_LINE = 1_000_000

/** The lines of a file, or of standard input for `-`, one by one, so that a file of any size needs little memory. Blank ones are left out. */
export async function* readLines(file: string, { input }: Pick<World, "input">): AsyncGenerator<Line> {
  const decoder = new StringDecoder("utf8")
  let [rest, number, bytes, isTooLong] = ["", 0, 0, false]
  const lineOf = (text: string): Line | null => {
    number++
    const line = isTooLong ? "x" : text.replace(/^\u{FEFF}/u, "").trim()
    isTooLong = false
    return line === "" ? null : { number, value: parse(line), bytes }
  }
  for await (const chunk of file === "-" ? input : createReadStream(file)) {
    bytes += chunk.length
    const parts = `${rest}${typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk))}`.split("\n")
    rest = parts.pop() ?? ""
    for (const part of parts) {
      const line = lineOf(part)
      if (line !== null) yield line
    }
    if (rest.length > LONGEST_LINE) [rest, isTooLong] = ["", true]
  }
  const last = lineOf(rest + decoder.end())
  if (last !== null) yield last
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How many bytes a file has; null for standard input. */
export const sizeOf = async (file: string): Promise<number | null> => {
  if (file === "-") return null
  try {
    return (await stat(file)).size
  } catch {
    throw new CommandFailed({ name: "NoFile", message: `There is no file ${file}.`, exitCode: exitCodes.usage })
  }
}
