import * as Context from "effect/Context"

/** Source of unpredictable bytes. The default is the runtime's cryptographic generator; a test may fix it. */
export const RandomBytes = Context.Reference<(size: number) => Uint8Array>("@latchkey/core/RandomBytes", {
  defaultValue: () => (size) => globalThis.crypto.getRandomValues(new Uint8Array(size))
})
