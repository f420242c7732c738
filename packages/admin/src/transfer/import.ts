import { once } from "node:events"
import { createWriteStream, type WriteStream } from "node:fs"
import type { Auth } from "@latchkey/core"
import { Aborted, CommandFailed, exitCodes } from "../command/exit-codes.ts"
import { type CommonOptions, type Opened, withAuth } from "../command/open.ts"
import { counted, jsonLine } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { isBackup, isKnownVersion, readBackupLine } from "./backup-file.ts"
import { importLines } from "./import-lines.ts"
import { type Line, readLines, sizeOf } from "./lines.ts"
import { type LineOutcome, makeSummary, outcomeText, type Summary } from "./outcome.ts"
import { progressOn } from "./progress.ts"
import { restoreLines } from "./restore-lines.ts"

export interface ImportOptions extends CommonOptions {
  readonly source?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly report?: string
}

/** So many lines are read before they are written. */
const LINES_AT_ONCE = 500

/**
 * `latchkey-admin import <file>`: a backup of `export`, or users of another system. First a rehearsal says what would become of
 * the lines, and then the person is asked.
 */
export const importFile = (file: string, options: ImportOptions, world: World): Promise<void> =>
  withAuth(options, world, async (opened) => {
    const { screen } = world
    const isPipe = file === "-"
    if (isPipe && !options.dryRun && !options.yes)
      throw usage("Standard input can be read only once: add --dry-run, or --yes to import without a rehearsal.")
    if (!isPipe) {
      const rehearsed = await pass(opened, file, { ...options, isRehearsal: true }, world)
      await tell(rehearsed, "would be added", options, world)
      if (options.dryRun) return finish(rehearsed)
      if (rehearsed.added === 0) return finish(rehearsed)
      if (!(await isWanted(rehearsed, opened, options, world))) {
        screen.err("Nothing was imported. Add --yes to import without a question.\n")
        return finish(rehearsed)
      }
    }
    const isRehearsal = options.dryRun ?? false
    const summary = await pass(opened, file, { ...options, isRehearsal }, world)
    await tell(summary, isRehearsal ? "would be added" : "added", options, world)
    finish(summary)
  })

const isWanted = async (
  { added }: Summary,
  { name }: Opened,
  { yes }: ImportOptions,
  { screen, signal }: World
): Promise<boolean> => {
  if (yes) return true
  if (!screen.isTerminal) return false
  const answer = await screen.ask(`Import ${counted(added, "line")} into ${name}? [y/N] `, signal)
  return /^y(?:es)?$/i.test(answer.trim())
}

/** Reads the whole file once. */
const pass = async (
  { auth }: Opened,
  file: string,
  { source, isRehearsal, report, json }: ImportOptions & { readonly isRehearsal: boolean },
  world: World
): Promise<Summary> => {
  const size = await sizeOf(file)
  const summary = makeSummary()
  const told = isRehearsal || report === undefined ? null : createWriteStream(report, { mode: 0o600 })
  const progress = progressOn(world)
  let work: Work | null = null
  let batch: Array<Line> = []
  const flush = async () => {
    if (world.signal.aborted) throw new Aborted()
    const outcomes = (await work?.take(batch)) ?? []
    batch = []
    for (const outcome of outcomes) {
      summary.add(outcome)
      if (json && !isRehearsal && outcome.outcome === "skipped") await world.screen.out(jsonLine(outcome))
      if (told !== null) await write(told, jsonLine(outcome))
    }
  }
  try {
    for await (const line of readLines(file, world)) {
      if (work === null) {
        work = workOn(auth, line, { source, isRehearsal })
        if (isBackup(line)) continue
      }
      batch.push(line)
      if (batch.length < LINES_AT_ONCE) continue
      await flush()
      progress.at(size === null ? null : line.bytes / size, `line ${line.number.toLocaleString("en")}`)
    }
    await flush()
    work?.end()
  } finally {
    progress.end()
    if (told !== null) {
      told.end()
      await once(told, "close")
    }
  }
  return summary.read()
}

const write = async (stream: WriteStream, text: string): Promise<void> => {
  if (!stream.write(text)) await once(stream, "drain")
}

/** What a file is for. */
interface Work {
  readonly take: (lines: ReadonlyArray<Line>) => Promise<ReadonlyArray<LineOutcome>>
  /** Throws if the file ended too early. */
  readonly end: () => void
}

/** The first line says whether the file is a backup. */
const workOn = (
  auth: Auth,
  first: Line,
  { source, isRehearsal }: { readonly source: string | undefined; readonly isRehearsal: boolean }
): Work => {
  if (!isBackup(first)) {
    if (source === undefined)
      throw usage("Say where the users come from, as in --source fastpluggy: ids that are no UUIDs are made from it.")
    return { take: (lines) => importLines(auth, lines, { source, isRehearsal }), end: () => undefined }
  }
  if (!isKnownVersion(first)) throw usage("This backup is of a newer version of latchkey-admin: install that one.")
  let isWhole = false
  return {
    take: (lines) => {
      isWhole = lines.some((line) => readBackupLine(line)?.part === "end")
      return restoreLines(auth, lines, isRehearsal)
    },
    end: () => {
      if (!isWhole)
        throw new CommandFailed({
          name: "FileCutOff",
          message:
            "The backup ends early: its last line is missing. What it has was read. Get the whole file and import it again.",
          exitCode: exitCodes.partly
        })
    }
  }
}

const tell = async (summary: Summary, verb: string, { json }: ImportOptions, { screen }: World): Promise<void> => {
  const { lines, added, there, skipped, of, examples } = summary
  if (json) return screen.out(jsonLine({ rehearsal: verb !== "added", lines, added, there, skipped, of }))
  const kinds = Object.entries(of).map(([kind, count]) => counted(count, kind))
  screen.err(
    `${counted(lines, "line")}: ${added} ${verb}${kinds.length > 0 ? ` (${kinds.join(", ")})` : ""}, ${there} there already, ${skipped} skipped.\n`
  )
  for (const example of examples) screen.err(outcomeText(example))
  if (skipped > examples.length) screen.err("  … and more: --report <file> writes them all.\n")
}

/** A script must notice that something was left out. */
const finish = ({ skipped }: Summary): void => {
  if (skipped === 0) return
  throw new CommandFailed({
    name: "Skipped",
    message: `${counted(skipped, "line")} skipped.`,
    exitCode: exitCodes.partly
  })
}

const usage = (message: string) => new CommandFailed({ name: "UsageError", message, exitCode: exitCodes.usage })
