import type { RedisTarget } from "@latchkey/store-redis"

type Client = Exclude<RedisTarget, string>

/** What the store asks of the connection it opens, as far as a lender has to know it. */
interface Connection {
  on(event: "error", listener: (error: unknown) => void): unknown
  connect(): Promise<unknown>
  /** Ends it, in node-redis. */
  destroy?(): unknown
  /** Ends it, in ioredis. */
  disconnect?(): unknown
}

type Overrides = ReadonlyArray<unknown>

export interface Lender {
  /** A client for `redisStore`, which opens an idle connection where there is one. */
  readonly target: Client
  readonly close: () => Promise<void>
}

/**
 * Keeps the connections of closed stores for the next ones. The laws open two for each test, and to open one to a cluster
 * takes far longer than most laws. A connection has one store at a time, as in an application.
 */
export const lender = (client: Client): Lender => {
  const opened: Array<Connection> = []
  const idle: Array<Connection> = []
  const open = (overrides: Overrides): Connection => {
    // The store's types leave open what `duplicate` takes and gives: here it is what the store gives to both libraries.
    const own = client.duplicate(...(overrides as never)) as Connection
    own.on("error", () => {})
    opened.push(own)
    return own
  }
  const duplicate = (...overrides: Overrides): Connection => {
    const kept = idle.pop()
    const own = kept ?? open(overrides)
    const giveBack = () => void idle.push(own)
    return standIn(own, {
      on: () => {},
      destroy: giveBack,
      disconnect: giveBack,
      ...(kept !== undefined && { connect: async () => {} })
    })
  }
  return {
    target: standIn(client, { duplicate }),
    close: async () => {
      await Promise.all(opened.map((own) => own.destroy?.() ?? own.disconnect?.()))
    }
  }
}

/** An object with some members replaced. The others stay bound to it, because clients have private fields. */
const standIn = <T extends object>(real: T, replaced: object): T =>
  new Proxy(real, {
    get: (_, name) => {
      const member: unknown = Reflect.get(name in replaced ? replaced : real, name)
      return typeof member === "function" ? member.bind(real) : member
    }
  })
