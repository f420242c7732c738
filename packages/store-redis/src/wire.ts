import { StoreProblem } from "@latchkey/core/store"

/** One server, a primary with Sentinels, or a cluster. Commands are sent in the same way over any client. */
export interface Wire {
  readonly isCluster: boolean
  /** Sends a command to the node that has this key, never to a replica. */
  readonly send: (key: string, command: ReadonlyArray<string>) => Promise<unknown>
  /**
   * Waits until this many `replicas` have everything that was sent before to the node of this key; returns how many do. Null if
   * the client cannot ask that node. Later commands on the connection wait too.
   */
  readonly wait: ((key: string, replicas: number, milliseconds: number) => Promise<number>) | null
  /** Replaces the connection to the node of this key, because it did not answer in time and may never do so. */
  readonly renew: (key: string) => void
  /** A function per node that accepts writes, to send it a command. */
  readonly primaries: () => Promise<ReadonlyArray<(command: ReadonlyArray<string>) => Promise<unknown>>>
  readonly close: () => void
}

/**
 * How our own connections behave, in milliseconds. Commands do not wait for a server that is away, and are never sent twice,
 * because a command whose answer was lost may have run (RDS-09). A connection to a server that hangs is detected and replaced.
 */
export const patience = { connect: 2_000, silence: 2_000, ping: 700 } as const

/** The pause before connecting again: short at first, then about a second, at random so that machines do not all connect at once. */
export const reconnectDelay = (retries: number): number =>
  Math.min(50 * 2 ** Math.min(retries, 5), 1_000) + Math.random() * 100

/** How long a start may take, in milliseconds. */
const START = 5_000

/** Connects, or fails in time. The error listener stays: without one an error would end the process. */
export const connected = async (
  own: { on(event: "error", listener: (error: unknown) => void): unknown; connect(): Promise<unknown> },
  wire: Wire
): Promise<Wire> => {
  let trouble: unknown
  own.on("error", (error) => {
    trouble = error
  })
  const clock = Promise.withResolvers<never>()
  const timer = setTimeout(() => clock.reject({ code: "ETIMEDOUT" }), START)
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

/** Read by the operator at start. */
const noConnection = (trouble: unknown): StoreProblem =>
  new StoreProblem({
    message: `cannot connect to Redis (${reasonOf(trouble)}): check that it is running, and that the address and password are correct`
  })

/**
 * What the system says, or else a code alone: an old server repeats what it does not understand, such as a log-in with its password, and
 * a client may attach it to its error.
 */
const reasonOf = (trouble: unknown): string => {
  const { message = "", code, syscall, name = "Error" } = trouble as Partial<NodeJS.ErrnoException>
  if (syscall !== undefined && message !== "") return message
  return code ?? /^[A-Z]+\b/.exec(message)?.[0] ?? name
}
