import { createHash } from "node:crypto"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** Packages as files in folders: `<root>/<project>/<file>`. A stored file never changes. */
export interface Shelf {
  readonly projects: () => Promise<ReadonlyArray<string>>
  readonly files: (project: string) => Promise<ReadonlyArray<string>>
  readonly read: (project: string, file: string) => Promise<Buffer | null>
  /** False if a file with this name already exists. */
  readonly put: (project: string, file: string, bytes: Uint8Array) => Promise<boolean>
}

/** The name of one folder or file, never a path that leads elsewhere. */
const NAME = /^[A-Za-z0-9@][A-Za-z0-9@._+-]{0,200}$/

export const makeShelf = (root: string): Shelf => {
  const pathOf = (...names: ReadonlyArray<string>): string | null =>
    names.every((name) => NAME.test(name)) ? join(root, ...names) : null

  const entriesOf = async (folder: string | null): Promise<ReadonlyArray<string>> =>
    folder === null ? [] : ((await unlessMissing(readdir(folder))) ?? [])

  return {
    projects: () => entriesOf(root),
    files: (project) => entriesOf(pathOf(project)),
    read: async (project, file) => {
      const path = pathOf(project, file)
      return path === null ? null : unlessMissing(readFile(path))
    },
    put: async (project, file, bytes) => {
      const [folder, path] = [pathOf(project), pathOf(project, file)]
      if (folder === null || path === null) return false
      await mkdir(folder, { recursive: true })
      return writeFile(path, bytes, { flag: "wx" }).then(
        () => true,
        (error) => {
          if (error.code === "EEXIST") return false
          throw error
        }
      )
    }
  }
}

export const hashOf = (algorithm: "sha1" | "sha256", bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest("hex")

const unlessMissing = async <A>(found: Promise<A>): Promise<A | null> => {
  try {
    return await found
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null
    throw error
  }
}
