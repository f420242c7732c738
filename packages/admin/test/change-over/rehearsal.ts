import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { type Kind, type OldDatabase, startOldDatabase } from "./database.ts"
import { readGuide } from "./guide.ts"

/** A weekend's work in a folder of its own: the old database, what is exported from it, and the new one. */
export interface Rehearsal extends AsyncDisposable {
  readonly folder: string
  readonly old: OldDatabase
  /** Does what the guide says, command by command. */
  readonly changeOver: () => Promise<ReadonlyArray<Done>>
  /** What became of each line, as the command reported it. */
  readonly report: () => ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly newIdOf: (old: string | number) => string
  readonly run: (command: string) => Promise<Done>
}

export interface Done {
  readonly command: string
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Inside the repository, so that the guide's options find the packages that they import. */
const OUTPUT = fileURLToPath(new URL("../../../../test-output/", import.meta.url))
const COMMAND = fileURLToPath(new URL("../../src/bin.ts", import.meta.url))

export interface RehearsalOptions {
  /** The guide that is followed: a page of docs/guides. */
  readonly guide: string
  readonly kind: Kind
  /** What a reader changes in the guide's options. */
  readonly edit?: (options: string) => string
  readonly env?: Readonly<Record<string, string>>
}

export const startRehearsal = async ({
  guide,
  kind,
  edit = (options) => options,
  env = {}
}: RehearsalOptions): Promise<Rehearsal> => {
  mkdirSync(OUTPUT, { recursive: true })
  const folder = mkdtempSync(join(OUTPUT, "change-over-"))
  const old = await startOldDatabase(kind, join(folder, "old.db"))
  const page = readGuide(guide)
  writeFileSync(join(folder, "export.sql"), page.sql(kind))
  writeFileSync(join(folder, "options.ts"), edit(page.options()))
  // What `npx latchkey-admin` starts once the package is installed.
  const npx = join(folder, "npx")
  writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" --conditions=latchkey-source "${COMMAND}" "$@"\n`)
  chmodSync(npx, 0o755)

  const run = async (command: string): Promise<Done> => {
    const folders = [folder, process.env.LATCHKEY_POSTGRES, dirname(process.env.LATCHKEY_SQLITE3 ?? "")]
    const shell = spawn("sh", ["-c", `umask 077\n${command}`], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...env, ...old.env, PATH: [...folders, process.env.PATH].join(delimiter) }
    })
    const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, "close")])
    return { command, exitCode: shell.exitCode ?? -1, stdout, stderr }
  }
  const report = () =>
    readFileSync(join(folder, "report.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
  return {
    folder,
    old,
    run,
    report,
    changeOver: async () => {
      const done: Array<Done> = []
      for (const command of [page.exportCommand(kind), ...page.importCommands]) done.push(await run(command))
      return done
    },
    newIdOf: (id) => {
      const line = report().find(({ of, old: from }) => of === "user" && from === String(id))
      return String(line?.id)
    },
    [Symbol.asyncDispose]: async () => {
      await old.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
