import { connected, patience, reconnectDelay, type Wire } from "./wire.ts"

/** What the store needs from a client of ioredis 6: a `Redis`, with or without Sentinels, or a `Cluster`. */
export interface Ioredis {
  readonly isCluster: boolean
  duplicate(...overrides: never): unknown
  call(...command: never): unknown
}

// The library's own types would not resolve for hosts that do not install it.
interface Client {
  readonly isCluster: false
  on(event: "error", listener: (error: unknown) => void): unknown
  connect(): Promise<unknown>
  disconnect(): void
  duplicate(overrides: Options): Client
  call(...command: ReadonlyArray<string>): Promise<unknown>
}

interface Cluster extends Omit<Client, "isCluster" | "duplicate"> {
  readonly isCluster: true
  duplicate(startupNodes: ReadonlyArray<never>, overrides: Options): Cluster
  nodes(role: "master"): ReadonlyArray<Client>
}

type Options = Readonly<Record<string, unknown>>

const ownOptions: Options = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: patience.silence,
  connectTimeout: patience.connect,
  socketTimeout: patience.silence,
  retryStrategy: reconnectDelay,
  keyPrefix: "",
  replyMapping: "legacy",
  stringNumbers: false
}

/** Opens our own connection, with the settings of the given client. */
export const openIoredis = (given: Ioredis): Promise<Wire> =>
  given.isCluster ? openCluster(given as unknown as Cluster) : openClient(given as unknown as Client)

const openClient = async (given: Client): Promise<Wire> => {
  const own = given.duplicate({ ...ownOptions, lazyConnect: true })
  return connected(own, {
    isCluster: false,
    send: (_, command) => own.call(...command),
    wait: async (_, ...limits) => Number(await own.call("WAIT", ...limits.map(String))),
    renew: leftAlready,
    primaries: async () => [(command) => own.call(...command)],
    close: () => own.disconnect()
  })
}

const openCluster = async (given: Cluster): Promise<Wire> => {
  const own = given.duplicate([], {
    lazyConnect: true,
    enableOfflineQueue: false,
    keyPrefix: "",
    scaleReads: "master", // a replica may not know yet that a session was ended
    retryDelayOnFailover: 0,
    clusterRetryStrategy: reconnectDelay,
    redisOptions: ownOptions
  })
  return connected(own, {
    isCluster: true,
    send: (_, command) => own.call(...command),
    wait: null,
    renew: leftAlready,
    primaries: async () => own.nodes("master").map((node) => (command) => node.call(...command)),
    close: () => own.disconnect()
  })
}

/** `socketTimeout` of ioredis counts from the first command without an answer, and replaces a silent connection by itself. */
const leftAlready = (): void => {}
