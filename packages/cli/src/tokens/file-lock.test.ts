import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { temporaryFolder } from "../../test/temporary-folder.ts"
import { ABANDONED_AFTER, removeLock, takeLock } from "./file-lock.ts"

const age = (path: string, milliseconds: number) => {
  const time = (Date.now() - milliseconds) / 1000
  utimesSync(path, time, time)
}

it("of many that want it, one has it at a time, and each gets it", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "lock")
  let holders = 0
  let most = 0
  const hold = async () => {
    const lock = await takeLock(path)
    most = Math.max(most, ++holders)
    await new Promise(setImmediate)
    holders--
    await lock?.release()
    return lock !== null
  }
  expect(await Promise.all(Array.from({ length: 20 }, hold))).not.toContain(false)
  expect(most).toBe(1)
  expect(readdirSync(folder.path)).toEqual([])
})

it("one that a crashed process has left is taken over", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "lock")
  writeFileSync(path, "somebody else")
  age(path, ABANDONED_AFTER + 1000)
  const locks = Promise.all(
    [1, 2, 3].map(async () => {
      const lock = await takeLock(path)
      await lock?.release()
      return lock !== null
    })
  )
  expect(await locks).toEqual([true, true, true])
  expect(readdirSync(folder.path)).toEqual([])
})

it("who comes late to an abandoned lock does not remove the new one", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "lock")
  const lock = await takeLock(path) // another was faster
  await removeLock(path, "the one that a crash has left", `${path}.aside`)
  expect(await lock?.isHeld()).toBe(true)
  await lock?.release()
  expect(readdirSync(folder.path)).toEqual([])
})

it("a holder that was taken for dead finds out, and does not end the lock of another", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "lock")
  const first = await takeLock(path)
  age(path, ABANDONED_AFTER + 1000)
  const second = await takeLock(path)
  expect([await first?.isHeld(), await second?.isHeld()]).toEqual([false, true])
  await first?.release()
  expect(existsSync(path)).toBe(true)
  await second?.release()
  expect(existsSync(path)).toBe(false)
})

it("a folder that cannot be written to is the system's error", async () => {
  using folder = temporaryFolder()
  await expect(takeLock(join(folder.path, "missing", "lock"))).rejects.toMatchObject({ code: "ENOENT" })
})
