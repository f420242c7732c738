import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs"

/** For its owner alone: password hashes are in it (SQL-02). SQLite gives its companions the mode of the file. */
const PRIVATE = 0o600
const OTHERS = 0o077

/**
 * Makes a database file that only its owner can read, or takes others' rights from one that is there. A file that is there
 * is never opened here: closing it again would drop the locks that other handles of this process hold on it.
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
    // Another process that starts at the same moment made it first, in the same way.
    if (!existsSync(path)) throw error
  }
}
