import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

const folders = new Set<string>()

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder that goes when the file's tests are over. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-server-"))
  folders.add(folder)
  return folder
}
