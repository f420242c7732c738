import { ask, type Command, until } from "./commands.ts"
import { type RedisOptions, type RedisServer, startRedis } from "./servers.ts"

export interface RedisCluster {
  /** Three masters that share all slots, without replicas. */
  readonly nodes: ReadonlyArray<RedisServer>
  readonly urls: ReadonlyArray<string>
  /** The node that has a key. */
  readonly nodeOf: (key: string) => Promise<RedisServer>
  /** Waits until all nodes agree that all slots are served. */
  readonly isComplete: () => Promise<void>
  readonly close: () => Promise<void>
}

const SLOTS = 16_384
const NODES = [0, 1, 2]

/** How long a node may be silent before the others give it up: short, for tests that stop one. */
const NODE_TIMEOUT = "1000"

/** Starts a cluster, and waits until it serves all slots. */
export const startCluster = async (options: Pick<RedisOptions, "appendonly"> = {}): Promise<RedisCluster> => {
  const args = ["--cluster-enabled", "yes", "--cluster-node-timeout", NODE_TIMEOUT]
  const nodes = await Promise.all(NODES.map(() => startRedis({ ...options, args })))
  const start = (index: number) => Math.ceil((SLOTS * index) / NODES.length)
  await Promise.all(
    nodes.map(({ command }, index) => {
      const slots = Array.from({ length: start(index + 1) - start(index) }, (_, n) => String(start(index) + n))
      return command("CLUSTER", "ADDSLOTS", ...slots)
    })
  )
  const others = nodes.slice(1).map(({ port }): Command => ["CLUSTER", "MEET", "127.0.0.1", String(port)])
  for (const node of nodes.slice(0, 1)) await ask(node.url, ...others)
  const isComplete = () => until(async () => (await Promise.all(nodes.map(seesAll))).every((sees) => sees))
  await isComplete()
  return {
    nodes,
    urls: nodes.map(({ url }) => url),
    nodeOf: async (key) => {
      const slot = Number(await nodes[0]?.command("CLUSTER", "KEYSLOT", key))
      const node = nodes.find((_, index) => slot < start(index + 1))
      if (node === undefined) throw new Error(`no node has slot ${slot}`)
      return node
    },
    isComplete,
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()))
    }
  }
}

const seesAll = async ({ command }: RedisServer): Promise<boolean> => {
  const info = String(await command("CLUSTER", "INFO"))
  return ["cluster_state:ok", `cluster_slots_ok:${SLOTS}`, `cluster_known_nodes:${NODES.length}`].every((line) =>
    info.includes(line)
  )
}
