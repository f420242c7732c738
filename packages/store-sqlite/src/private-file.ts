import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs"

/** Only the owner may read it, because it contains password hashes (SQL-02). SQLite gives its companion files the same mode. */
const PRIVATE = 0o600
const OTHERS = 0o077

/**
 * Creates a database file that only its owner can read, or removes the rights of others from an existing file. It never opens
 * an existing file, because closing it would drop the locks of other handles in this process.
 */
export const makePrivate = (path: string): void => {
  if (existsSync(path)) {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      if (existsSync(file) && isOpenToOthers(file)) chmodSync(file, PRIVATE)
    }
  } else {
    create(path)
  }
}

/** A directory, named by mistake, keeps its rights: without them nobody could open what is in it. SQLite refuses it. */
const isOpenToOthers = (path: string): boolean => {
  const entry = statSync(path)
  return entry.isFile() && (entry.mode & OTHERS) !== 0
}

const create = (path: string): void => {
  try {
    closeSync(openSync(path, "wx", PRIVATE))
  } catch (error) {
    // Another process that starts at the same moment created it first, in the same way.
    if (!existsSync(path)) throw error
  }
}
