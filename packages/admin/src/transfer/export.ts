import { open, rename, rm, stat } from "node:fs/promises"
import type { BackupPlace } from "@latchkey/core"
import { Aborted, CommandFailed, exitCodes } from "../command/exit-codes.ts"
import { type CommonOptions, withAuth } from "../command/open.ts"
import { counted, jsonLine } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { firstLine, lastLine } from "./backup-file.ts"
import { progressOn } from "./progress.ts"

export interface ExportOptions extends CommonOptions {
  readonly force?: boolean
}

/** `latchkey-admin export <file>`: writes a backup of the store as JSON lines, which `import` restores. */
export const exportBackup = async (file: string, options: ExportOptions, world: World): Promise<void> => {
  const { screen } = world
  if (file === "-" && screen.isOutTerminal) {
    throw failed("A backup has password hashes in it: name a file, or send standard output into one.")
  }
  await withAuth(options, world, async ({ auth, name }) => {
    const output = file === "-" ? standardOutput(world) : await newFile(file, options.force ?? false)
    const progress = progressOn(world)
    let rows = 0
    try {
      await output.write(jsonLine(firstLine(Date.now())))
      let place: BackupPlace | null = null
      do {
        if (world.signal.aborted) throw new Aborted()
        const page = await auth.backup.take(place)
        await output.write(page.rows.map(jsonLine).join(""))
        rows += page.rows.length
        place = page.next
        progress.at(null, `${counted(rows, "row")} so far`)
      } while (place !== null)
      await output.write(jsonLine(lastLine(rows)))
      await output.finish()
    } catch (error) {
      await output.abandon()
      throw error
    } finally {
      progress.end()
    }
    if (options.json && file !== "-") await screen.out(jsonLine({ store: name, file, rows }))
    else
      screen.err(
        `Exported ${counted(rows, "row")} of ${name}. They hold password hashes: keep the file as safe as the database.\n`
      )
  })
}

interface Output {
  readonly write: (text: string) => Promise<void>
  readonly finish: () => Promise<void>
  readonly abandon: () => Promise<void>
}

const standardOutput = ({ screen }: World): Output => ({
  write: screen.out,
  finish: async () => undefined,
  abandon: async () => undefined
})

/** Only its owner can read it, and it has its name once it is whole and on the disk. */
const newFile = async (file: string, mayReplace: boolean): Promise<Output> => {
  const isThere = await stat(file).then(
    () => true,
    () => false
  )
  if (isThere && !mayReplace) throw failed(`There is a file ${file} already. Name another one, or add --force.`)
  const part = `${file}.part`
  const handle = await open(part, "w", 0o600)
  return {
    write: async (text) => void (await handle.write(text)),
    finish: async () => {
      await handle.sync()
      await handle.close()
      await rename(part, file)
    },
    abandon: async () => {
      await handle.close().catch(() => undefined)
      await rm(part, { force: true })
    }
  }
}

const failed = (message: string) => new CommandFailed({ name: "OutputRefused", message, exitCode: exitCodes.usage })
