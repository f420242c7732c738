// Finds the Chromium that the browser tests drive, so that `npm test` needs no set-up where one is installed. Prints its
// path when run: node scripts/find-chromium.mjs
import { onPath } from "./on-path.mjs"

const names = ["chromium", "chromium-browser", "google-chrome"]

/** `LATCHKEY_CHROMIUM` when it is set, else the first Chromium on PATH, else undefined. */
export const findChromium = (env = process.env) =>
  env.LATCHKEY_CHROMIUM || names.map((name) => onPath(name, env)).find((file) => file !== undefined)

if (import.meta.main) {
  const found = findChromium()
  if (found) console.log(found)
  process.exitCode = found ? 0 : 1
}
