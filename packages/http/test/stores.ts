import { StoreError } from "@latchkey/core"
import { Store, type StoreLayer } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** What happens to a call: it passes, it fails as a store that is away, it throws as a broken one, or it waits. */
export type Fate = "pass" | "fail" | "throw" | Promise<unknown>

/** A memory store whose every call goes by a rule that the test may change. */
export interface RuledStore {
  readonly store: StoreLayer
  /** Each call so far, such as `users.insert`. */
  readonly calls: Array<string>
  rule: (operation: string) => Fate
}

/** Words of a driver that no client may see. */
const DRIVER = "SQLITE_BUSY: database is locked, ECONNREFUSED at open (/srv/app/node_modules/driver/index.js:1:2)"

export const ruledStore = (): RuledStore => {
  const ruled: RuledStore = {
    calls: [],
    rule: () => "pass",
    store: Layer.effect(
      Store,
      Effect.map(Layer.build(memoryStore()), (context) => ruledBy(pass, Context.get(context, Store), ""))
    )
  }
  const pass: Pass = <A, E>(operation: string, call: () => Effect.Effect<A, E>) =>
    Effect.flatMap(
      Effect.sync(() => {
        ruled.calls.push(operation)
        return ruled.rule(operation)
      }),
      (fate): Effect.Effect<A, E | StoreError> => {
        if (fate === "fail") return Effect.fail(new StoreError({ operation, cause: new Error(DRIVER) }))
        if (fate === "throw") return Effect.die(new TypeError(DRIVER))
        return fate === "pass"
          ? call()
          : Effect.andThen(
              Effect.promise(() => fate),
              Effect.suspend(call)
            )
      }
    )
  return ruled
}

type Pass = <A, E>(operation: string, call: () => Effect.Effect<A, E>) => Effect.Effect<A, E | StoreError>

const ruledBy = <Part extends object>(pass: Pass, part: Part, prefix: string): Part =>
  Object.fromEntries(
    Object.entries(part).map(([name, member]: [string, unknown]) => [name, ruledMember(pass, member, prefix + name)])
  ) as Part // each member is of the type it had

const ruledMember = (pass: Pass, member: unknown, name: string): unknown => {
  if (Effect.isEffect(member)) return pass(name, () => member as Effect.Effect<unknown>)
  if (typeof member !== "function") return ruledBy(pass, member as object, `${name}.`)
  return (...args: ReadonlyArray<unknown>) => pass(name, () => member(...args))
}
