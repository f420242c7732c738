import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { User } from "../user/user.ts"
import type { AuditEvent } from "./audit-event.ts"
import { type EventReader, makeEventReader } from "./event-reader.ts"

/** An event on its way to whoever listens. */
export interface Told {
  readonly event: AuditEvent
  /** Whom the event removed, as they were; null for every other event. */
  readonly user: User | null
}

interface Listener {
  readonly tell: (told: Told) => Effect.Effect<void>
  readonly end: () => void
}

/**
 * Tells events to whoever listens in this process, in the order in which they happened (EVT-06). It stands below the audit trail, and
 * so it ends after it: what the trail writes at the end is told too.
 */
export class EventFeed extends Context.Service<
  EventFeed,
  {
    /** Tells an event to all who listen. Does nothing when nobody does. */
    readonly publish: (told: Told) => Effect.Effect<void>
    /** Tells every event to `tell` until the scope ends. What it does is waited for, so it must not wait for anything itself. */
    readonly listenScoped: (tell: Listener["tell"]) => Effect.Effect<void, never, Scope.Scope>
    /** Every event from now on. It ends with the layer. */
    readonly read: () => EventReader
  }
>()("@latchkey/core/EventFeed") {
  static readonly layer: Layer.Layer<EventFeed> = Layer.effect(
    EventFeed,
    Effect.suspend(() => makeEventFeed())
  )
}

const makeEventFeed = Effect.fnUntraced(function* () {
  const listeners = new Set<Listener>()
  let hasEnded = false

  /** Returns what ends it. */
  const listen = (listener: Listener): (() => void) => {
    if (hasEnded) listener.end()
    else listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      hasEnded = true
      for (const { end } of listeners) end()
      listeners.clear()
    })
  )

  return EventFeed.of({
    publish: (told) =>
      Effect.suspend(() => {
        if (listeners.size === 0) return Effect.void
        // A copy: what a listener does to it must not reach the trail.
        const copy = structuredClone(told)
        return Effect.uninterruptible(Effect.forEach([...listeners], ({ tell }) => tell(copy), { discard: true }))
      }),
    listenScoped: (tell) =>
      Effect.asVoid(
        Effect.acquireRelease(
          Effect.sync(() => listen({ tell, end: () => {} })),
          (stop) => Effect.sync(stop)
        )
      ),
    read: () => makeEventReader(({ add, end }) => listen({ tell: ({ event }) => Effect.sync(() => add(event)), end }))
  })
})
