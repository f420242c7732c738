import type { User } from "../user/user.ts"
import type { Instant } from "../vocabulary/time.ts"

/**
 * Mails with a code: to prove an address (`verify`), to choose a new password (`reset`), to prove the address that a user wants to
 * change to (`change-email`), and to invite somebody to choose their first password (`invite`).
 */
export const codeMailKinds = ["verify", "reset", "change-email", "invite"] as const

/** Mails that tell owners what happened to their account: that its address was changed (`email-changed`), and how to undo it. */
export const noticeKinds = ["email-changed"] as const

/** Every kind of mail. */
export const mailKinds = [...codeMailKinds, ...noticeKinds] as const

/** What a mail is for. */
export type MailKind = (typeof mailKinds)[number]

/** A mail that tells something, and may have a code to undo it. All others have one. */
export type NoticeKind = (typeof noticeKinds)[number]

/** A mail to send. Its `token` and `link` open what the mail is for: they must reach nobody but `to`, and no log. */
export interface Mail {
  readonly kind: MailKind
  /** The address as it is stored, never as somebody typed it (INP-04). */
  readonly to: string
  /** The page that acts on a click; null where no pages are served. */
  readonly link: string | null
  /** What the link carries, for a host with pages of its own; null for a notice that only tells something. */
  readonly token: string | null
  /** When link and token end. */
  readonly expiresAt: Instant | null
  /** The user whom the mail is about, as they are in the store. */
  readonly user: User
  /** The language of the request that led to the mail, as a BCP 47 tag such as `de`; null if nobody knows. */
  readonly lang: string | null
  /** The name of the application: the option `name`. */
  readonly application: string
}

/** Delivers mails. */
export interface Mailer {
  /**
   * Hands a mail to whoever delivers it. A rejection is tried again, a few times, with growing pauses; unless the error has
   * `isPermanent: true`, as when the server knows no such address. Called after the request, several at a time.
   */
  readonly send: (mail: Mail) => Promise<void>
  /**
   * Whether it shows links and tokens to others than the mailbox, as a console does. Such a mailer is refused in production and where
   * people reach the server at another address than this machine's. Default false.
   */
  readonly unsafeShowsSecrets?: boolean
}

/**
 * Who can cause a mail. `anybody`: whoever knows a name, or invents one. `account`: users and administrators, about themselves or a
 * new user. `notice`: what happened to an account, which its owner must learn, and the way back to it.
 */
export type MailCause = "anybody" | "account" | "notice"

/** Why a mail did not go out: it is refused for good, the mailer failed too often, too many mails wait, or the store was away. */
export type MailFailure = "refused" | "unreachable" | "no-room" | "store"
