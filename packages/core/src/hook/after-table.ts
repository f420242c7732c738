import type { AuditDetails, AuditEvent, AuditType } from "../audit/audit-event.ts"
import type { User } from "../user/user.ts"

/** Events of some kinds; of a kind with details named, only those in which each has one of the values. */
type EventKinds = {
  readonly [Type in AuditType]?: {
    readonly [Detail in keyof AuditDetails[Type]]?: ReadonlyArray<AuditDetails[Type][Detail]>
  }
}

const anyOf = {} as const

/** The one table of which events each hook is told (EVT-03). They are told where an event is recorded, so they hold for any way in. */
export const afterTable = {
  /** `user.created`: by an administrator or a program. `setup.completed`: the first administrator. */
  afterRegister: { "user.registered": anyOf, "user.created": anyOf, "setup.completed": anyOf },
  /** `cli-login.collected`: a program got a session through the browser. One that gets a token has `tokenCreated`. */
  afterLogin: { "login.succeeded": anyOf, "cli-login.collected": { result: ["session"] } },
  afterLoginFailed: { "login.refused": anyOf },
  /** Sessions ended; `event.details.by` tells by what. */
  afterLogout: { "session.closed": anyOf },
  /** Another name or address, role or state, or another password of theirs. */
  afterUpdate: { "user.changed": anyOf, "email.lost": anyOf, "password.changed": { by: ["owner", "admin"] } },
  /** Somebody asked for a link to verify an address, and it is about to be mailed. Of a registration's link `afterRegister` tells. */
  afterRequestVerify: { "email.verification-requested": anyOf },
  afterVerify: { "email.verified": anyOf },
  /**
   * Somebody asked for a link for a new password, and it is about to be mailed. Never told for an address that nobody has, nor of the
   * link that follows the undoing of a change of address: nobody forgot a password.
   */
  afterForgotPassword: { "password.reset-requested": anyOf },
  /** A password was chosen by a link: `reset` or `invitation`, says `event.details.by`. */
  afterResetPassword: { "password.changed": { by: ["reset", "invitation"] } },
  afterDelete: { "user.removed": anyOf },
  tokenCreated: { "token.issued": anyOf, "token.rotated": anyOf, "token.imported": anyOf },
  challengeApproved: { "cli-login.approved": anyOf }
} as const satisfies Readonly<Record<string, EventKinds>>

export type AfterHookName = keyof typeof afterTable

/** The events that a hook is told. */
export type HookEvent<Name extends AfterHookName> = Extract<
  AuditEvent,
  { readonly type: keyof (typeof afterTable)[Name] }
>

/** What a hook is told. */
export interface Happened<Name extends AfterHookName> {
  readonly event: HookEvent<Name>
  /** Whom the event is about, as they are in the store when the hook runs; null if unknown or gone. After a removal: as they were. */
  readonly user: User | null
}

// The table's own type says which keys there are.
export const afterHookNames = Object.keys(afterTable) as ReadonlyArray<AfterHookName>

/** Whether a hook is told an event. */
export const isTold = (name: AfterHookName, event: AuditEvent): boolean => {
  const kinds: Readonly<Record<string, Readonly<Record<string, ReadonlyArray<unknown>>>>> = afterTable[name]
  const wanted = Object.hasOwn(kinds, event.type) ? kinds[event.type] : undefined
  if (wanted === undefined) return false
  const details: Readonly<Record<string, unknown>> = { ...event.details }
  return Object.entries(wanted).every(([detail, values]) => values.includes(details[detail]))
}
