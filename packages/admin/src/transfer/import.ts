import type { Auth } from "@latchkey/core"
import { isYes, mustBeWanted } from "../command/ask.ts"
import { Aborted, CommandFailed, exitCodes, usage } from "../command/exit-codes.ts"
import { type CommonOptions, type Opened, withAuth } from "../command/open.ts"
import { counted, jsonLine } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { isBackup, isKnownVersion, readBackupLine } from "./backup-file.ts"
import { type ImportWishes, makeImport } from "./import-lines.ts"
import { type Line, readLines, sizeOf } from "./lines.ts"
import { newReport, type Output } from "./new-file.ts"
import { type LineOutcome, makeSummary, outcomeText, type Summary } from "./outcome.ts"
import { progressOn } from "./progress.ts"
import { hasUsers, makeRehearsal, makeRestore, restoreLines } from "./restore-lines.ts"

export interface ImportOptions extends CommonOptions {
  readonly source?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly returnRemoved?: boolean
  readonly report?: string
}

/** So many lines are read before they are written. */
const LINES_AT_ONCE = 500

/**
 * `latchkey-admin import <file>`: a backup of `export`, or users of another system. First a rehearsal says what would become of
 * the lines, and then the person is asked (OPR-04).
 */
export const importFile = async (file: string, options: ImportOptions, world: World): Promise<void> => {
  const size = await sizeOf(file)
  const isPipe = size === null
  if (isPipe && !options.dryRun && !options.yes)
    throw usage("A pipe can be read only once: add --dry-run, or --yes to import without a rehearsal.")
  if (!world.screen.isTerminal && !options.dryRun && !options.yes)
    throw usage("There is nobody to ask: add --yes to import, or --dry-run to see what would become of it.")
  const work = async (opened: Opened) => {
    // Before the rehearsal, which may take minutes: nobody should learn after it that there is no such folder.
    const report = options.report === undefined ? null : await newReport(options.report)
    try {
      await rehearseAndImport(opened, { file, size, report }, options, world)
    } finally {
      await report?.abandon()
    }
  }
  await withAuth(options, world, work, { stopsByItself: true })
}

/** What is read, and where it is told what became of each line. */
interface Files {
  readonly file: string
  /** In bytes; null for a pipe. */
  readonly size: number | null
  readonly report: Output | null
}

const rehearseAndImport = async (opened: Opened, files: Files, options: ImportOptions, world: World): Promise<void> => {
  let toldBefore = 0
  if (files.size !== null && !options.dryRun) {
    const rehearsed = await pass(opened, files, { ...options, isRehearsal: true, isLast: false }, world)
    await tell(rehearsed, "would be added", options, world)
    if (rehearsed.added === 0 && !options.yes && files.report === null) return finish(rehearsed)
    const question = `Import ${counted(rehearsed.added, "line")} into ${opened.name}? [y/N] `
    if (rehearsed.added > 0) await mustBeWanted(question, isYes, options, world)
    toldBefore = rehearsed.skipped
  }
  const isRehearsal = options.dryRun ?? false
  const summary = await pass(opened, files, { ...options, isRehearsal, isLast: true }, world)
  await tell(summary, isRehearsal ? "would be added" : "added", options, world, toldBefore)
  await files.report?.finish()
  finish(summary)
}

interface Pass extends ImportOptions {
  /** Whether nothing is written. */
  readonly isRehearsal: boolean
  /** Whether this is what the person asked for: only then is told what becomes of each line. */
  readonly isLast: boolean
}

/** Reads the whole file once. */
const pass = async (
  opened: Opened,
  { file, size, report }: Files,
  { source, isRehearsal, returnRemoved: returnsRemoved = false, isLast, json }: Pass,
  world: World
): Promise<Summary> => {
  const { auth } = opened
  const summary = makeSummary()
  const progress = progressOn(world)
  let work: Work | null = null
  let batch: Array<Line> = []
  const flush = async () => {
    if (world.signal.aborted) throw new Aborted(stopWords(summary.read(), isRehearsal))
    const problems = new Map(batch.map(({ number, problem }) => [number, problem]))
    const outcomes = ((await work?.take(batch)) ?? []).map((outcome): LineOutcome => {
      const problem = problems.get(outcome.line) ?? null
      return problem === null ? outcome : { ...outcome, why: problem }
    })
    batch = []
    let lines = ""
    for (const outcome of outcomes) {
      summary.add(outcome)
      if (json && isLast && outcome.outcome === "skipped") await world.screen.out(jsonLine(outcome))
      lines += jsonLine(outcome)
    }
    if (isLast && lines !== "") await report?.write(lines)
  }
  try {
    for await (const line of readLines(file, world)) {
      if (work === null) {
        work = workOn(auth, line, { source, isRehearsal, returnsRemoved })
        if (isBackup(line)) {
          if (!isLast || isRehearsal || size === null) await warnIfUsed(opened, json, world)
          continue
        }
      }
      batch.push(line)
      if (batch.length < LINES_AT_ONCE) continue
      await flush()
      progress.at(size === null ? null : line.bytes / size, `line ${line.number.toLocaleString("en")}`)
    }
    await flush()
    if (work === null) throw usage("There is nothing in it: no line of JSON.")
    work.end()
  } finally {
    progress.end()
  }
  return summary.read()
}

