/** One server, a primary with Sentinels, or a cluster: whatever client reaches it, commands are sent alike. */
export interface Wire {
  readonly isCluster: boolean
  /** Sends a command to the node that has this key, never to a replica. */
  readonly send: (key: string, command: ReadonlyArray<string>) => Promise<unknown>
  /**
   * Waits until so many replicas have all that was sent before to the node that has this key; gives how many do. Null where
   * the client has no way to ask that node. What is sent behind it waits too.
   */
  readonly wait: ((key: string, replicas: number, milliseconds: number) => Promise<number>) | null
  /** Leaves the connection to the node that has this key for a new one: it did not answer in time, and may never. */
  readonly renew: (key: string) => void
  /** A way to ask each node that takes writes. */
  readonly primaries: () => Promise<ReadonlyArray<(command: ReadonlyArray<string>) => Promise<unknown>>>
  readonly close: () => void
}

/**
 * How our own connections behave, in milliseconds. Nothing waits for a server that is away, and nothing is sent a second
 * time: a command whose answer was lost may have run (RDS-09). A server that is hung is noticed, and left for a new connection.
 */
export const patience = { connect: 2_000, silence: 2_000, ping: 700 } as const

/** The pause before connecting again: soon at first, then about each second, and not all machines at once. */
export const reconnectDelay = (retries: number): number =>
  Math.min(50 * 2 ** Math.min(retries, 5), 1_000) + Math.random() * 100

/** How long a start may take, in milliseconds. */
const START = 5_000

/** Connects, or fails in time. The listener stays, because an error event without one would end the process. Later failures show in the commands. */
export const connected = async (
  own: { on(event: "error", listener: (error: unknown) => void): unknown; connect(): Promise<unknown> },
  wire: Wire
): Promise<Wire> => {
  let trouble: unknown
  own.on("error", (error) => {
    trouble = error
  })
  const clock = Promise.withResolvers<never>()
  const timer = setTimeout(() => clock.reject(new Error("no answer")), START)
  try {
    await Promise.race([own.connect(), clock.promise])
    return wire
  } catch (cause) {
    wire.close()
    throw noConnection(trouble ?? cause)
  } finally {
    clearTimeout(timer)
  }
}

/** Read by the operator at start. Contains only the error's message, because a client may attach the password to its error. */
const noConnection = (trouble: unknown): Error => {
  const { message = "", code = "" } = trouble as { readonly message?: string; readonly code?: string }
  return new Error(
    `cannot connect to Redis (${message || code}): check that it is running, and that the address and password are correct`
  )
}
