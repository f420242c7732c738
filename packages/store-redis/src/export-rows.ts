import { type ListPage, newestFirst, type Place, pageOf, type SecretHash } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import { FIELDS_OF_HASHES, hashOfField } from "./keys.ts"
import { readList, readText } from "./values.ts"

/** So many fields one command looks at, more than a limit allows of sessions or tokens: an owner who has more is read in steps (OPS-07). */
const STEP = 5_000

/** An entry with the hash of its secret. */
interface Row<Entry> {
  readonly hash: SecretHash
  readonly entry: Entry
}

/** A page of an owner's sessions or tokens, as far as `read` wants them. Sorted here and not by a script, so that no other call waits. */
export const exportRows = async <Entry extends Place>(
  db: Connection,
  key: string,
  page: ListPage,
  read: (text: string) => Entry | null
): Promise<ReadonlyArray<Row<Entry>>> => {
  const rows = Array.from(await textsIn(db, key), ([field, text]) => ({ hash: hashOfField(field), entry: read(text) }))
  const placed = rows.flatMap(({ hash, entry }) =>
    entry === null ? [] : [{ hash, entry, createdAt: entry.createdAt, id: entry.id }]
  )
  return pageOf(placed.sort(newestFirst), page)
}

/** The texts in a hash of sessions or tokens. The server may give a field twice. */
const textsIn = async (db: Connection, key: string): Promise<ReadonlyMap<string, string>> => {
  const texts = new Map<string, string>()
  for (let cursor: string | null = null; cursor !== "0"; ) {
    const reply = await db.read("HSCAN", key, cursor ?? "0", "MATCH", FIELDS_OF_HASHES, "COUNT", String(STEP))
    const [next, fields] = readList(reply)
    const read = readList(fields).map(readText)
    for (let at = 0; at < read.length; at += 2) texts.set(read[at] ?? "", read[at + 1] ?? "")
    cursor = readText(next)
  }
  return texts
}
