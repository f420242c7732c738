import { randomUUID } from "node:crypto"
import { link, open, readFile, rename, rm, stat } from "node:fs/promises"
import { setTimeout as wait } from "node:timers/promises"

/** A lock that is held. */
export interface FileLock {
  /** Whether it is still ours: after a long pause of the process, others may have taken it for abandoned. */
  readonly isHeld: () => Promise<boolean>
  readonly release: () => Promise<void>
}

/** Milliseconds. A holder needs a few of them, or a second on a slow disk. One that needs longer has crashed or sleeps. */
export const ABANDONED_AFTER = 5_000

/** Longer than it takes to see that a lock is abandoned. */
const LONGEST_WAIT = 10_000

/**
 * Locks by a file that only one process can create, on every file system that we know. Null if others held it all the
 * time. Fails with the system's error if the file cannot be created for another reason.
 */
export const takeLock = async (path: string): Promise<FileLock | null> => {
  const mark = randomUUID()
  const giveUpAt = performance.now() + LONGEST_WAIT
  for (;;) {
    if (await create(path, mark)) break
    await removeIfAbandoned(path, mark)
    if (performance.now() > giveUpAt) return null
    await wait(5 + Math.random() * 20) // so that those who wait do not all come back at one moment
  }
  const isHeld = async () => (await readMark(path)) === mark
  const release = async () => {
    if (await isHeld()) await rm(path, { force: true })
  }
  return { isHeld, release }
}

const create = async (path: string, mark: string): Promise<boolean> => {
  try {
    const file = await open(path, "wx", 0o600)
    try {
      await file.writeFile(mark)
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    // Windows says EPERM while another process is removing the file.
    if (isCode(error, "EEXIST") || (process.platform === "win32" && isCode(error, "EPERM"))) return false
    throw error
  }
}

const removeIfAbandoned = async (path: string, mark: string): Promise<void> => {
  try {
    const found = await readMark(path)
    if (Date.now() - (await stat(path)).mtimeMs >= ABANDONED_AFTER) await removeLock(path, found, `${path}.${mark}`)
  } catch (error) {
    if (!isCode(error, "ENOENT", "EEXIST", "EPERM", "EACCES", "EBUSY")) throw error
  }
}

/**
 * Of several that find the same abandoned lock, one moves it away. Another may have been faster and hold a new lock: then
 * that one was moved, and is put back. If a third took its place in that moment, its holder finds that it is no longer
 * held, and begins again.
 */
export const removeLock = async (path: string, found: string | null, aside: string): Promise<void> => {
  try {
    await rename(path, aside)
    if ((await readMark(aside)) !== found) await link(aside, path)
  } finally {
    await rm(aside, { force: true })
  }
}

const readMark = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if (isCode(error, "ENOENT", "EPERM", "EACCES", "EBUSY")) return null
    throw error
  }
}

const isCode = (error: unknown, ...codes: ReadonlyArray<string>): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? "")
