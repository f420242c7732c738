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
  readonly options: { readonly reconnectOnError?: ReconnectOnError | null; readonly db?: number }
  on(event: "error", listener: (error: unknown) => void): unknown
  connect(): Promise<unknown>
  disconnect(): void
  duplicate(overrides: Options): Client
  call(...command: ReadonlyArray<string>): Promise<unknown>
}

interface Cluster extends Omit<Client, "isCluster" | "duplicate" | "options"> {
  readonly isCluster: true
  readonly options: { readonly redisOptions?: Client["options"] }
  duplicate(startupNodes: ReadonlyArray<never>, overrides: Options): Cluster
  nodes(role: "master"): ReadonlyArray<Client>
}

type Options = Readonly<Record<string, unknown>>

/** Whether to connect again after an error of the server; 2 is to send the command again as well. */
type ReconnectOnError = (error: Error) => boolean | 0 | 1 | 2

const ownOptions: Options = {
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  enableReadyCheck: true,
  readOnly: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: patience.silence,
  connectTimeout: patience.connect,
  socketTimeout: patience.silence,
  retryStrategy: reconnectDelay,
  keyPrefix: "",
  replyMapping: "legacy",
  stringNumbers: false,
  monitor: false,
  himportFieldsets: undefined
}

/**
 * Nothing is sent twice (RDS-09). A host that wants a new connection after an error gets one, but not for a script that the server does
 * not know yet, which is how the store finds out.
 */
const withoutResending = (options: Client["options"] | undefined): Options => {
  const decide = options?.reconnectOnError
  return decide
    ? { reconnectOnError: (error: Error) => !error.message.startsWith("NOSCRIPT") && Boolean(decide(error)) }
    : {}
}

/** Opens our own connection, with the settings of the given client. */
export const openIoredis = (given: Ioredis): Promise<Wire> =>
  given.isCluster ? openCluster(given as unknown as Cluster) : openClient(given as unknown as Client)

const openClient = async (given: Client): Promise<Wire> => {
  const own = given.duplicate({
    ...ownOptions,
    ...withoutResending(given.options),
    role: "master", // of Sentinels: the store writes, and a replica may not know yet that a session was ended
    sentinelRetryStrategy: reconnectDelay,
    lazyConnect: true
  })
  return connected(inItsDatabase(own), {
    isCluster: false,
    send: (_, command) => own.call(...command),
    wait: async (_, ...limits) => Number(await own.call("WAIT", ...limits.map(String))),
    renew: leftAlready,
    primaries: async () => [(command) => own.call(...command)],
    close: () => own.disconnect()
  })
}

/**
 * ioredis goes on in database 0 when the server has none of the number that was asked for, and only tells its listeners. Then two
 * applications would share their users. So it is asked for once more, and this refusal fails the start.
 */
const inItsDatabase = (own: Client): Pick<Client, "on" | "connect"> => ({
  on: (event, listener) => own.on(event, listener),
  connect: async () => {
    await own.connect()
    if (own.options.db) await own.call("SELECT", String(own.options.db))
  }
})

const openCluster = async (given: Cluster): Promise<Wire> => {
  const own = given.duplicate([], {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    enableReadyCheck: true,
    shardedSubscribers: false,
    himportFieldsets: undefined,
    keyPrefix: "",
    scaleReads: "master", // a replica may not know yet that a session was ended
    retryDelayOnFailover: 0,
    clusterRetryStrategy: reconnectDelay,
    redisOptions: { ...ownOptions, ...withoutResending(given.options.redisOptions) }
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
