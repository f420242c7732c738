import type { Instant } from "@latchkey/core"
import type { AccountForm, Logins } from "../page/account-fields.tsx"
import type { FormErrors } from "../page/form.ts"
import type { PageUser } from "../page/form-owner.tsx"
import type { PasswordRule } from "../page/new-password.tsx"
import type { Notice } from "../page/notice.tsx"
import type { PageView } from "../page/view.ts"
import type { SessionView } from "../sessions/view.ts"
import type { AddedFact, AdminAction } from "../surface/administration.ts"

/** A user as administrators see them. */
export interface AdminUserView extends PageUser {
  readonly isActive: boolean
  readonly isSuperuser: boolean
  readonly isVerified: boolean
  readonly mustChangePassword: boolean
  readonly roles: ReadonlyArray<string>
  readonly createdAt: Instant
  /** Null if never. */
  readonly lastLoginAt: Instant | null
  /** What the host's own columns say. */
  readonly added: ReadonlyArray<AddedFact>
  /** The page of the user. */
  readonly path: string
}

/** A role that a user can have. */
export interface RoleChoice {
  readonly name: string
  /** What the host says of it; empty for one that is no longer declared. */
  readonly about: string
  /** The name its box is posted under. */
  readonly field: string
  readonly isChosen: boolean
}

/** What stands in the fields of the search. A flag is `true`, `false`, or empty for both. */
export interface UserSearchForm {
  readonly query: string
  readonly isActive: string
  readonly isSuperuser: string
  readonly isVerified: string
  readonly role: string
}

/** The view for GET /admin/users. */
export interface AdminUsersView extends PageView {
  readonly users: ReadonlyArray<AdminUserView>
  readonly search: UserSearchForm
  /** Whether the search leaves out anybody. */
  readonly isSearch: boolean
  /** Whether the users stand in the order of their names, and not by age. */
  readonly isByName: boolean
  /** The roles to look for; empty where the host declares none. */
  readonly roles: ReadonlyArray<string>
  /** GET here shows the form for a new user. */
  readonly newPath: string
  /** The page of the audit trail. */
  readonly auditPath: string
  /** The page of the settings; null where its routes are off. */
  readonly settingsPath: string | null
  readonly nextPath: string | null
  /** The first page; null if this is it. */
  readonly firstPath: string | null
  readonly notice: Notice | null
}

/** The flags of a user in a form. */
export interface FlagsForm {
  readonly isSuperuser: boolean
  readonly isVerified: boolean
  readonly mustChangePassword: boolean
}

/** The view for GET and POST /admin/users/new. */
export interface AdminNewUserView extends PageView {
  /** The administrator for whom the form is drawn. */
  readonly user: PageUser
  readonly logins: Logins
  readonly form: AccountForm & FlagsForm
  readonly roles: ReadonlyArray<RoleChoice>
  readonly errors: FormErrors<"username" | "email" | "password" | "roles" | "current_password">
  /** Whether a user without a password is mailed an invitation; otherwise the form needs a password. */
  readonly canInvite: boolean
  readonly passwordRule: PasswordRule
  readonly asksCurrentPassword: boolean
  /** POST here creates the user. */
  readonly path: string
}

/** One of a user's tokens, for administrators. */
export interface AdminTokenView {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly scopes: ReadonlyArray<string>
  readonly createdAt: Instant
  readonly lastUsedAt: Instant | null
  /** GET here asks whether to revoke it, and POST revokes it. */
  readonly revokePath: string
}

/** A part of a list, with the way to the others. */
export interface AdminList<Entry> {
  readonly entries: ReadonlyArray<Entry>
  readonly olderPath: string | null
  readonly newestPath: string | null
}

/** The view for GET /admin/users/:id, and for POST when it failed. */
export interface AdminUserPageView extends PageView {
  /** The administrator for whom the forms are drawn. */
  readonly user: PageUser
  /** The user as they are now. */
  readonly subject: AdminUserView
  /** Whether it is the administrator's own account. */
  readonly isSelf: boolean
  readonly logins: Logins
  readonly form: AccountForm & FlagsForm & { readonly isActive: boolean }
  readonly roles: ReadonlyArray<RoleChoice>
  /** The state that the form was made over, as its hidden field posts it. */
  readonly seen: string
  readonly errors: FormErrors<"username" | "email" | "roles" | "confirm_self" | "current_password">
  /** Somebody else changed the user meanwhile: what they are now stands above the form. */
  readonly isStale: boolean
  readonly asksCurrentPassword: boolean
  /** POST here saves the form. */
  readonly path: string
  /** Where all users are. */
  readonly listPath: string
  /** GET here asks whether to end all sessions and tokens, and POST ends them. */
  readonly revokeAllPath: string
  /** GET here asks whether to delete the user, and POST deletes them. */
  readonly deletePath: string
  /** POST here mails the user a link to choose a password; null if no mail can go to them. */
  readonly passwordLinkPath: string | null
  /** GET here asks why to act as the user, and POST begins; null if nobody may, or this administrator not as this user. */
  readonly impersonatePath: string | null
  /** The audit trail of this user. */
  readonly auditPath: string
  readonly sessions: AdminList<SessionView>
  readonly tokens: AdminList<AdminTokenView>
  /** The host's own. */
  readonly actions: ReadonlyArray<AdminAction>
  readonly now: Instant
  readonly notice: Notice | null
}

/** One event of the audit trail. */
export interface AuditEntryView {
  readonly type: string
  readonly at: Instant
  /** Who did it: their name, or their id when they are gone; null if nobody who is known. */
  readonly actor: AuditPerson | null
  /** To whom, if it is not who did it. */
  readonly subject: AuditPerson | null
  readonly credential: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  /** What else is on record, by its name. */
  readonly details: ReadonlyArray<AddedFact>
}

export interface AuditPerson {
  readonly name: string
  /** Their page; null if they are gone. */
  readonly path: string | null
}

/** The view for GET /admin/audit. */
export interface AdminAuditView extends PageView {
  readonly entries: ReadonlyArray<AuditEntryView>
  readonly search: { readonly type: string; readonly user: string }
  readonly types: ReadonlyArray<string>
  readonly path: string
  readonly listPath: string
  readonly olderPath: string | null
  readonly newestPath: string | null
}
