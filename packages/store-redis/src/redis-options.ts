import { optionsProblem } from "@latchkey/core/store"

export interface RedisStoreOptions {
  /**
   * The start of all keys, inside a hash tag. Default `"latchkey"`. Two applications on one server need two prefixes. It must be
   * given with a client that has a `keyPrefix`, which the store does not use.
   */
  readonly prefix?: string
  /**
   * How many replicas must have a revocation, a new personal access token, a change of a user or an audit record before it
   * counts as done; default none. If fewer are reachable, such a call is a `StoreError` after one second, although the primary
   * has made the change. Without this option a failover can lose the last moments, including a revocation (RDS-06).
   */
  readonly waitForReplicas?: number
  /** Allows users on a server that loses them when it restarts. For tests. */
  readonly unsafeNoPersistence?: boolean
}

interface Rule {
  readonly fits: (value: unknown) => boolean
  readonly words: string
}

/** The compiler asks for the rule of a new option. */
const rules: Readonly<Record<keyof RedisStoreOptions, Rule>> = {
  prefix: { fits: (value) => typeof value === "string", words: 'a text, such as "shop"' },
  waitForReplicas: {
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
    words: "a whole number of replicas, such as 1"
  },
  unsafeNoPersistence: { fits: (value) => typeof value === "boolean", words: "true or false" }
}

/** Throws for what a program without types may give: with another prefix than was meant, two applications would share their users. */
export const checkOptions = (given: unknown): void => {
  const problem = optionsProblem(given, Object.keys(rules))
  if (problem !== null) throw new Error(`the second argument of redisStore ${problem}`)
  for (const [name, value] of Object.entries(given as RedisStoreOptions)) {
    const { fits, words } = rules[name as keyof RedisStoreOptions] // no other name passes
    if (value !== undefined && !fits(value)) throw new Error(`the option ${name} of redisStore must be ${words}`)
  }
}
