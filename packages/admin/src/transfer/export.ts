import type { BackupPlace } from "@latchkey/core"
import { Aborted, CommandFailed, exitCodes } from "../command/exit-codes.ts"
import { type CommonOptions, type Opened, withAuth } from "../command/open.ts"
import { counted, jsonLine } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { firstLine, lastLine } from "./backup-file.ts"
import { newFile, type Output } from "./new-file.ts"
import { progressOn } from "./progress.ts"

export interface ExportOptions extends CommonOptions {
  readonly force?: boolean
}

/** `latchkey-admin export <file>`: writes a backup of the store as JSON lines, which `import` restores. */
export const exportBackup = async (file: string, options: ExportOptions, world: World): Promise<void> => {
  const { screen } = world
  if (file === "-" && screen.columns !== null) {
    throw failed("A backup has password hashes in it: name a file, or send standard output into one.")
  }
  const work = async ({ auth, name }: Opened) => {
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
    if (options.json && file !== "-") return screen.out(jsonLine({ store: name, file, rows }))
    screen.err(
      `Exported ${counted(rows, "row")} of ${name}. They hold password hashes: keep the file as safe as the database.\n`
    )
  }
  await withAuth(options, world, work, { stopsByItself: true })
}

const standardOutput = ({ screen }: World): Output => ({
  write: screen.out,
  finish: async () => undefined,
  abandon: async () => undefined
})

const failed = (message: string) => new CommandFailed({ name: "OutputRefused", message, exitCode: exitCodes.usage })
