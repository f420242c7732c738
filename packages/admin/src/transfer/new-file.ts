import { randomUUID } from "node:crypto"
import { link, open, rename, rm, stat } from "node:fs/promises"
import { CommandFailed, exitCodes } from "../command/exit-codes.ts"

/** Where the lines of a file go. */
export interface Output {
  readonly write: (text: string) => Promise<void>
  /** Once it is whole. */
  readonly finish: () => Promise<void>
  readonly abandon: () => Promise<void>
}

/** Only its owner reads what we write: it has hashes and ids in it (OPR-02). */
const PRIVATE = 0o600

/** A file that has its name once it is whole and on the disk: until then it has another one, which nobody can guess (OPR-03). */
export const newFile = async (file: string, mayReplace: boolean): Promise<Output> => {
  if (!mayReplace && (await isThere(file))) throw taken(file)
  const part = `${file}.${randomUUID()}.part`
  const handle = await open(part, "wx", PRIVATE)
  const remove = () => rm(part, { force: true })
  return {
    write: (text) => handle.writeFile(text),
    finish: async () => {
      await handle.sync()
      await handle.close()
      if (mayReplace) return rename(part, file)
      // Unlike a rename it fails when somebody has made a file of this name meanwhile.
      await link(part, file).catch(async (error) => {
        if (error.code === "EEXIST") throw taken(file)
        await rename(part, file) // a file system without links
      })
      await remove()
    },
    abandon: async () => {
      await handle.close().catch(() => undefined)
      await remove()
    }
  }
}

/** A file that grows from its beginning on, so that what happened is known even if the rest does not. */
export const newReport = async (file: string): Promise<Output> => {
  const handle = await open(file, "wx", PRIVATE).catch((error) => {
    throw error.code === "EEXIST" ? taken(file, "") : error
  })
  const close = () => handle.close()
  return { write: (text) => handle.writeFile(text), finish: close, abandon: close }
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false
  )

const taken = (file: string, or = ", or add --force") =>
  new CommandFailed({
    name: "OutputRefused",
    message: `There is a file ${file} already. Name another one${or}.`,
    exitCode: exitCodes.usage
  })
