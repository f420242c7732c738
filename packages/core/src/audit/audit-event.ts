import type { MailFailure, MailKind } from "../mail/mail.ts"
import type { UserId } from "../secret/user-id.ts"
import type { User } from "../user/user.ts"
import type { Instant } from "../vocabulary/time.ts"

/** How someone proved who they are, or tried to. */
export type LoginMethod = "form" | "token-endpoint" | "basic" | "direct"

/** Why a log-in was refused. Only the trail learns it: the client gets the same answer for all (ENU-01). */
export type LoginRefusedReason =
  | "unknown-user"
  | "wrong-password"
  | "no-password"
  | "inactive"
  | "unreadable-hash"
  | "not-verified"

/** How often something happened that is counted instead of written each time. */
export interface Tally {
  /** How many there were, in the minute from the event's time on. */
  readonly count: number
  /** Where they came from: one network, or networks beyond those that are told apart. Of many, the event is one example. */
  readonly networks: "one" | "many"
}

/** What can happen, and what each kind of event records. Closed: a new kind is a new line here (AUD-01). No field ever holds a secret (AUD-02). */
export interface AuditDetails {
  readonly "login.succeeded": { readonly method: LoginMethod }
  readonly "login.refused": { readonly method: LoginMethod; readonly reason: LoginRefusedReason }
  readonly "session.confirmed": Record<never, never>
  readonly "session.confirm-refused": Record<never, never>
  readonly "session.closed": { readonly by: "logout" | "owner" | "admin" | "limit"; readonly count: number }
  readonly "token.issued": { readonly scopes: string; readonly expiresAt: Instant | null }
  readonly "token.rotated": { readonly from: string; readonly oldExpiresAt: Instant }
  readonly "token.imported": { readonly scopes: string; readonly expiresAt: Instant | null }
  readonly "token.revoked": { readonly by: "owner" | "admin"; readonly count: number }
  /** `from` is the program's address; the event's own address is the browser's. */
  readonly "cli-login.approved": {
    readonly program: string
    readonly scopes: string
    readonly result: "token" | "session"
    readonly from: string | null
  }
  readonly "cli-login.denied": { readonly program: string; readonly by: "user" | "number" | "change" }
  readonly "cli-login.collected": { readonly program: string; readonly result: "token" | "session" }
  readonly "impersonation.begun": { readonly reason: string | null; readonly expiresAt: Instant }
  readonly "user.registered": Record<never, never>
  readonly "user.register-refused": Tally & { readonly reason: "closed" | "taken" | "host" }
  readonly "user.invited": Record<never, never>
  readonly "user.created": { readonly isSuperuser: boolean; readonly roles?: string }
  /** Users of another system, added together; superusers have an event of their own, too. */
  readonly "user.imported": { readonly count: number; readonly roles?: string }
  /** Of a backup that was restored, how many of each were added together. */
  readonly "backup.restored": {
    readonly users: number
    readonly superusers: number
    readonly sessions: number
    readonly tokens: number
    readonly codes: number
  }
  readonly "user.changed": { readonly changes: ReadonlyArray<UserFieldChange> }
  readonly "user.removed": { readonly by: "owner" | "admin" }
  readonly "password.changed": { readonly by: "owner" | "admin" | "reset" | "invitation" }
  readonly "password.reset-requested": Record<never, never>
  readonly "email.verification-requested": Record<never, never>
  readonly "email.verified": Record<never, never>
  readonly "email.change-requested": Record<never, never>
  readonly "email.change-cancelled": Record<never, never>
  readonly "email.change-undone": Record<never, never>
  /** The subject never proved the address, and the actor did. */
  readonly "email.lost": Record<never, never>
  /** `kind` is null if the mail was not prepared. */
  readonly "mail.failed": { readonly kind: MailKind | null; readonly reason: MailFailure }
  readonly "password.change-refused": Record<never, never>
  readonly "password.hash-unreadable": Record<never, never>
  /** `version` is the one that the change made. */
  readonly "settings.changed": { readonly version: number; readonly changes: ReadonlyArray<SettingChange> }
  readonly "setup.completed": { readonly by: "page" | "seed" | "promotion" }
  readonly "setup.refused": Tally & { readonly reason: "wrong-token" | "closed" }
  readonly "throttle.blocked": Tally & { readonly action: ThrottledAction; readonly retryAt: Instant }
  readonly "request.forged": Tally & { readonly method: string; readonly path: string; readonly site: string | null }
  readonly "access.denied": Tally & { readonly policy: string; readonly path: string }
  readonly "cookie.ambiguous": Tally
}

