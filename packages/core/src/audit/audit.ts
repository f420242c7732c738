import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import type { UserId } from "../secret/user-id.ts"
import { readAndWrite } from "../store/read-and-write.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { User } from "../user/user.ts"
import { networkOf } from "../vocabulary/network.ts"
import { pageLimit } from "../vocabulary/page.ts"
import type { AuditEvent, AuditType, CountedType, ToldDetails } from "./audit-event.ts"
import type { AuditRecord } from "./audit-store.ts"
import { type CountedEvent, isCounted } from "./counted.ts"
import { EventFeed } from "./event-feed.ts"
import { type ChainAnchor, type ChainVerdict, isAnchor, type KeptAnchor, linkHash } from "./hash-chain.ts"
import { makeLogLimit } from "./log-limit.ts"
import { makeRefusalCounts } from "./refusal-counts.ts"
import { safeText } from "./safe-text.ts"
import { type ClientOptions, keptOf, requestOf, type Trace, unknownClient } from "./trace.ts"
import { newestAnchor, verifyChain } from "./verify-chain.ts"

export interface AuditOptions extends ClientOptions {
  readonly chain: boolean
}

/** What happened, who did it to whom, with what, from where, and to which credential. What is left out is unknown. */
export interface AuditContext<Type extends AuditType> extends Trace {
  readonly details: ToldDetails<Type>
  readonly subject?: UserId | null
  readonly credential?: string | null
  /** Whom the event removed, as they were. The trail does not keep them; hooks are told. */
  readonly removed?: User | null
}

/** The audit trail: one event for every state change, and every refusal alone or counted with others. */
export class Audit extends Context.Service<
  Audit,
  {
    /**
     * Adds an event. It does not fail: the thing has happened, so a trail that cannot be written is a loud log line for the
     * host, not a refusal to the user. A refusal that anybody can repeat is counted, and is in the trail a minute later: one
     * event for all of its kind from one network.
     */
    readonly append: <Type extends AuditType>(type: Type, context: AuditContext<Type>) => Effect.Effect<void>
    /**
     * Adds an event of something that must not happen without it, and so before it happens: a trail that cannot be written is a failure
     * (IMP-06).
     */
    readonly record: <Type extends Exclude<AuditType, CountedType>>(
      type: Type,
      context: AuditContext<Type>
    ) => Effect.Effect<void, StoreError>
    /**
     * Events, newest first, at most `limit` (default 50, at most 500); `before` continues a list at its last `sequence`. Of a type, with
     * a user as actor or subject, and of one request, where these are given.
     */
    readonly list: (query?: {
      readonly before?: number
      readonly limit?: number
      readonly type?: AuditType
      readonly user?: UserId
      readonly request?: string
    }) => Effect.Effect<ReadonlyArray<AuditRecord>, StoreError>
    /**
     * Reads the whole trail from where it begins and checks every link. Tells how many events hold together, or where the chain
     * breaks. With an anchor that was kept elsewhere it also tells whether the trail still has that event, so that an end which was cut
     * off or written anew is noticed (AUD-14).
     */
    readonly verifyChain: (anchor?: KeptAnchor) => Effect.Effect<ChainVerdict, StoreError>
    /** The newest linked event, to keep elsewhere for `verifyChain`. Null if the trail has no linked event. */
    readonly anchor: () => Effect.Effect<ChainAnchor | null, StoreError>
    /**
     * Every event of this process from the moment on at which a loop over it begins, also one that the trail could not take. A reader
     * that is behind loses the oldest beyond a thousand. It ends when Latchkey closes (EVT-06). It is no stream, so that
     * who imports core does not load `effect/Stream`: `Stream.fromAsyncIterable` makes it one.
     */
    readonly events: AsyncIterable<AuditEvent, undefined>
  }
>()("@latchkey/core/Audit") {
  static readonly layer = (options: AuditOptions): Layer.Layer<Audit, never, Store | EventFeed> =>
    Layer.effect(Audit, makeAudit(options))
}

