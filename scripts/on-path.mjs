import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

/** The file that starts when a program of this name is run; undefined where there is none. */
export const onPath = (name, env = process.env) =>
  (env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => isExecutable(file))

const isExecutable = (file) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
