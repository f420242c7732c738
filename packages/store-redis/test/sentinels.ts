import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { ask, until } from "./commands.ts"
import { freePort, launch } from "./launched.ts"
import { type RedisServer, startRedis, startReplica } from "./servers.ts"

export interface RedisSentinels {
  /** What Sentinel calls the group of servers. */
  readonly name: string
  /** Where the sentinels listen. */
  readonly nodes: ReadonlyArray<{ readonly host: string; readonly port: number }>
  /** The servers as they began: the master, and its replica. */
  readonly master: RedisServer
  readonly replica: RedisServer
  /** Waits until the sentinel says, and the server agrees, that it is the master. */
  readonly isMaster: (server: RedisServer) => Promise<void>
  /** Has the replica take over from the master, which goes on as its replica. */
  readonly failOver: () => Promise<void>
  readonly close: () => Promise<void>
}

const NAME = "main"

/**
 * Starts a master, a replica and a sentinel that makes it the master when the first is silent for half a second. The replica
 * may reach the master `through` something in between.
 */
export const startSentinel = async (
  through: (master: RedisServer) => Promise<{ readonly port: number }> = async (master) => master
): Promise<RedisSentinels> => {
  const master = await startRedis()
  const replica = await startReplica(await through(master))
  const port = await freePort()
  const file = join(master.folder, "sentinel.conf")
  writeFileSync(file, configuration(port, master.port))
  const sentinel = await launch([file, "--sentinel"], master.folder)
  const url = `redis://127.0.0.1:${port}`
  const asked = async (...words: ReadonlyArray<string>) => (await ask(url, ["SENTINEL", ...words]))[0]
  await until(async () => String(await asked("REPLICAS", NAME)).includes("master-link-status,ok"))
  const isMaster = (server: RedisServer) =>
    until(async () => {
      const address = await asked("GET-MASTER-ADDR-BY-NAME", NAME)
      return String(address) === `127.0.0.1,${server.port}` && String(await server.command("ROLE")).startsWith("master")
    })
  return {
    name: NAME,
    nodes: [{ host: "127.0.0.1", port }],
    master,
    replica,
    isMaster,
    failOver: async () => {
      await until(async () => (await asked("FAILOVER", NAME)) === "OK")
      await isMaster(replica)
    },
    close: async () => {
      await sentinel.end("SIGKILL")
      await Promise.all([replica.close(), master.close()])
    }
  }
}

const configuration = (port: number, master: number) => `
port ${port}
bind 127.0.0.1
sentinel monitor ${NAME} 127.0.0.1 ${master} 1
sentinel down-after-milliseconds ${NAME} 500
sentinel failover-timeout ${NAME} 5000
`