/** Counts written at once: few enough that requests run between two steps, also on a store that answers synchronously. */
const STEP = 50

const makeAudit = Effect.fnUntraced(function* (options: AuditOptions) {
  const { audit: store } = yield* Store
  const feed = yield* EventFeed
  const oneAtATime = yield* Semaphore.make(1)
  const log = makeLogLimit()

  /** Another process may append between reading the end and writing. */
  const appendLinked = (event: AuditEvent) =>
    readAndWrite(
      "audit.append",
      Effect.map(store.lastHash, (previous) => ({ previous, hash: linkHash(previous, event) })),
      (link) => Effect.map(store.append({ event, link }), (isAppended) => isAppended || null)
    )

  const write = (event: AuditEvent): Effect.Effect<unknown, StoreError> =>
    options.chain ? Semaphore.withPermit(oneAtATime, appendLinked(event)) : store.append({ event, link: null })

  /** One by one, so that others write in between. While the store is away the rest is lost, and not waited for. */
  const writeCounted = (events: ReadonlyArray<CountedEvent>) => {
    let left = events.length
    const one = Effect.fnUntraced(function* (event: CountedEvent) {
      yield* feed.publish({ event, user: null })
      yield* write(event)
      left -= 1
      if (left % STEP === 0) yield* Effect.yieldNow
    })
    return Effect.forEach(events, one, { discard: true }).pipe(
      Effect.catchTag("StoreError", ({ logFields }) =>
        log.error("audit events that count refusals were lost", { ...logFields, events: left })
      )
    )
  }
  const count = yield* makeRefusalCounts(writeCounted)

  const eventOf = Effect.fnUntraced(function* <Type extends AuditType>(
    type: Type,
    { details, actor, subject, credential, actedWith, client = unknownClient }: AuditContext<Type>
  ) {
    return {
      type,
      details: safeDetails(details),
      at: yield* Clock.currentTimeMillis,
      actor: actor ?? null,
      subject: subject ?? null,
      credential: credential ?? null,
      actedWith: actedWith ?? null,
      ...keptOf(client, options),
      request: requestOf(client)
    } as AuditEvent // the union is over `type`, which the parameter ties to its details
  })

  return Audit.of({
    append: Effect.fnUntraced(function* (type, context) {
      const event = yield* eventOf(type, context)
      if (isCounted(event)) return yield* count(event, networkOf(context.client?.ip ?? null))
      yield* feed.publish({ event, user: context.removed ?? null })
      yield* Effect.catchTag(write(event), "StoreError", ({ logFields }) =>
        log.error("an audit event was lost", {
          type,
          ...logFields,
          ...(event.request !== null && { request: event.request })
        })
      )
    }),
    record: Effect.fnUntraced(function* (type, context) {
      const event = yield* eventOf(type, context)
      yield* write(event)
      yield* feed.publish({ event, user: context.removed ?? null })
    }),
    events: { [Symbol.asyncIterator]: feed.read },
    list: ({ before, limit, type, user, request } = {}) =>
      Effect.map(
        store.list({
          after: before ?? null,
          order: "newest-first",
          limit: pageLimit(limit),
          type: type ?? null,
          user: user ?? null,
          request: request ?? null
        }),
        (records) => records.map(wholeRecord)
      ),
    verifyChain: (anchor) =>
      anchor !== undefined && !isAnchor(anchor)
        ? Effect.die(new Error("verifyChain needs an anchor as audit.anchor() gave it, or none: { sequence, hash }."))
        : verifyChain(store, anchor ?? null),
    anchor: () => newestAnchor(store)
  })
})

/** A store that keeps events as they are gives those of older versions without the fields that came later (AUD-12). */
const wholeRecord = (record: AuditRecord): AuditRecord => ({
  ...record,
  event: { ...fieldsThatCameLater, ...record.event }
})

const fieldsThatCameLater = { actedWith: null, request: null }

/** Details may hold words of a request, such as its path. */
const safeDetails = (details: object): object =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === "string" ? safeText(value, 256) : value])
  )
