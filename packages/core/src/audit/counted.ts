import type { AuditEvent, CountedType, ToldDetails } from "./audit-event.ts"

/**
 * The refusals that cost whoever causes them nothing but a request, so that a row and a wait for the disk for each would be
 * theirs to take (AUD-07). All other events belong to a change of data or to a hashed password, and are written one by one.
 * Each kind names the details in which the refusals of one event agree.
 */
const agreeing: { readonly [Type in CountedType]: ReadonlyArray<keyof ToldDetails<Type>> } = {
  "user.register-refused": ["reason"],
  "setup.refused": ["reason"],
  "throttle.blocked": ["action"],
  "request.forged": [],
  "access.denied": ["policy"],
  "cookie.ambiguous": []
}

export type CountedEvent = Extract<AuditEvent, { readonly type: CountedType }>

export const isCounted = (event: AuditEvent): event is CountedEvent => Object.hasOwn(agreeing, event.type)

/**
 * Whether an event may be lost with the last moments before a power cut, or before a failover: it tells of a refusal, so
 * nobody has to wait for it. A store that knows no such difference keeps every event.
 */
export const isLosable = (event: AuditEvent): boolean => isCounted(event)

/** The same text for refusals that one event may tell: of one kind, network, caller and credential, agreeing in the details above. */
export const groupOf = (event: CountedEvent, network: string): string => {
  const details: Readonly<Record<string, unknown>> = { ...event.details }
  const told = agreeing[event.type].map((name) => details[name])
  return JSON.stringify([network, event.actor, event.subject, event.credential, ...told])
}
