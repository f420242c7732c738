/**
 * How many hashes at the same time suit a machine: one processor is left for all other requests, whose answers would
 * otherwise wait for the hashes. At most three, because the runtime's pool has four threads.
 */
export const hashesAtOnce = (processors: number = globalThis.navigator?.hardwareConcurrency ?? 2): number =>
  Math.min(3, Math.max(1, processors - 1))
