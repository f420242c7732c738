import type { AuditEvent, AuditQuery, AuditStore, AuditType, NewAuditRecord } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { start, userId } from "./samples.ts"

type Rest = Omit<AuditEvent, "type" | "details">

const rest: Rest = {
  at: start,
  actor: null,
  subject: null,
  credential: null,
  actedWith: null,
  ip: null,
  userAgent: null,
  request: null
}
const told: Rest = {
  ...rest,
  actor: userId(1),
  subject: userId(2),
  credential: "session:1",
  actedWith: "token:2",
  ip: "192.0.2.1",
  request: "019b76da-a800-4451-a8ef-b2f4bb9392c1"
}

const one = { count: 1, networks: "one" } as const
const many = { count: 17_000, networks: "many" } as const

/** A new type does not compile until it has a sample here. */
const eventOf: { readonly [Type in AuditType]: Extract<AuditEvent, { readonly type: Type }> } = {
  "login.succeeded": { ...told, type: "login.succeeded", details: { method: "form" } },
  "login.refused": { ...told, type: "login.refused", details: { method: "token-endpoint", reason: "wrong-password" } },
  "session.confirmed": { ...told, type: "session.confirmed", details: {} },
  "session.confirm-refused": { ...told, type: "session.confirm-refused", details: {} },
  "session.closed": { ...told, type: "session.closed", details: { by: "admin", count: 3 } },
  "token.issued": { ...told, type: "token.issued", details: { scopes: "read write", expiresAt: null } },
  "token.rotated": { ...told, type: "token.rotated", details: { from: "token:1", oldExpiresAt: start + 1 } },
  "token.imported": { ...told, type: "token.imported", details: { scopes: "", expiresAt: start + 1 } },
  "token.revoked": { ...told, type: "token.revoked", details: { by: "owner", count: 2 } },
  "cli-login.approved": {
    ...told,
    type: "cli-login.approved",
    details: { program: "acme", scopes: "read write", result: "token", from: null }
  },
  "cli-login.denied": { ...told, type: "cli-login.denied", details: { program: "acme", by: "number" } },
  "cli-login.collected": { ...told, type: "cli-login.collected", details: { program: "acme", result: "session" } },
  "impersonation.begun": {
    ...told,
    type: "impersonation.begun",
    details: { reason: "Ticket 7", expiresAt: start + 1 }
  },
  "user.registered": { ...told, type: "user.registered", details: {} },
  "user.register-refused": { ...told, type: "user.register-refused", details: { ...one, reason: "taken" } },
  "user.invited": { ...told, type: "user.invited", details: {} },
  "user.imported": { ...told, type: "user.imported", details: { count: 400 } },
  "backup.restored": {
    ...told,
    type: "backup.restored",
    details: { users: 40, superusers: 1, sessions: 0, tokens: 7, codes: 2 }
  },
  "email.verification-requested": { ...told, type: "email.verification-requested", details: {} },
  "email.verified": { ...told, type: "email.verified", details: {} },
  "email.change-requested": { ...told, type: "email.change-requested", details: {} },
  "email.change-cancelled": { ...told, type: "email.change-cancelled", details: {} },
  "email.change-undone": { ...told, type: "email.change-undone", details: {} },
  "email.lost": { ...told, type: "email.lost", details: {} },
  "mail.failed": { ...rest, type: "mail.failed", details: { kind: "reset", reason: "unreachable" } },
  "password.reset-requested": { ...told, type: "password.reset-requested", details: {} },
  "user.created": { ...told, type: "user.created", details: { isSuperuser: true } },
  "user.changed": {
    ...told,
    type: "user.changed",
    details: { changes: [{ field: "email" }, { field: "isActive", from: true, to: false }] }
  },
  "user.removed": { ...told, type: "user.removed", details: { by: "owner" } },
  "password.changed": { ...told, type: "password.changed", details: { by: "owner" } },
  "password.change-refused": { ...told, type: "password.change-refused", details: {} },
  "password.hash-unreadable": { ...told, type: "password.hash-unreadable", details: {} },
  "settings.changed": {
    ...told,
    type: "settings.changed",
    details: {
      version: 3,
      changes: [
        { setting: "sessions.idle", from: "1 hour", to: "30 minutes" },
        { setting: "tokens.enabled", from: true, to: false },
        { setting: "throttle.mails", from: 5, to: 3 }
      ]
    }
  },
  "setup.completed": { ...told, type: "setup.completed", details: { by: "page" } },
  "setup.refused": { ...told, type: "setup.refused", details: { ...one, reason: "wrong-token" } },
  "throttle.blocked": { ...told, type: "throttle.blocked", details: { ...one, action: "login", retryAt: start + 1 } },
  "request.forged": {
    ...told,
    type: "request.forged",
    details: { ...many, method: "POST", path: "/log-out?%0a\u{1F600}", site: null }
  },
  "access.denied": { ...told, type: "access.denied", details: { ...one, policy: "admin", path: "/users/'\"\\" } },
  "cookie.ambiguous": { ...told, type: "cookie.ambiguous", details: many }
}

/** One event of each type. */
export const eventOfEachType: ReadonlyArray<AuditEvent> = Object.values(eventOf)

/** An event that differs from others by its time, `n` ms after the start. */
export const sampleEvent = (n: number, changes: Partial<Rest> = {}): AuditEvent => ({
  type: "user.registered",
  details: {},
  ...rest,
  at: start + n,
  ...changes
})

/** A record with the chain off. */
export const unlinked = (event: AuditEvent): NewAuditRecord => ({ event, link: null })

/** A record with its link in the chain. */
export const linked = (event: AuditEvent, previous: string | null, hash: string): NewAuditRecord => ({
  event,
  link: { previous, hash }
})

/** The whole log, oldest first. */
export const wholeLog: AuditQuery = {
  after: null,
  order: "oldest-first",
  limit: 10_000,
  type: null,
  user: null,
  request: null
}

/** Appends events without links, one after the other. */
export const appendAll = (audit: AuditStore, events: ReadonlyArray<AuditEvent>) =>
  Effect.forEach(events, (event) => audit.append(unlinked(event)), { discard: true })

/** Which events a query finds, by their times after the start. */
export const timesIn = (audit: AuditStore, query: Partial<AuditQuery> = {}) =>
  Effect.map(audit.list({ ...wholeLog, ...query }), (records) => records.map(({ event }) => event.at - start))

/** Whether there are positions, and all come after this one. */
export const isAfter = (position: number, positions: ReadonlyArray<number>): boolean =>
  positions.length > 0 && positions.every((each) => each > position)
