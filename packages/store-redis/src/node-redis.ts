import { connected, patience, reconnectDelay, type Wire } from "./wire.ts"

/** What is asked of a client of node-redis 6: one of `createClient`, `createCluster` or `createSentinel`. */
export interface NodeRedis {
  duplicate(...overrides: never): unknown
  sendCommand(...command: never): unknown
}

// The three differ in how a command is sent; the library's own types are of no use to those who do not install it.
interface Common {
  on(event: "error", listener: (error: unknown) => void): unknown
  connect(): Promise<unknown>
  destroy(): unknown
}

type Options = Readonly<Record<string, unknown>>

interface Client extends Common {
  readonly options: { readonly socket?: Options }
  duplicate(overrides: Options): Client
  sendCommand(command: ReadonlyArray<string>, options?: Options): Promise<unknown>
}

interface Cluster extends Common {
  readonly masters: ReadonlyArray<unknown>
  duplicate(): Cluster
  nodeClient(node: unknown): Promise<Client>
  getNodeClientForKey(key: string): Promise<Client>
  sendCommand(key: string, isReadonly: boolean, command: ReadonlyArray<string>, options: Options): Promise<unknown>
}

interface Sentinel extends Common {
  duplicate(): Sentinel
  sendCommand(isReadonly: boolean, command: ReadonlyArray<string>, options: Options): Promise<unknown>
}

/** Text comes back as text, whatever a host has its own commands answer. */
const asText = { typeMapping: {} }

/** A command that a node does not get in time is not sent to it later. */
const inTime = (): Options => ({ ...asText, abortSignal: AbortSignal.timeout(patience.silence) })

/** Opens a connection of our own, with the settings of the client that is given. */
export const openNodeRedis = async (given: NodeRedis): Promise<Wire> => {
  if ("getMasterNode" in given) return openSentinel(given as unknown as Sentinel)
  return "nodeClient" in given ? openCluster(given as unknown as Cluster) : openClient(given as unknown as Client)
}

const openClient = async (given: Client): Promise<Wire> => {
  const own = given.duplicate({
    disableOfflineQueue: true,
    pingInterval: patience.ping,
    socket: {
      ...given.options.socket,
      connectTimeout: patience.connect,
      socketTimeout: patience.silence,
      reconnectStrategy: reconnectDelay
    }
  })
  const send = (command: ReadonlyArray<string>): Promise<unknown> => own.sendCommand(command, asText)
  return connected(own, {
    isCluster: false,
    send: (_, command) => send(command),
    wait: async (_, ...limits) => Number(await send(waitFor(limits))),
    primaries: async () => [send],
    close: () => void own.destroy()
  })
}

const openCluster = async (given: Cluster): Promise<Wire> => {
  const own = given.duplicate()
  return connected(own, {
    isCluster: true,
    send: (key, command) => own.sendCommand(key, false, command, inTime()),
    wait: async (key, ...limits) => {
      const node = await own.getNodeClientForKey(key)
      return Number(await node.sendCommand(waitFor(limits)))
    },
    primaries: async () => {
      const nodes = await Promise.all(own.masters.map((node) => own.nodeClient(node)))
      return nodes.map((node) => (command) => node.sendCommand(command, asText))
    },
    close: () => void own.destroy()
  })
}

const openSentinel = async (given: Sentinel): Promise<Wire> => {
  const own = given.duplicate()
  const send = (command: ReadonlyArray<string>): Promise<unknown> => own.sendCommand(false, command, inTime())
  return connected(own, {
    isCluster: false,
    send: (_, command) => send(command),
    wait: async (_, ...limits) => Number(await send(waitFor(limits))),
    primaries: async () => [send],
    close: () => void Promise.resolve(own.destroy()).catch(ignore)
  })
}

const ignore = (): void => {}

const waitFor = (limits: ReadonlyArray<number>): ReadonlyArray<string> => ["WAIT", ...limits.map(String)]
