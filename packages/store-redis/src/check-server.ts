import { StoreProblem } from "@latchkey/core/store"
import type { Wire } from "./wire.ts"

/** What the store requires of the servers before it stores anything. */
export interface Demands {
  /** The data here that cannot be recreated; null if there is only data whose loss costs a log-in. */
  readonly lasting: Lasting | null
  readonly unsafeNoPersistence: boolean
}

export type Lasting = "users live" | "tokens live" | "one-time codes live" | "the audit log lives" | "settings live"

/** Checks each server. Throws an error that says what to change; returns warnings about settings that may stay. */
export const checkServers = async (wire: Wire, demands: Demands): Promise<ReadonlyArray<string>> => {
  const primaries = await wire.primaries()
  const replies = await Promise.all(primaries.map((ask) => ask(["INFO"])))
  return [...new Set(replies.flatMap((reply) => judge(serverFacts(String(reply)), wire, demands)))]
}

type Facts = ReadonlyMap<string, string>

/** What `INFO` answers, by the names of its lines. */
export const serverFacts = (info: string): Facts =>
  new Map(info.split("\r\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]))

const judge = (server: Facts, { isCluster }: Wire, { lasting, unsafeNoPersistence }: Demands): Array<string> => {
  const [major = 0, minor = 0] = (server.get("redis_version") ?? "").split(".").map(Number)
  if (major < 6 || (major === 6 && minor < 2))
    throw new StoreProblem({ message: "the server is older than Redis 6.2: upgrade it" })
  if (server.get("role") === "slave")
    throw new StoreProblem({ message: "the server is a replica, which takes no writes: give redisStore its primary" })
  if (server.get("redis_mode") === "cluster" && !isCluster) {
    throw new StoreProblem({
      message: "the server is part of a cluster: give redisStore a cluster client, such as createCluster(…)"
    })
  }
  if (lasting !== null && server.get("aof_enabled") !== "1" && !unsafeNoPersistence) {
    throw new StoreProblem({
      message: `${lasting} here, but the server loses its data when it restarts: set appendonly yes in Redis, or the option unsafeNoPersistence in tests`
    })
  }
  const policy = server.get("maxmemory_policy") ?? "noeviction"
  if (policy === "noeviction") return []
  if (lasting !== null) {
    throw new StoreProblem({
      message: `${lasting} here, but the server may evict any key (${policy}): set maxmemory-policy noeviction`
    })
  }
  return [
    `the server may evict sessions, CLI logins and limits when its memory is full (${policy}): set maxmemory-policy noeviction`
  ]
}
