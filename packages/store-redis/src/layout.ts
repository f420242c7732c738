import { StoreProblem } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import type { DirectoryKeys } from "./keys.ts"
import { script } from "./script.ts"
import { readCount, readList, readOptionalText, readText } from "./values.ts"

/** The layouts of data that a version of Latchkey supports. */
export interface Layouts {
  /** The oldest that it reads. */
  readonly oldest: number
  /** The one that it writes. At start it raises older data to this. */
  readonly written: number
  /** The newest that it reads. */
  readonly newest: number
}

/**
 * A field that may be absent needs no new layout: texts grow by further lines (`further-fields.ts`). A change that older versions
 * would break or misread needs one. It comes in two releases, so that in a rolling deployment both versions read what the other
 * writes: the first only reads the new layout (`newest`), the second writes it (`written`) and raises the number.
 */
export const LAYOUTS: Layouts = { oldest: 1, written: 2, newest: 2 }

/** What is known of the data once it is open. */
export interface OpenData {
  /** The mark that was created with the data, or a new one if there was none yet; null if it is not needed. */
  readonly incarnation: string | null
  /** The layout that was found. If it is older than the one that is written, what that one needs is still to be made. */
  readonly layout: number
}

/**
 * Checks the layout of the data before anything else. New data gets the layout that this version writes. Throws without writing
 * anything if this version does not know the layout.
 */
export const openData = async (
  db: Connection,
  { layout, incarnation }: DirectoryKeys,
  { oldest, written, newest }: Layouts,
  needsIncarnation: boolean
): Promise<OpenData> => {
  const args = [oldest, written, newest, needsIncarnation ? crypto.randomUUID() : ""]
  const [found, mark] = readList(await db.run("lasting", open, [layout, incarnation], args))
  const number = readCount(readText(found))
  if (number > newest) {
    throw new StoreProblem({
      message:
        `the data has layout ${number}, but this version of Latchkey reads layouts up to ${newest}: ` +
        "run the version that wrote the data, or a newer one"
    })
  }
  if (number === 0) {
    throw new StoreProblem({
      message:
        `the data has no layout number. If a version from before the first release wrote it, delete it or use another prefix. ` +
        `If only the key ${layout} was lost, restore it from a backup`
    })
  }
  if (number < oldest) {
    throw new StoreProblem({
      message:
        `the data has layout ${number}, but this version of Latchkey reads layouts from ${oldest}: ` +
        "start an intermediate version first, which raises the layout"
    })
  }
  return { incarnation: readOptionalText(mark ?? null), layout: number }
}

/** Notes that the data has this layout now, unless another process has noted a newer one. */
export const raiseLayout = (db: Connection, { layout }: DirectoryKeys, { written }: Layouts): Promise<unknown> =>
  db.run("lasting", raise, [layout], [written])

const raise = script(`
local found = tonumber(redis.call('GET', KEYS[1]) or ARGV[1])
if found <= tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end`)

/** The layout of the data, old or new, and the mark. Zero means a mark, and therefore data, without a layout number. */
const open = script(`
local layout_key, origin = unpack(KEYS)
local oldest, written, newest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local found = redis.call('GET', layout_key)
if not found and redis.call('EXISTS', origin) == 1 then found = '0' end
local layout = tonumber(found or written)
if not layout or layout < oldest or layout > newest then return { found } end
if not found then redis.call('SET', layout_key, ARGV[2]) end
if ARGV[4] == '' then return { found or ARGV[2] } end
local mark = redis.call('GET', origin)
if not mark then
  mark = ARGV[4]
  redis.call('SET', origin, mark)
end
return { found or ARGV[2], mark }`)
