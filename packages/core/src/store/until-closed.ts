import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { StoreShape } from "./store.ts"
import { StoreError } from "./store-error.ts"
import { StoreProblem } from "./store-problem.ts"

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
  const guard = <Part extends object>(name: string, part: Part): Part => {
    const guarded = verbsOf(part).map((verb) => {
      const work: unknown = part[verb]
      const operation = `${name}.${verb}`
      if (Effect.isEffect(work)) return [verb, Effect.suspend(() => (isClosed ? closed(operation) : work))]
      const call = work as (...args: Array<unknown>) => Effect.Effect<unknown, unknown>
      return [verb, (...args: Array<unknown>) => (isClosed ? closed(operation) : call.apply(part, args))]
    })
    return Object.fromEntries(guarded) as Part // each verb was wrapped under its own name
  }
  return {
    users: guard("users", store.users),
    sessions: guard("sessions", store.sessions),
    tokens: guard("tokens", store.tokens),
    challenges: guard("challenges", store.challenges),
    codes: guard("codes", store.codes),
    attempts: guard("attempts", store.attempts),
    audit: guard("audit", store.audit),
    settings: guard("settings", store.settings),
    // Every request makes one of these two calls, so they are written out.
    lookupSession: (owner, hash) => (isClosed ? closed("lookupSession") : store.lookupSession(owner, hash)),
    lookupToken: (owner, hash) => (isClosed ? closed("lookupToken") : store.lookupToken(owner, hash))
  }
})

/** An outage for whoever asks meanwhile, as while a server stops: 503, and never "logged out". */
const CLOSED = new StoreProblem({
  message: "auth.close() was called, and this Auth is closed. Call createAuth for another"
})

/** A part may be an object of a class. */
const verbsOf = <Part extends object>(part: Part): ReadonlyArray<keyof Part & string> => {
  const names = new Set<keyof Part & string>()
  for (let owner: object = part; owner !== Object.prototype; owner = Object.getPrototypeOf(owner))
    for (const name of Object.getOwnPropertyNames(owner)) names.add(name as keyof Part & string)
  names.delete("constructor" as keyof Part & string)
  return [...names]
}
