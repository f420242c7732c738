import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import type { AuditEvent } from "../audit/audit-event.ts"
import { EventFeed, type Told } from "../audit/event-feed.ts"
import { makeLogLimit } from "../audit/log-limit.ts"
import { makeBackground } from "../background/background.ts"
import { Store } from "../store/store.ts"
import { type AfterHookName, afterHookNames, isTold } from "./after-table.ts"
import { callHook, type HookResult, HookTrouble, within } from "./call-hook.ts"
import type { ToldHooks } from "./hooks.ts"

/** Is told every event, as it happens. */
export type OnEvent = (event: AuditEvent) => HookResult<unknown>

/** As long as the end of the program waits, so that a hook which has begun by then has all of it. */
const TELL_WITHIN = "10 seconds"

/** Calls at once: a hook that asks another server waits more than it works. */
const AT_ONCE = 16

/** Calls under way or waiting. At some hundred bytes each, a burst of log-ins fits, and a host that is stuck costs little. */
const MOST_CALLS = 1_000

/**
 * Tells the host's hooks what has happened, beside the request. Of `onEvent` calls begin in the order of the events. What does not fit
 * is dropped, with a line in the log. The end of the layer waits ten seconds for what is left (EVT-03, EVT-04).
 */
export const afterHooks = (hooks: ToldHooks, onEvent: OnEvent | null): Layer.Layer<never, never, Store | EventFeed> => {
  const names = afterHookNames.filter((name) => hooks[name] !== undefined)
  return onEvent === null && names.length === 0 ? Layer.empty : Layer.effectDiscard(tellHooks(hooks, names, onEvent))
}

const tellHooks = Effect.fnUntraced(function* (
  hooks: ToldHooks,
  names: ReadonlyArray<AfterHookName>,
  onEvent: OnEvent | null
) {
  const { users } = yield* Store
  const feed = yield* EventFeed
  const background = yield* makeBackground(MOST_CALLS)
  const inTurn = yield* Semaphore.make(AT_ONCE)
  const log = makeLogLimit()

  /** After a removal the user is handed along. A store that is away knows nothing of anybody, so then nothing is told. */
  const userOf = ({ event, user }: Told) => {
    if (user !== null || event.subject === null) return Effect.succeed(user)
    return Effect.catchTag(users.find(event.subject), "StoreError", ({ _tag }) => Effect.fail(new HookTrouble(_tag)))
  }

  const start = (operation: string, ready: Effect.Effect<() => unknown, HookTrouble>): Effect.Effect<void> => {
    const call = Effect.flatMap(ready, callHook).pipe(
      within(TELL_WITHIN),
      Effect.catch(({ name }) => log.error("a hook failed", { operation, name }))
    )
    return Effect.flatMap(background.start(Semaphore.withPermit(inTurn, call)), (hasBegun) =>
      hasBegun ? Effect.void : log.error("a hook was not called: too many calls wait", { operation })
    )
  }

  const callOf = (name: AfterHookName) => (told: Told) =>
    Effect.map(userOf(told), (user) => {
      const hook = hooks[name] as ((happened: object) => unknown) | undefined // the table leads to it only the events of its own
      return () => hook?.({ event: told.event, user })
    })

  const all = onEvent === null ? null : ({ event }: Told) => Effect.succeed(() => onEvent(event))
  const some = names.map((name) => [name, callOf(name)] as const)

  yield* feed.listenScoped((told) => {
    const calls = some.filter(([name]) => isTold(name, told.event)).map(([name, call]) => start(name, call(told)))
    return Effect.all(all === null ? calls : [start("onEvent", all(told)), ...calls], { discard: true })
  })
})
