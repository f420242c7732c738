import type { AuditEvent, AuditQuery, AuditRecord, AuditStore, AuditType } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { eventOfEachType, sampleEvent, wholeLog } from "../laws/audit-samples.ts"
import { minute } from "../laws/samples.ts"
import { type Call, call } from "./command.ts"
import type { Scene } from "./scene.ts"

/** A record by its place in the log, because each store assigns its own numbers. */
const places = (audit: AuditStore, query: AuditQuery) =>
  Effect.gen(function* () {
    const whole = yield* audit.list(wholeLog)
    const after = query.after === null ? null : (whole[query.after]?.sequence ?? null)
    const placeOf = ({ sequence, event, hash }: AuditRecord) => {
      const place = whole.findIndex((record) => record.sequence === sequence)
      return { place, event, hash }
    }
    return (yield* audit.list({ ...query, after })).map(placeOf)
  })

const event = ({ pick, user, now, percent }: Scene): AuditEvent => ({
  ...pick([sampleEvent(0), ...eventOfEachType]),
  at: now(),
  actor: percent(30) ? user() : null,
  subject: percent(70) ? user() : null,
  request: pick([null, ...requests])
})

const requests = ["request-1", "request-2"]

const types: ReadonlyArray<AuditType | null> = [null, null, "user.registered", "user.changed"]

const lastHash = call("audit.lastHash", [], ({ audit }) => audit.lastHash)

const list = (query: AuditQuery): Call => call("audit.list", [query], ({ audit }, query) => places(audit, query))

/** Where the log begins: whether before all that is left, because each store assigns its own numbers. */
const start = call("audit.start", [], ({ audit }) =>
  Effect.gen(function* () {
    const start = yield* audit.start
    const whole = yield* audit.list(wholeLog)
    return start && { hash: start.hash, isFirst: whole.every(({ sequence }) => sequence > start.sequence) }
  })
)

/** A look at the whole log. */
export const auditLooks: ReadonlyArray<Call> = [lastHash, start, list(wholeLog)]

/** The commands about the audit log. A repeated one is chosen more often. */
export const auditCommands: ReadonlyArray<(scene: Scene) => Call> = [
  (scene) => call("audit.append", [event(scene)], ({ audit }, event) => audit.append({ event, link: null })),
  (scene) =>
    call("audit.append", [event(scene), "to the end", `hash-${scene.count()}`], ({ audit }, event, _, hash) =>
      Effect.flatMap(audit.lastHash, (previous) => audit.append({ event, link: { previous, hash } }))
    ),
  (scene) => {
    const link = { previous: scene.pick([null, `hash-${scene.below(20)}`]), hash: `hash-${scene.count()}` }
    return call("audit.append", [{ event: event(scene), link }], ({ audit }, record) => audit.append(record))
  },
  () => lastHash,
  () => start,
  ({ now, pick }) =>
    call(
      "audit.removeExpired",
      [now() - pick([0, 0, 1, minute, 10 * minute]), pick([0, 1, 2, 3, 10_000])],
      ({ audit }, ...args) => audit.removeExpired(...args)
    ),
  ({ pick, below, user }) =>
    list({
      after: pick([null, below(5)]),
      order: pick(["oldest-first", "newest-first"]),
      limit: 1 + below(5),
      type: pick(types),
      user: pick([null, user()]),
      request: pick([null, null, ...requests])
    })
]
