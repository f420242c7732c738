import { type KeptSettings, NOTHING_KEPT, type SettingsStore } from "@latchkey/core/store"
import { attempt, type Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { althoughMemoryIsFullLua, script } from "./script.ts"
import { count, readCount, readText } from "./values.ts"

/** The settings that administrators made, in one key: the version, the end of the line, and the text. */
export const redisSettings = (db: Connection, { settings: key }: Keys): SettingsStore => ({
  read: attempt("settings.read", async () => {
    const kept = await db.read("GET", key)
    return kept === null ? NOTHING_KEPT : readKept(readText(kept))
  }),
  write: (text, from) =>
    attempt("settings.write", async () => (await db.run("lasting", write, [key], [count(from), text])) === 1)
})

const readKept = (kept: string): KeptSettings => {
  const end = kept.indexOf("\n")
  return { version: readCount(kept.slice(0, end)), text: kept.slice(end + 1) }
}

/** Settings can limit something, such as who may register. */
const write = script(
  althoughMemoryIsFullLua,
  `
local from, text = unpack(ARGV)
local kept = redis.call('GET', KEYS[1])
if (kept and string.match(kept, '^%d+') or '0') ~= from then return 0 end
although_memory_is_full(KEYS[1])
redis.call('SET', KEYS[1], string.format('%.0f', tonumber(from) + 1) .. '\\n' .. text)
return 1`
)
