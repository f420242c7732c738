// Finds the Chromium that the browser tests drive, so that `npm test` needs no set-up where one is installed. Prints its
// path when run: node scripts/find-chromium.mjs
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

const names = ["chromium", "chromium-browser", "google-chrome"]

/** `LATCHKEY_CHROMIUM` when it is set, else the first Chromium on PATH, else undefined. */
export const findChromium = (env = process.env) =>
  env.LATCHKEY_CHROMIUM ||
  names
    .flatMap((name) => (env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
    .find((file) => isExecutable(file))

const isExecutable = (file) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (import.meta.main) {
  const found = findChromium()
  if (found) console.log(found)
  process.exitCode = found ? 0 : 1
}
