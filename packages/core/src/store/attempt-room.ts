import * as Context from "effect/Context"

/** How many buckets of attempts a store has room for, so that no flood of names can fill it (RAT-08). */
export interface AttemptRoom {
  /** Buckets that one key has for itself. A store that keeps them in groups spreads these over its groups. */
  readonly buckets: number
  /** Buckets of each limit that are shared by the keys for which there is no room. */
  readonly shared: number
}

/**
 * The room that the store being built has. To be read while the layer is built, like `UsedParts`. It is no option: the
 * default holds more people than type a wrong password in a quarter of an hour, in less than a hundred megabytes. Tests of a
 * full store set it low.
 */
export const AttemptRoom = Context.Reference<AttemptRoom>("@latchkey/core/AttemptRoom", {
  defaultValue: () => ({ buckets: 256_000, shared: 16_384 })
})
