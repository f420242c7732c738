import { StoreError, StoreProblem } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { afterDeadline } from "./deadline.ts"
import type { Script } from "./script.ts"
import type { Wire } from "./wire.ts"

/**
 * How much of a write survives the loss of the server. `lasting`: if the store waits for replicas, they have the write before
 * the call returns, such as a revocation. `losable`: losing the last moments of it costs at most a log-in, or a count of refusals.
 */
export type Keep = "lasting" | "losable"

/** The server or cluster, as the store's verbs use it. Each call names a key, which selects the node. */
export interface Connection {
  /** Whether keys with different tags may be on different servers. */
  readonly isCluster: boolean
  /** A reading command, for the node of its first key. Commands sent without waiting in between are sent together. */
  readonly read: (command: string, key: string, ...rest: ReadonlyArray<string>) => Promise<unknown>
  /** Runs a script. All keys must be of one group. */
  readonly run: (
    keep: Keep,
    script: Script,
    keys: ReadonlyArray<string>,
    args: ReadonlyArray<string | number>
  ) => Promise<unknown>
}

/** How long replicas may take; shorter than the limit of a whole call. */
const REPLICATION = 1_000

/** If writes must reach replicas, they use a connection of their own, because commands after a `WAIT` wait with it. */
export interface Replicas {
  readonly wire: Wire
  readonly count: number
}

export const makeConnection = (wire: Wire, replicas: Replicas | null): Connection => {
  const write = async (keep: Keep, key: string, command: ReadonlyArray<string>): Promise<unknown> => {
    if (keep === "losable" || replicas === null) return send(wire, key, command)
    const { wire: patient, count } = replicas
    // Sent directly after the write, without waiting for its answer: on one connection they arrive in order.
    const [reply, reached = 0] = await Promise.all([
      send(patient, key, command),
      patient.wait?.(key, count, REPLICATION)
    ])
    if (reached < count) throw new StoreProblem({ message: `only ${reached} of ${count} replicas have the write` })
    return reply
  }
  return {
    isCluster: wire.isCluster,
    read: (command, key, ...rest) => send(wire, key, [command, key, ...rest]),
    run: async (keep, { sha, source }, keys, args) => {
      const key = keys[0] ?? ""
      const rest = [String(keys.length), ...keys, ...args.map(String)]
      try {
        return await write(keep, key, ["EVALSHA", sha, ...rest])
      } catch (cause) {
        // A server that was restarted or took over does not know the script yet. None of it has run.
        if (!isUnknownScript(cause)) throw cause
        return write(keep, key, ["EVAL", source, ...rest])
      }
    }
  }
}

/** Sends a command, and replaces the connection if there is no answer in time. */
const send = (wire: Wire, key: string, command: ReadonlyArray<string>): Promise<unknown> => {
  const answered = afterDeadline(() => wire.renew(key))
  const reply = wire.send(key, command)
  reply.then(answered, answered)
  return reply
}

const isUnknownScript = (cause: unknown): boolean => cause instanceof Error && cause.message.startsWith("NOSCRIPT")

/**
 * Work with the server as an effect. Any rejection, and no answer in time, becomes a `StoreError` (ERR-04). Pass an async
 * function, so that it never throws.
 */
export const attempt = <A>(operation: string, work: () => Promise<A>): Effect.Effect<A, StoreError> =>
  Effect.callback((resume) => {
    const fail = (cause: unknown): void =>
      resume(Effect.fail(new StoreError({ operation, cause: withoutCommand(cause) })))
    const inTime = afterDeadline(() => fail(new StoreProblem({ message: "the server did not answer in time" })))
    work().then(
      (value) => {
        inTime()
        resume(Effect.succeed(value))
      },
      (cause) => {
        inTime()
        fail(cause)
      }
    )
  })

/** ioredis attaches the command to its errors, with values that must not be logged. */
const withoutCommand = (cause: unknown): unknown =>
  cause instanceof Error && "command" in cause ? new Error(cause.message) : cause
