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
  const timer = setTimeout(() => clock.reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })), START)
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

/**
 * Read by the operator at start. The reason is what the system says, what a server answers as far as we know the words, or else a code or a
 * name alone: an old server repeats what it does not understand, such as a log-in with its password.
 */
const noConnection = (trouble: unknown): StoreProblem => {
  const { message = "", code, syscall } = trouble as Partial<NodeJS.ErrnoException>
  const [words, mend] = known.find(([reasons]) => reasons.test(code ?? message)) ?? otherwise
  const told = syscall !== undefined && message !== "" ? message : (code ?? words.exec(message)?.[0])
  return new StoreProblem({
    message: `cannot connect to Redis (${told ?? nameOf(trouble)}): ${mend}`,
    cause: isSafe(code) ? Object.assign(new Error(message), { code }) : undefined
  })
}

type Mend = readonly [reasons: RegExp, mend: string]

/** What to do about codes of the system, answers of servers, and errors of the clients. */
const known: ReadonlyArray<Mend> = [
  [
    /^ERR DB index is out of range/,
    "it has no database with the number that the url or the client names, such as the 1 in redis://host/1"
  ],
  [
    /^ERR max number of clients reached/,
    "it serves as many clients as it may: close some, or raise its setting maxclients"
  ],
  [
    /^(?:ETIMEDOUT|ECONNRESET|EPROTO|ERR_SSL_\w+|Connection timeout|Socket closed unexpectedly)$/,
    "check the address, whether the server takes more clients, and whether it speaks TLS: then the url begins with rediss, else with redis"
  ]
]

/** With the code at the beginning of an answer. */
const otherwise: Mend = [/^[A-Z]+\b/, "check that it is running, and that the address and password are correct"]

/** The errors of node-redis have no names but those of their classes. */
const nameOf = (trouble: unknown): string => (trouble instanceof Error ? trouble.constructor.name : "Error")

/**
 * Whether the words of an error cannot hold the password: answers of servers have no code, and Node repeats a value that it finds
 * invalid. Even so only a copy is passed on, for a client may attach the url or its command.
 */
const isSafe = (code: string | undefined): boolean => code !== undefined && !code.startsWith("ERR_INVALID")
