import type { ThrottledAction } from "../audit/audit-event.ts"
import type { MailKind } from "../mail/mail.ts"
import type { UserId } from "../secret/user-id.ts"
import type { AccountName, CanonicalName } from "../user/account-name.ts"
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../vocabulary/time.ts"
import type { Bucket, Limit } from "./attempt-store.ts"
import { bucketKey } from "./bucket-key.ts"

/**
 * How many attempts pass before delays begin; delays double from a second up to `longestDelay` (milliseconds). After `userCodes`
 * wrong codes there is one long pause instead.
 */
export interface ThrottleOptions {
  readonly perAccountAndNetwork: number
  readonly perAccount: number
  readonly perNetwork: number
  readonly registrations: number
  readonly cliLogins: number
  readonly userCodes: number
  readonly mails: number
  readonly longestDelay: number
}

/** How many users behind one network may mistype a code as often as one user may. */
const USERS_PER_NETWORK = 20

/** After so many wrong codes a user waits for longer than any code lives, so that none of them meets more guesses (DEV-04). */
const USER_CODE_PAUSE_MS = 15 * MINUTE_MS

/** Between mails of one kind that people ask for again and again. */
const MAIL_PAUSE_MS = 15 * MINUTE_MS

/** An account has two names, and each may be asked for as often as an option says. */
const NAMES_PER_ACCOUNT = 2

/**
 * Between mails of one kind to one mailbox. Shorter than the pause between requests, because a mail goes out up to a second after it
 * was asked for: whoever waits as long as an answer says gets their mail.
 */
const MAILBOX_PAUSE_MS = MAIL_PAUSE_MS - MINUTE_MS

/** An office behind one address must not be stopped for long by one of its machines. */
const LONGEST_NETWORK_DELAY_MS = MINUTE_MS

/** What is limited beside passwords and mails. */
export type OtherAttempt = Extract<
  ThrottledAction,
  "setup" | "register" | "change-name" | "cli-login" | "user-code" | "choose-password"
>

export type Limits = ReturnType<typeof limitsOf>

/** One kind of bucket for attempts at something other than a password. */
interface OtherPlace {
  readonly name: string
  readonly limit: keyof Limits
}

const namesInNetwork: OtherPlace = { name: "register", limit: "registrations" }

/** Where attempts at something other than a password count. Null: nobody is known who makes them. */
const placesOfOther: Readonly<
  Record<OtherAttempt, { readonly byUser: OtherPlace | null; readonly byNetwork: OtherPlace }>
> = {
  setup: { byUser: null, byNetwork: { name: "network", limit: "network" } },
  register: { byUser: null, byNetwork: namesInNetwork },
  "change-name": { byUser: { name: "names-of-user", limit: "registrations" }, byNetwork: namesInNetwork },
  "cli-login": { byUser: null, byNetwork: { name: "cli-login", limit: "cliLogins" } },
  "user-code": {
    byUser: { name: "user-code", limit: "userCodes" },
    byNetwork: { name: "user-code-network", limit: "userCodesOfNetwork" }
  },
  "choose-password": {
    byUser: { name: "choose-password", limit: "accountAndNetwork" },
    byNetwork: { name: "network", limit: "network" }
  }
}

/** The user's own comes first: an attempt that it refuses does not count against the others behind the same address. */
export const bucketsOf = (
  limits: Limits,
  action: OtherAttempt,
  network: string,
  whose: UserId | null
): ReadonlyArray<Bucket> => {
  const { byUser, byNetwork } = placesOfOther[action]
  const bucketIn = ({ name, limit }: OtherPlace, of: string) => ({ key: bucketKey(name, of), limit: limits[limit] })
  const own = byUser === null || whose === null ? [] : [bucketIn(byUser, whose)]
  return [...own, bucketIn(byNetwork, network)]
}

/** Where a request for a mail counts: for its kind and the name that was typed, and for the network. */
export const mailBucketsOf = (
  limits: Limits,
  kind: MailKind,
  network: string,
  name: CanonicalName | null
): ReadonlyArray<Bucket> => [
  ...(name === null ? [] : [{ key: bucketKey("mail", kind, name.kind, name.canonical), limit: limits.mails }]),
  { key: bucketKey("mail-network", network), limit: limits.mailsOfNetwork }
]

/**
 * Where a mail counts for the mailbox that it goes to. No request meets this bucket: its answer would tell which username and address
 * are one account (RAT-16).
 */
export const mailboxOf = (limits: Limits, kind: MailKind, { canonical }: Pick<AccountName, "canonical">): Bucket => ({
  key: bucketKey("mailbox", kind, canonical),
  limit: limits.mailbox
})

/** The limits as the options are now. */
export const limitsOf = (options: ThrottleOptions) => {
  const limit = (free: number, longest: number, forget = 15 * MINUTE_MS): Limit => ({
    free,
    delay: SECOND_MS,
    longest: Math.min(longest, options.longestDelay),
    forget
  })
  return {
    get accountAndNetwork() {
      return limit(options.perAccountAndNetwork, options.longestDelay)
    },
    get account() {
      return limit(options.perAccount, options.longestDelay)
    },
    get network() {
      return limit(options.perNetwork, LONGEST_NETWORK_DELAY_MS)
    },
    get registrations() {
      return limit(options.registrations, options.longestDelay, HOUR_MS)
    },
    get cliLogins() {
      return limit(options.cliLogins, LONGEST_NETWORK_DELAY_MS, HOUR_MS)
    },
    /** Whatever `longestDelay` says: the pause must outlast any code (DEV-04). */
    get userCodes(): Limit {
      const pause = USER_CODE_PAUSE_MS
      return { free: options.userCodes, delay: pause, longest: pause, forget: pause }
    },
    /** One more for each pause: nobody can fill a mailbox, and nobody can shut it. */
    get mails(): Limit {
      return { free: options.mails, delay: MAIL_PAUSE_MS, longest: MAIL_PAUSE_MS, forget: HOUR_MS }
    },
    get mailbox(): Limit {
      const free = options.mails * NAMES_PER_ACCOUNT
      return { free, delay: MAILBOX_PAUSE_MS, longest: MAILBOX_PAUSE_MS, forget: HOUR_MS }
    },
    get mailsOfNetwork() {
      return limit(options.mails * USERS_PER_NETWORK, LONGEST_NETWORK_DELAY_MS, HOUR_MS)
    },
    get userCodesOfNetwork() {
      return limit(options.userCodes * USERS_PER_NETWORK, LONGEST_NETWORK_DELAY_MS)
    }
  }
}
