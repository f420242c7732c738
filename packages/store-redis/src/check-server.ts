import type { Wire } from "./wire.ts"

/** What the store needs to know of the servers before it trusts them with anything. */
export interface Demands {
  /** What lives here that nobody can make good; null when there is only what costs a log-in when it is lost. */
  readonly lasting: Lasting | null
  readonly unsafeNoPersistence: boolean
}

export type Lasting = "users live" | "tokens live" | "the audit log lives"

/** Asks each server what it is. Throws with what to change; gives warnings for what may stay so. */
export const checkServers = async (wire: Wire, demands: Demands): Promise<ReadonlyArray<string>> => {
  const primaries = await wire.primaries()
  const replies = await Promise.all(primaries.map((ask) => ask(["INFO"])))
  return [...new Set(replies.flatMap((reply) => judge(facts(String(reply)), wire, demands)))]
}

type Facts = ReadonlyMap<string, string>

const facts = (info: string): Facts =>
  new Map(info.split("\r\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]))

const judge = (server: Facts, { isCluster }: Wire, { lasting, unsafeNoPersistence }: Demands): Array<string> => {
  const [major = 0, minor = 0] = (server.get("redis_version") ?? "").split(".").map(Number)
  if (major < 6 || (major === 6 && minor < 2)) throw new Error("the server is older than Redis 6.2")
  if (server.get("redis_mode") === "cluster" && !isCluster) {
    throw new Error("the server is a node of a cluster: give redisStore a cluster client, such as createCluster(…)")
  }
  if (lasting !== null && server.get("aof_enabled") !== "1" && !unsafeNoPersistence) {
    throw new Error(
      `${lasting} here, and the server forgets all when it restarts: set appendonly yes, or unsafeNoPersistence in a test`
    )
  }
  const policy = server.get("maxmemory_policy") ?? "noeviction"
  if (policy === "noeviction") return []
  if (lasting !== null) {
    throw new Error(`${lasting} here, and the server may evict anything (${policy}): set maxmemory-policy noeviction`)
  }
  return [
    `the server may evict sessions and limits when its memory is full (${policy}): set maxmemory-policy noeviction`
  ]
}
