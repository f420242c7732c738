import { randomUUID } from "node:crypto"
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { ABANDONED_AFTER, type FileLock, takeLock } from "./file-lock.ts"
import { TokenFileBroken, TokenFileBusy, TokenFileError } from "./token-errors.ts"

/** Room for thousands of tokens. A larger file is not ours. */
const LONGEST = 4 * 1024 * 1024

/** The text of a file that only its owner shall read; null if there is none. */
export const readPrivateFile = async (path: string): Promise<string | null> => {
  try {
    const file = await open(path, "r")
    try {
      const { size, mode } = await file.stat()
      if (size > LONGEST) throw new TokenFileBroken({ path, reason: "it is too long." })
      // Somebody has copied it with the rights of other files. Where that cannot be mended, reading still can.
      if (process.platform !== "win32" && (mode & 0o077) !== 0) await file.chmod(0o600).catch(() => undefined)
      return await file.readFile("utf8")
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null
    throw told(path, error)
  }
}

/**
 * Reads, changes and writes a file while no other process does, so that no change gets lost. `next` gets the text, and
 * returns the new one, or null to leave the file as it is. A crash leaves the old text or the new one.
 */
export const changePrivateFile = async (path: string, next: (text: string | null) => string | null): Promise<void> => {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    for (let attempt = 0; attempt < 3; attempt++) {
      const lock = await takeLock(`${path}.lock`)
      if (lock === null) break
      try {
        const text = next(await readPrivateFile(path))
        await sweep(path)
        if (text === null || (await replace(path, text, lock))) return
      } finally {
        await lock.release()
      }
    }
  } catch (error) {
    throw told(path, error)
  }
  throw new TokenFileBusy({ path })
}

/** Fails if the file could not be written now. Nothing is written but, for a moment, the lock. */
export const checkPrivateFile = (path: string): Promise<void> => changePrivateFile(path, () => null)

const BESIDE = ".tmp"

/** Writes beside the file and moves the result over it. False if the lock was lost meanwhile: then nothing has changed. */
const replace = async (path: string, text: string, lock: FileLock): Promise<boolean> => {
  const beside = `${path}.${randomUUID()}${BESIDE}`
  try {
    const file = await open(beside, "wx", 0o600)
    try {
      await file.writeFile(text)
      await file.sync() // or a power failure may leave a file of the right name without content
    } finally {
      await file.close()
    }
    if (!(await lock.isHeld())) return false
    await moveOver(beside, path)
    return true
  } finally {
    await rm(beside, { force: true })
  }
}

/** Removes what a crashed process has written beside the file: there are tokens in it. */
const sweep = async (path: string): Promise<void> => {
  const folder = dirname(path)
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(BESIDE)) continue
    const beside = join(folder, name)
    const written = await stat(beside).catch(() => null) // its owner may be moving it away
    if (written !== null && Date.now() - written.mtimeMs > ABANDONED_AFTER) await rm(beside, { force: true })
  }
}

/** Windows refuses while another process, such as a virus scanner, has the file open. */
const moveOver = async (from: string, to: string): Promise<void> => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(from, to)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? ""
      const isInUse = process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].includes(code)
      if (!isInUse || attempt === 20) throw error
      await wait(25)
    }
  }
}

/** The system's errors by their code alone. */
const told = (path: string, error: unknown): unknown => {
  const code = (error as NodeJS.ErrnoException).code
  return typeof code === "string" ? new TokenFileError({ path, code }) : error
}
