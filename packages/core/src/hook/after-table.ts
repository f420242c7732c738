import type { AuditEvent, AuditType } from "../audit/audit-event.ts"
import type { User } from "../user/user.ts"

/** The one table of which events each hook is told (EVT-03). They are told where an event is recorded, so they hold for any way in. */
export const afterTable = {
  /** `user.created`: by an administrator or a program. `setup.completed`: the first administrator. */
  afterRegister: ["user.registered", "user.created", "setup.completed"],
  afterLogin: ["login.succeeded"],
  afterLoginFailed: ["login.refused"],
  /** Sessions ended; `event.details.by` tells by what. */
  afterLogout: ["session.closed"],
  afterUpdate: ["user.changed", "password.changed"],
  afterDelete: ["user.removed"],
  tokenCreated: ["token.issued", "token.rotated", "token.imported"],
  challengeApproved: ["cli-login.approved"]
} as const satisfies Readonly<Record<string, ReadonlyArray<AuditType>>>

export type AfterHookName = keyof typeof afterTable

/** The events that a hook is told. */
export type HookEvent<Name extends AfterHookName> = Extract<
  AuditEvent,
  { readonly type: (typeof afterTable)[Name][number] }
>

/** What a hook is told. */
export interface Happened<Name extends AfterHookName> {
  readonly event: HookEvent<Name>
  /** Whom the event is about, as they are in the store when the hook runs; null if unknown or gone. After a removal: as they were. */
  readonly user: User | null
}

// The table's own type says which keys there are.
export const afterHookNames = Object.keys(afterTable) as ReadonlyArray<AfterHookName>
