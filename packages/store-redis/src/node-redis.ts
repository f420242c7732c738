import { setTimeout } from "node:timers/promises"
import { connected, patience, reconnectDelay, type Wire } from "./wire.ts"

/** What the store needs from a client of node-redis 6: one of `createClient`, `createCluster` or `createSentinel`. */
export interface NodeRedis {
  duplicate(...overrides: never): unknown
  sendCommand(...command: never): unknown
}

// The three send commands differently. The library's own types would not resolve for hosts that do not install it.
interface Common {
  on(event: "error", listener: (error: unknown) => void): unknown
  connect(): Promise<unknown>
  destroy(): unknown
}

type Options = Readonly<Record<string, unknown>>

interface Client extends Common {
  readonly isReady: boolean
  readonly options: { readonly socket?: Options }
  duplicate(overrides: Options): Client
  sendCommand(command: ReadonlyArray<string>, options?: Options): Promise<unknown>
}

interface Cluster extends Common {
  readonly masters: ReadonlyArray<unknown>
  duplicate(overrides: Options): Cluster
  nodeClient(node: unknown): Promise<Client>
  getNodeClientForKey(key: string): Promise<Client>
  sendCommand(key: string, isReadonly: boolean, command: ReadonlyArray<string>, options: Options): Promise<unknown>
}

interface Sentinel extends Common {
  duplicate(overrides: Options): Sentinel
  sendCommand(isReadonly: boolean, command: ReadonlyArray<string>, options: Options): Promise<unknown>
}

/**
 * Replies are text, whatever the host has set for its own commands. No time limit of the client: it would only limit the wait
 * in a queue, and creates an AbortSignal for every command, which costs more than the command.
 */
const plainly = { typeMapping: {}, timeout: 0 }

/** A command that does not reach a node in time is not sent later. */
const inTime = (): Options => ({ ...plainly, abortSignal: AbortSignal.timeout(patience.silence) })

/**
 * What the host has set for its own commands and reads is not for ours: a cache would answer that an ended session is still open, a
 * short queue would refuse calls, and a command with priority would overtake the write that it is to wait for.
 */
const ownOptions: Options = { commandOptions: {}, clientSideCache: undefined, keyPrefix: undefined }

/** Opens our own connection, with the settings of the given client. */
export const openNodeRedis = async (given: NodeRedis): Promise<Wire> => {
  if ("getMasterNode" in given) return openSentinel(given as unknown as Sentinel)
  return "nodeClient" in given ? openCluster(given as unknown as Cluster) : openClient(given as unknown as Client)
}

const openClient = async (given: Client): Promise<Wire> => {
  const own = given.duplicate({
    ...ownOptions,
    readonly: false,
    emitInvalidate: false,
    commandsQueueMaxLength: undefined,
    disableOfflineQueue: true,
    pingInterval: patience.ping,
    socket: {
      ...given.options.socket,
      connectTimeout: patience.connect,
      socketTimeout: patience.silence,
      reconnectStrategy: reconnectDelay
    }
  })
  const send = (command: ReadonlyArray<string>): Promise<unknown> => own.sendCommand(command, plainly)
  return connected(own, {
    isCluster: false,
    send: (_, command) => send(command),
    wait: async (_, ...limits) => Number(await send(waitFor(limits))),
    renew: () => void renew(own).catch(ignore),
    primaries: async () => [send],
    close: () => void own.destroy()
  })
}

const openCluster = async (given: Cluster): Promise<Wire> => {
  const own = given.duplicate({ ...ownOptions, useReplicas: false })
  // Throws instead of rejecting while the cluster's nodes are unknown.
  const renewNode = async (key: string): Promise<void> => renew(await own.getNodeClientForKey(key))
  return connected(own, {
    isCluster: true,
    send: (key, command) => own.sendCommand(key, false, command, inTime()),
    wait: async (key, ...limits) => {
      const node = await own.getNodeClientForKey(key)
      return Number(await node.sendCommand(waitFor(limits)))
    },
    renew: (key) => void renewNode(key).catch(ignore),
    primaries: async () => {
      const nodes = await Promise.all(own.masters.map((node) => own.nodeClient(node)))
      return nodes.map((node) => (command) => node.sendCommand(command, plainly))
    },
    close: () => void own.destroy()
  })
}

const openSentinel = async (given: Sentinel): Promise<Wire> => {
  // One connection, because a WAIT concerns only its own, and none to replicas, from which nothing is read.
  const own = given.duplicate({ ...ownOptions, masterPoolSize: 1, replicaPoolSize: 0, reserveClient: false })
  const send = (command: ReadonlyArray<string>): Promise<unknown> => own.sendCommand(false, command, inTime())
  let state: "open" | "renewing" | "closed" = "open"
  const connectAgain = async (): Promise<void> => {
    await own.destroy()
    for (let retries = 0; state === "renewing"; retries++) {
      await own.connect().then(() => {
        state = "open"
      }, ignore)
      if (state === "renewing") await setTimeout(reconnectDelay(retries))
    }
    if (state === "closed") await own.destroy()
  }
  return connected(own, {
    isCluster: false,
    send: (_, command) => send(command),
    wait: async (_, ...limits) => Number(await send(waitFor(limits))),
    renew: () => {
      if (state !== "open") return
      state = "renewing"
      connectAgain().catch(ignore)
    },
    primaries: async () => [send],
    close: () => {
      state = "closed"
      Promise.resolve(own.destroy()).catch(ignore)
    }
  })
}

/** Unless that is under way. `socketTimeout` of node-redis restarts with each write, so it never ends under steady use. */
const renew = async (own: Client): Promise<void> => {
  if (!own.isReady) return
  own.destroy()
  await own.connect()
}

const ignore = (): void => {}

const waitFor = (limits: ReadonlyArray<number>): ReadonlyArray<string> => ["WAIT", ...limits.map(String)]
