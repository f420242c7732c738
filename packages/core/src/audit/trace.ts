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
  /**
   * The id of the request, which ties its events and log lines together (AUD-11). Default null. It may be a getter that makes the id: it
   * is read only where something is written down.
   */
  readonly request?: string | null
}

export const unknownClient: Client = { ip: null, userAgent: null }

/** Who makes a change, for the audit trail. What is left out is unknown. */
export interface Trace<Role extends string = never> {
  readonly actor?: UserId | null
  /** The name of the credential they act with, as `auditNameOf` gives it. */
  readonly actedWith?: string | null
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

/** An address of IPv6 with the name of its interface. */
const LONGEST_IP = 64

/** What may stand in a log, in the trail and in an address as it is: letters, digits and seven signs. Some proxies send 55 of them. */
const SAFE_ID = /^[\w.~=+-]{1,64}$/

/** Whether a text can be the id of a request (AUD-11). */
export const isRequestId = (text: string): boolean => SAFE_ID.test(text)

/** The id of the request, if it has one that is safe to write down: whoever calls core may have taken it from a client (AUD-16). */
export const requestOf = ({ request = null }: Client): string | null =>
  request !== null && isRequestId(request) ? request : null

/** As much of where a client is as may be stored. A user agent is cut to 256 characters: browsers say who they are in half of that. */
export const keptOf = ({ ip, userAgent }: Client, options: ClientOptions): Pick<Client, "ip" | "userAgent"> => ({
  ip: options.collectIp && ip !== null ? safeText(ip, LONGEST_IP) : null,
  userAgent: options.collectUserAgent && userAgent !== null ? safeText(userAgent, 256) : null
})

/** The credential of an event, when it is a session: its id, never its secret. */
export const sessionName = (id: SessionId): string => `session:${id}`

/** The credential of an event, when it is a token. */
export const tokenName = (id: TokenId): string => `token:${id}`

/** The name in the trail of what somebody acts with: a session or a token; null if it is neither. An identity is such a holder. */
export const auditNameOf = ({ session, token, jwt }: Holder): string | null => {
  if (session !== undefined) return sessionName(session.id)
  if (jwt !== undefined) return jwt.name
  return token === undefined ? null : tokenName(token.id)
}

interface Holder {
  readonly user: object
  readonly session?: { readonly id: SessionId }
  readonly token?: { readonly id: TokenId }
  readonly jwt?: { readonly name: string }
}

/** The credential of an event, when it is a program's CLI login. */
export const challengeName = (id: ChallengeId): string => `cli-login:${id}`
