import type * as Effect from "effect/Effect"

/**
 * A service whose methods give promises: the same names, arguments and results, so the two faces cannot drift apart. What is no method
 * is left out.
 */
export type Promised<Service> = {
  readonly [Method in keyof Service as Service[Method] extends Verb ? Method : never]: Service[Method] extends (
    ...args: infer Args
  ) => Effect.Effect<infer Value, infer _>
    ? (...args: Args) => Promise<Value>
    : never
}

type Verb = (...args: never) => Effect.Effect<unknown, unknown>

/** Runs the work of a method. */
type Run = <A, E>(effect: Effect.Effect<A, E>) => Promise<A>

/** Wraps each method of a service so that its Effect is run. */
export const promised = <Service extends object>(service: Service, run: Run): Promised<Service> => {
  const entries = Object.entries(service)
    .filter(([, method]) => typeof method === "function")
    .map(([name, method]) => [
      name,
      (...args: ReadonlyArray<unknown>) =>
        run((method as (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown>)(...args))
    ])
  return Object.fromEntries(entries) as Promised<Service> // each method was wrapped under its own name
}