/** A backup is meant for an empty store. */
const warnIfUsed = async ({ auth, name }: Opened, json: boolean | undefined, { screen }: World): Promise<void> => {
  if (json || !(await hasUsers(auth.users))) return
  screen.err(
    `${name} has users already. Who is there stays as they are, and what was ended here since the backup does not come back.\n`
  )
}

const stopWords = ({ added }: Summary, isRehearsal: boolean): string =>
  isRehearsal
    ? "stopped, and nothing was changed"
    : `stopped: ${counted(added, "line")} imported. Run the same command again: what is there stays as it is`

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
  { source, ...wishes }: ImportWishes & { readonly source: string | undefined }
): Work => {
  if (!isBackup(first)) {
    if (source === undefined)
      throw usage("Say where the users come from, as in --source fastpluggy: ids that are no UUIDs are made from it.")
    return { take: makeImport(auth, { source, ...wishes }), end: () => undefined }
  }
  if (!isKnownVersion(first)) throw usage("This backup is of a newer version of latchkey-admin: install that one.")
  /** How many lines there should have been, once its last one has said so. */
  const { returnsRemoved } = wishes
  const restore = wishes.isRehearsal ? makeRehearsal(auth, wishes) : makeRestore(auth, returnsRemoved)
  let [read, expected]: [number, number | null] = [0, null]
  return {
    take: (lines) => {
      for (const line of lines) {
        const row = readBackupLine(line)
        if (row?.part === "end") expected = row.rows
        else if (expected === null) read++
      }
      return restoreLines(restore, lines)
    },
    end: () => {
      if (expected === null) throw notWhole("ends early: its last line is missing")
      if (expected !== read) throw notWhole(`has ${counted(read, "row")}, and its last line says ${expected}`)
    }
  }
}

const notWhole = (what: string) =>
  new CommandFailed({
    name: "FileCutOff",
    message: `The backup ${what}. What it has was read. Get the whole file and import it again.`,
    exitCode: exitCodes.partly
  })

/** `toldBefore`: of so many lines the rehearsal has said why they are skipped. */
const tell = async (
  summary: Summary,
  verb: string,
  { json }: ImportOptions,
  { screen }: World,
  toldBefore = 0
): Promise<void> => {
  const { lines, added, there, skipped, of, examples } = summary
  if (json) return screen.out(jsonLine({ rehearsal: verb !== "added", lines, added, there, skipped, of }))
  const kinds = Object.entries(of).map(([kind, count]) => counted(count, ...(words[kind] ?? [kind, `${kind}s`])))
  const kindWords = kinds.length > 0 ? ` (${kinds.join(", ")})` : ""
  const [all, some, rest] = [added, there, skipped].map((count) => count.toLocaleString("en"))
  screen.err(`${counted(lines, "line")}: ${all} ${verb}${kindWords}, ${some} there already, ${rest} skipped.\n`)
  if (skipped === toldBefore) return
  for (const example of examples) screen.err(outcomeText(example))
  if (skipped > examples.length) screen.err("  … and more: --report <file> writes them all.\n")
}

/** What a kind of line is called, where that is not its name. */
const words: Readonly<Record<string, readonly [string, string]>> = {
  trail: ["event", "events"],
  "trail-start": ["beginning of the trail", "beginnings of the trail"],
  settings: ["set of settings", "sets of settings"],
  code: ["mailed code", "mailed codes"]
}

/** A script must notice that something was left out. */
const finish = ({ skipped }: Summary): void => {
  if (skipped === 0) return
  throw new CommandFailed({
    name: "Skipped",
    message: `${counted(skipped, "line")} skipped.`,
    isTold: true,
    exitCode: exitCodes.partly
  })
}
