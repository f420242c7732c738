import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { StoreShape } from "./store.ts"
import { isStoreError, StoreError } from "./store-error.ts"
import { problemOf, StoreProblem } from "./store-problem.ts"
import { storeVerbs } from "./store-verbs.ts"

/**
 * The store until the scope ends. From then on each verb fails with a `StoreError` that says so, before it reaches the store: memory and
 * a host's own handle would go on working, and a driver would answer with words of its own.
 */
export const untilClosed = Effect.fnUntraced(function* (
  store: StoreShape
): Effect.fn.Return<StoreShape, never, Scope.Scope> {
  let isClosed = false
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      isClosed = true
    })
  )
  const closed = (operation: string) => Effect.fail(new StoreError({ operation, cause: CLOSED }))

  /** Asked when it runs, which may be later than it is made, and again of what fails: a driver cuts off what is under way. */
  const whileOpen = (operation: string, work: () => Effect.Effect<unknown, unknown>) =>
    Effect.suspend(() =>
      isClosed
        ? closed(operation)
        : Effect.mapError(work(), (error) =>
            isClosed && isStoreError(error) && problemOf(error.cause) === null ? cutOff(operation, error) : error
          )
    )

  const guard = <Name extends keyof typeof storeVerbs>(name: Name): StoreShape[Name] => {
    const part: object = store[name]
    const guarded = Object.keys(storeVerbs[name]).map((verb) => {
      const work: unknown = Reflect.get(part, verb)
      const operation = `${name}.${verb}`
      if (Effect.isEffect(work)) return [verb, whileOpen(operation, () => work as Effect.Effect<unknown, unknown>)]
      const call = work as (...args: Array<unknown>) => Effect.Effect<unknown, unknown>
      return [verb, (...args: Array<unknown>) => whileOpen(operation, () => call.apply(part, args))]
    })
    return Object.fromEntries(guarded) as StoreShape[Name] // each verb was wrapped under its own name
  }
  return {
    users: guard("users"),
    sessions: guard("sessions"),
    tokens: guard("tokens"),
    challenges: guard("challenges"),
    codes: guard("codes"),
    attempts: guard("attempts"),
    audit: guard("audit"),
    settings: guard("settings"),
    // Every request with a credential makes one of these two calls, unless it is a signed token without a session. So they are written
    // out, and asked when they are made: whoever makes one runs it at once.
    lookupSession: (owner, hash) => (isClosed ? closed("lookupSession") : store.lookupSession(owner, hash)),
    lookupToken: (owner, hash) => (isClosed ? closed("lookupToken") : store.lookupToken(owner, hash))
  }
})

const IS_CLOSED =
  "this Auth is closed, because auth.close() was called or the scope of its layer ended. Make another to go on"

/** An outage for whoever asks meanwhile, as while a server stops: 503, and never "logged out". */
const CLOSED = new StoreProblem({ message: IS_CLOSED })

const cutOff = (operation: string, { cause }: StoreError) =>
  new StoreError({ operation, cause: new StoreProblem({ message: IS_CLOSED, cause }) })
