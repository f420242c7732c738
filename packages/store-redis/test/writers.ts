import type { ChallengeStore, TokenStore, UserStore } from "@latchkey/core/store"
import { redisChallenges } from "../src/challenges.ts"
import { type Connection, makeConnection } from "../src/connection.ts"
import { makeKeys } from "../src/keys.ts"
import { openWire, type RedisTarget } from "../src/open-wire.ts"
import { redisTokens } from "../src/tokens.ts"
import { type UserChanges, userChanges } from "../src/user-changes.ts"
import { redisUsers } from "../src/users.ts"

export interface Writer {
  readonly users: UserStore
  readonly tokens: TokenStore
  readonly challenges: ChallengeStore
  readonly close: () => void
}

/** The parts with verbs of two or more steps, over a connection that can be tampered with, as a process of its own would have them. */
export const writerOver = async (
  target: RedisTarget,
  prefix: string,
  tamper: (db: Connection) => Connection
): Promise<Writer> => {
  const { changes, db, close } = await changerOver(target, prefix, tamper)
  const keys = makeKeys(prefix)
  return {
    users: redisUsers(db, keys, changes),
    tokens: redisTokens(db, keys),
    challenges: redisChallenges(db, keys),
    close
  }
}

/** What makes changes of users over such a connection, also changes that no verb of this version makes. */
export const changerOver = async (
  target: RedisTarget,
  prefix: string,
  tamper: (db: Connection) => Connection
): Promise<{ readonly changes: UserChanges; readonly db: Connection; readonly close: () => void }> => {
  const wire = await openWire(target)
  const keys = makeKeys(prefix)
  const db = tamper(makeConnection(wire, null))
  // What the data was made with is read as it stands: the store that the test opened first has made it.
  const incarnation = String(await wire.send(keys.directory.incarnation, ["GET", keys.directory.incarnation]))
  return { changes: userChanges(db, keys, incarnation), db, close: wire.close }
}

/** Takes the three steps of a change one by one, as in a cluster, also on one server. */
export const inSteps = (db: Connection): Connection => ({ ...db, isCluster: true })

/** Lets so many scripts run; then the process is dead, and sends nothing any more. */
export const dyingAfter =
  (scripts: number) =>
  (db: Connection): Connection => {
    let left = scripts
    return {
      ...db,
      run: async (...call) => {
        if (left-- <= 0) throw new Error("the writer is dead")
        return db.run(...call)
      }
    }
  }

/** Lets so many scripts run; then the process stands still until it is woken, and goes on as if nothing had been. */
export const pausingAfter = (scripts: number) => {
  const woken = Promise.withResolvers<void>()
  const asleep = Promise.withResolvers<void>()
  let left = scripts
  return {
    asleep: asleep.promise,
    wake: () => woken.resolve(),
    tamper: (db: Connection): Connection => ({
      ...db,
      run: async (...call) => {
        if (left-- <= 0) {
          asleep.resolve()
          await woken.promise
        }
        return db.run(...call)
      }
    })
  }
}
