import type { User } from "../user/user.ts"
import type { Instant } from "../vocabulary/time.ts"

/**
 * What a mail is for: to prove an address (`verify`), to choose a new password (`reset`), to prove the address that a user wants to
 * change to (`change-email`), to tell the former address that it was changed and let it be undone (`email-changed`), and to invite
 * somebody to choose their first password (`invite`).
 */
export type MailKind = "verify" | "reset" | "change-email" | "email-changed" | "invite"

/** A mail to send. Its `token` and `link` open what the mail is for: they must reach nobody but `to`, and no log. */
export interface Mail {
  readonly kind: MailKind
  /** The address as it is stored, never as somebody typed it (INP-04). */
  readonly to: string
  /** The page that acts on a click; null where no pages are served. */
  readonly link: string | null
  /** What the link carries, for a host with pages of its own; null for a mail that only tells something. */
  readonly token: string | null
  /** When link and token end. */
  readonly expiresAt: Instant | null
  /** The user whom the mail is about, as they are in the store. */
  readonly user: User
  /** The language of the request that led to the mail, as a BCP 47 tag such as `de`; null if nobody knows. */
  readonly lang: string | null
}

/** Delivers mails. */
export interface Mailer {
  /**
   * Hands a mail to whoever delivers it. A rejection is tried again, a few times, with growing pauses; unless the error has
   * `isPermanent: true`, as when the server knows no such address. Called after the request, several at a time.
   */
  readonly send: (mail: Mail) => Promise<void>
}

/** Why a mail did not go out: it is refused for good, the mailer failed too often, too many mails wait, or the store was away. */
export type MailFailure = "refused" | "unreachable" | "no-room" | "store"
