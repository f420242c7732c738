import { randomUUID } from "node:crypto"
import { link, open, rename, rm, stat } from "node:fs/promises"
import { dirname } from "node:path"
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
  if (!mayReplace && (await isThere(file))) throw taken(file, OR_FORCE)
  const { handle, giveName, abandon } = await unnamed(file)
  return {
    write: (text) => handle.writeFile(text),
    finish: async () => {
      await handle.sync()
      await handle.close()
      await giveName(mayReplace)
    },
    abandon
  }
}

/**
 * A file that has its name from its first line on, so that what happened is known even if the rest does not. It takes the place of an
 * older report: the same command is run again after it was stopped, and tells of every line anew. No other file is replaced.
 */
export const newReport = async (file: string): Promise<Output> => {
  const isOld = await isThere(file)
  if (isOld && !(await isReport(file))) throw taken(file, ", and it is no report of an import. Name another one.")
  const { handle, giveName, abandon } = await unnamed(file)
  let isNamed = false
  const named = async () => {
    if (!isNamed) await giveName(isOld)
    isNamed = true
  }
  return {
    write: async (text) => {
      await named()
      await handle.writeFile(text)
    },
    finish: async () => {
      await named()
      await handle.close()
    },
    // What it has by then stays.
    abandon: () => (isNamed ? handle.close() : abandon())
  }
}

/** A file of another name, that can have the one that it shall have. */
const unnamed = async (file: string) => {
  const part = `${file}.${randomUUID()}.part`
  const handle = await open(part, "wx", PRIVATE).catch((error) => {
    throw notWritten(file, error)
  })
  const remove = () => rm(part, { force: true })
  return {
    handle,
    giveName: async (mayReplace: boolean) => {
      if (mayReplace) return rename(part, file)
      // Unlike a rename it fails when somebody has made a file of this name meanwhile.
      await link(part, file).catch(async (error) => {
        if (error.code === "EEXIST") throw taken(file, ". Name another one.")
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

/** Whether a file is what `newReport` wrote, or empty, as when it was stopped at once. */
const isReport = async (file: string): Promise<boolean> => {
  if (!(await stat(file)).isFile()) return false
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START.length), 0, START.length, 0)
    return bytesRead === 0 || buffer.toString() === START
  } finally {
    await handle.close()
  }
}

/** Each line of a report begins so, and none of a file of users or of a backup. */
const START = '{"line":'

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false
  )

const OR_FORCE = ". Name another one, or add --force."

const taken = (file: string, or: string) => refused(`There is a file ${file} already${or}`)

const notWritten = (file: string, error: NodeJS.ErrnoException) =>
  refused(
    error.code === "ENOENT" ? `There is no folder ${dirname(file)}.` : `${file} cannot be written: ${error.message}`
  )

const refused = (message: string) => new CommandFailed({ name: "OutputRefused", message, exitCode: exitCodes.usage })