/** A setting that an administrator changed, as it is written: a duration in words. None of these settings is a secret (SET-19). */
export interface SettingChange {
  /** Its path, such as `sessions.idle`. */
  readonly setting: string
  readonly from: string | number | boolean
  readonly to: string | number | boolean
}

export type AuditType = keyof AuditDetails

/** The kinds that are counted. */
export type CountedType = { [Type in AuditType]: AuditDetails[Type] extends Tally ? Type : never }[AuditType]

/** What is known of an event where it happens: everything but how often. */
export type ToldDetails<Type extends AuditType> = Type extends CountedType
  ? Omit<AuditDetails[Type], keyof Tally>
  : AuditDetails[Type]

/** What can be limited. */
export type ThrottledAction =
  | "login"
  | "confirm"
  | "change-password"
  | "change-name"
  | "setup"
  | "register"
  | "cli-login"
  | "user-code"
  | "mail"
  | "choose-password"

/**
 * What the trail records of each field of a user: names and addresses as changed, without their text; states and roles with
 * both values, roles as one text (ADM-05). Null: its changes have events of their own, or are none. The compiler asks for a new field.
 */
const toldFields = {
  id: null,
  username: "changed",
  email: "changed",
  isActive: "values",
  isSuperuser: "values",
  isVerified: "values",
  mustChangePassword: "values",
  roles: "texts",
  epoch: null,
  createdAt: null,
  updatedAt: null,
  lastLoginAt: null
} as const satisfies Readonly<Record<keyof User, "changed" | "values" | "texts" | null>>

type FieldTold<How> = { [Field in keyof User]: (typeof toldFields)[Field] extends How ? Field : never }[keyof User]

/** One field of a user that changed. */
export type UserFieldChange =
  | { readonly field: FieldTold<"changed"> }
  | { readonly field: FieldTold<"values">; readonly from: boolean; readonly to: boolean }
  | { readonly field: FieldTold<"texts">; readonly from: string; readonly to: string }

/**
 * One thing that happened: who (actor) did what to whom (subject), with which credential (actedWith), from where, in which request, and
 * when. A credential is a text such as `session:0199…` or `token:0199…`: the id, never the secret.
 */
export type AuditEvent = {
  readonly [Type in AuditType]: {
    readonly type: Type
    readonly details: AuditDetails[Type]
    readonly at: Instant
    readonly actor: UserId | null
    readonly subject: UserId | null
    /** What the event is about, where that is one credential: the one that was made, ended, proved again or refused. */
    readonly credential: string | null
    /** What the actor acted with (AUD-13). Null for a password, for a program that holds the `Auth`, and in events of older versions. */
    readonly actedWith: string | null
    readonly ip: string | null
    readonly userAgent: string | null
    /** The id of the request in which it happened (AUD-11). Null outside of requests, and in events of older versions. */
    readonly request: string | null
  }
}[AuditType]

/** The fields of a user that an event may tell, as they differ between two states. */
export const userFieldChanges = (before: User, after: User): ReadonlyArray<UserFieldChange> =>
  // The record's type says which keys there are.
  (Object.keys(toldFields) as ReadonlyArray<keyof User>).flatMap((field): ReadonlyArray<UserFieldChange> => {
    if (isTold(field, "texts")) return textChange(field, before[field].join(" "), after[field].join(" "))
    if (before[field] === after[field]) return []
    if (isTold(field, "changed")) return [{ field }]
    return isTold(field, "values") ? [{ field, from: before[field], to: after[field] }] : []
  })

const textChange = (field: FieldTold<"texts">, from: string, to: string): ReadonlyArray<UserFieldChange> =>
  from === to ? [] : [{ field, from, to }]

const isTold = <How extends "changed" | "values" | "texts">(field: keyof User, how: How): field is FieldTold<How> =>
  toldFields[field] === how
