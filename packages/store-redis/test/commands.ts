import { createClient } from "redis"

/** Redis' answer: text, a number, nothing, or a list of answers. */
export type Reply = string | number | null | ReadonlyArray<Reply>

export type Command = ReadonlyArray<string>

/** Sends commands over a connection of their own, all at once, and gives the answers; fails with the first error. */
export const ask = async (url: string, ...commands: ReadonlyArray<Command>): Promise<ReadonlyArray<Reply>> => {
  const client = createClient({ url, RESP: 2, socket: { reconnectStrategy: false } })
  client.on("error", () => {})
  await client.connect()
  try {
    return await Promise.all(commands.map((command) => client.sendCommand<Reply>(command)))
  } finally {
    client.destroy()
  }
}

/** All that a server holds, by key. */
export type Contents = Readonly<Record<string, { readonly value: unknown; readonly end: Reply | undefined }>>

/** Every key with its value, and when it ends: to tell whether anything was written. */
export const contents = async (url: string): Promise<Contents> => {
  const [found] = await ask(url, ["KEYS", "*"])
  const keys = listOf(found).map(String).sort()
  const types = await ask(url, ...keys.map((key) => ["TYPE", key]))
  const values = await ask(url, ...keys.map((key, index) => readerOf[String(types[index])]?.(key) ?? ["TYPE", key]))
  const ends = await ask(url, ...keys.map((key) => ["PEXPIRETIME", key]))
  return Object.fromEntries(
    keys.map((key, index) => [key, { value: inOrder(types[index], values[index]), end: ends[index] }])
  )
}

const readerOf: Readonly<Record<string, (key: string) => Command>> = {
  string: (key) => ["GET", key],
  hash: (key) => ["HGETALL", key],
  set: (key) => ["SMEMBERS", key],
  zset: (key) => ["ZRANGE", key, "0", "-1", "WITHSCORES"],
  stream: (key) => ["XRANGE", key, "-", "+"]
}

/** Redis gives fields and members in an order of its own, another after a restart. */
const inOrder = (type: Reply | undefined, value: Reply | undefined): unknown => {
  const list = listOf(value)
  if (type === "set") return list.map(String).sort()
  if (type !== "hash") return value
  const names = list.filter((_, index) => index % 2 === 0).map(String)
  return Object.fromEntries(names.map((name, index) => [name, list[2 * index + 1]]))
}

const listOf = (reply: Reply | undefined): ReadonlyArray<Reply> => (Array.isArray(reply) ? reply : [])

/** Longer than anything here takes on a busy machine, in milliseconds. */
const PATIENCE = 30_000

/** Asks until it is so. */
export const until = async (isSo: () => Promise<boolean>, patience = PATIENCE): Promise<void> => {
  const end = performance.now() + patience
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > end) throw new Error(`still not so after ${patience} ms: ${isSo}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
