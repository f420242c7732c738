import { serverFacts } from "./check-server.ts"
import { checkTarget, openWire, type RedisTarget } from "./open-wire.ts"

/** What one server says of itself, for a check-up. */
export interface RedisFacts {
  readonly version: string
  /** Milliseconds until it answers. */
  readonly roundTrip: number
  /** Milliseconds that its clock is ahead of ours; negative if it is behind. Exact to half a round trip. */
  readonly clockAhead: number
  /** Bytes that it uses, and may use; null for no limit. */
  readonly memory: { readonly used: number; readonly most: number | null }
  /** Why its data may be lost when it restarts although it is to be kept; null if its last writes to the disk succeeded. */
  readonly diskProblem: string | null
}

/** Asks each server that accepts writes, on a connection of its own. Rejects if none can be reached within five seconds. */
export const redisFacts = async (target: RedisTarget): Promise<ReadonlyArray<RedisFacts>> => {
  checkTarget(target)
  const wire = await openWire(target)
  try {
    return await Promise.all((await wire.primaries()).map(factsOf))
  } finally {
    wire.close()
  }
}

type Ask = (command: ReadonlyArray<string>) => Promise<unknown>

const factsOf = async (ask: Ask): Promise<RedisFacts> => {
  const info = serverFacts(String(await ask(["INFO"])))
  const begun = performance.now()
  const before = Date.now()
  const [seconds, microseconds] = ((await ask(["TIME"])) as ReadonlyArray<unknown>).map(Number) // as Redis documents it
  const roundTrip = performance.now() - begun
  const theirs = (seconds ?? Number.NaN) * 1_000 + (microseconds ?? 0) / 1_000
  return {
    version: info.get("redis_version") ?? "unknown",
    roundTrip,
    clockAhead: theirs - (before + roundTrip / 2),
    memory: { used: Number(info.get("used_memory")), most: Number(info.get("maxmemory")) || null },
    diskProblem: diskProblemOf(info)
  }
}

const diskProblemOf = (info: ReadonlyMap<string, string>): string | null => {
  const failed = ["aof_last_write_status", "aof_last_bgrewrite_status", "rdb_last_bgsave_status"].find(
    (name) => info.has(name) && info.get(name) !== "ok"
  )
  return failed === undefined ? null : `${failed} is ${info.get(failed)}`
}
