// Programs in several terminals use one file of tokens, and are killed while they write it.
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { tokenFile } from "../src/tokens/token-file.ts"
import { personAt, run } from "./program.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const module = fileURLToPath(new URL("../src/tokens/token-file.ts", import.meta.url))

const writer = (path: string, name: string, times: number) =>
  run(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `
    const { tokenFile } = await import(${JSON.stringify(module)})
    const tokens = tokenFile({ app: "harbour", path: ${JSON.stringify(path)} })
    for (let number = 0; number < ${times}; number++)
      await tokens.set({ server: "https://${name}-" + number + ".example", token: "t", expiresAt: null, scopes: [] })
    process.stdout.write("done")
  `
    ],
    personAt("/nonexistent")
  )

it("what four processes write at once is all there", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "tokens.json")
  const writers = ["a", "b", "c", "d"].map((name) => writer(path, name, 25))
  for (const { ended, written } of writers) expect([await ended, written()]).toEqual([0, "done"])
  const kept = (await tokenFile({ app: "harbour", path }).list()).map(({ server }) => server)
  expect(new Set(kept).size).toBe(100)
  expect(readdirSync(folder.path)).toEqual(["tokens.json"])
})

it("a process that is killed while it writes leaves a whole file, and does not lock out the others", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "tokens.json")
  const tokens = tokenFile({ app: "harbour", path })
  await tokens.set({ server: "https://before.example", token: "t", expiresAt: null, scopes: [] })
  for (let round = 0; round < 2; round++) {
    const killed = writer(path, `killed-${round}`, 10_000)
    await expect
      .poll(async () => (await tokens.list()).length, { timeout: 30_000, interval: 1 })
      .toBeGreaterThan(1 + round * 3)
    killed.kill()
    await killed.ended
    expect(await tokens.get("https://before.example")).not.toBeNull()
  }
  await tokens.set({ server: "https://after.example", token: "t", expiresAt: null, scopes: [] })
  expect(await tokens.get("https://after.example")).not.toBeNull()
})
