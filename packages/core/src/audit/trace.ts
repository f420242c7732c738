import type { ChallengeId } from "../cli-login/challenge.ts"
import type { UserId } from "../secret/user-id.ts"
import type { SessionId } from "../session/session.ts"
import type { TokenId } from "../token/access-token.ts"
import { safeText } from "./safe-text.ts"

/** Where a request came from, as far as the host tells. */
export interface Client {
  /** The address of the peer, after trusted proxies; null when unknown. */
  readonly ip: string | null
  readonly userAgent: string | null
}

export const unknownClient: Client = { ip: null, userAgent: null }

/** Who makes a change, for the audit trail. What is left out is unknown. */
export interface Trace<Role extends string = never> {
  readonly actor?: UserId | null
  readonly client?: Client
  /** In what role they act, where the event tells it; default `owner`. */
  readonly as?: Role
}

/** The same, for what mails may follow from. Where a code or an actor says who acts, `actor` is not read. */
export interface MailTrace extends Trace {
  /** The language of the mails, as a BCP 47 tag such as `de`; null if nobody knows. */
  readonly lang?: string | null
}

/** What the options say to keep of a client. */
export interface ClientOptions {
  readonly collectIp: boolean
  readonly collectUserAgent: boolean
}

/** As much of a client as may be stored. A user agent is cut to 256 characters: browsers say who they are in half of that. */
export const keptOf = ({ ip, userAgent }: Client, options: ClientOptions): Client => ({
  ip: options.collectIp ? ip : null,
  userAgent: options.collectUserAgent && userAgent !== null ? safeText(userAgent, 256) : null
})

/** The credential of an event, when it is a session: its id, never its secret. */
export const sessionName = (id: SessionId): string => `session:${id}`

/** The credential of an event, when it is a token. */
export const tokenName = (id: TokenId): string => `token:${id}`

/** The credential of an event, when it is a program's CLI login. */
export const challengeName = (id: ChallengeId): string => `cli-login:${id}`
