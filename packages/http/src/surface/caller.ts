import {
  AMBIGUOUS,
  type Auth,
  type Client,
  type CodePurpose,
  Identify,
  type IdentifyFailure,
  type Identity,
  isLoopback,
  NO_ADDRESS,
  parseAuthorization,
  readCookie,
  Sessions,
  type StoreError,
  trustedProxy
} from "@latchkey/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { clientAddress } from "../request/client-address.ts"
import { type CredentialKind, isForged, type RequestHead } from "../request/is-forged.ts"
import { type SecureCookie, secureCookie } from "../request/secure-cookie.ts"
import { wantsJson, wantsPage } from "../request/wants-page.ts"
import type { Head } from "./head.ts"
import type { RequestIds } from "./request-ids.ts"

/** Reads the caller and the client's address from a request's head. */
export interface Caller {
  readonly sessionCookie: SecureCookie
  readonly deviceCookie: SecureCookie
  /** Keeps an administrator's own session while they act as somebody else in this browser (IMP-08). */
  readonly adminCookie: SecureCookie
  /** Holds the code of a link from a mail, so that the address bar need not (REC-10). Each page has its own: two links stay apart. */
  readonly codeCookies: Readonly<Record<CodePurpose, SecureCookie>>
  readonly clientOf: (head: Head) => Client
  /** The id of a request. The first call makes it. */
  readonly requestIdOf: RequestIds
  /** Whether a page of another site sent this (CSR-01). */
  readonly isForged: (head: Head) => boolean
  /** Whether refusals should be pages, because a person's browser is asking. In mode `basic` it sends a password by itself. */
  readonly wantsPage: (head: Head) => boolean
  /** Whether a program takes JSON in place of a redirect to a page. */
  readonly wantsJson: (head: Head) => boolean
  readonly identify: (head: Head) => Effect.Effect<Identity | null, IdentifyFailure>
  /**
   * Whether a browser brings a live session of ours which counts for nothing, because it also sends an `Authorization` header
   * that opens nothing: a proxy's, which asks for a password itself and passes it on (BAS-11). A program's header excludes the
   * cookie too, but no program navigates, or asks for a page first, with our cookie.
   */
  readonly shadowsSession: (head: Head) => Effect.Effect<boolean, StoreError>
  /** The session cookie's value, even if its session has ended; null if there is none, or two. */
  readonly sessionSecretOf: (head: Head) => string | null
  /** The administrator's own session, in a browser in which they act as somebody else; null if there is none, or two. */
  readonly adminSecretOf: (head: Head) => string | null
  /** The device credential that the browser sent; null if there is none, or two. */
  readonly deviceOf: (head: Head) => string | null
  /** The code from the link of a mail that the browser opened; null if there is none, or two. */
  readonly mailedCodeOf: (head: Head, purpose: CodePurpose) => string | null
  /** The header that removes our cookie with a 401 if it came twice, because neither can be trusted (COO-03). Otherwise nothing. */
  readonly cookiesToRemove: (head: Head) => ReadonlyArray<string>
}

export const makeCaller = (auth: Auth, publicUrl: URL, requestIdOf: RequestIds): Caller => {
  const { cookies, requests, sessions } = auth.settings
  const session = secureCookie(publicUrl, cookies)
  const device = secureCookie(publicUrl, { ...cookies, name: `${cookies.name}_device` })
  const admin = secureCookie(publicUrl, { ...cookies, name: `${cookies.name}_admin` })
  const codeCookie = (purpose: CodePurpose) =>
    secureCookie(publicUrl, { ...cookies, name: `${cookies.name}_code_${purpose}` })
  const codeCookies = {
    verify: codeCookie("verify"),
    reset: codeCookie("reset"),
    "change-email": codeCookie("change-email"),
    "undo-email": codeCookie("undo-email"),
    invite: codeCookie("invite")
  }
  const proxies = sessions.trustedProxies.map(trustedProxy).filter((block) => block !== null)
  const warnOfNoAddress = addressWarning(auth, publicUrl)
  const readsCookie = auth.settings.mode === "session"
  const cookieNames = readsCookie ? [session.name, admin.name] : []
  const policy = {
    ...requests,
    publicOrigin: publicUrl.origin,
    credentialKind: (head: RequestHead) => credentialKind(head, cookieNames)
  }
  const { identify } = Context.get(auth.context, Identify)
  const { resume } = Context.get(auth.context, Sessions)

  const clientOf: Caller["clientOf"] = (head) => {
    const ip = clientAddress(head.peer, proxies.length === 0 ? null : head.header("x-forwarded-for"), proxies)
    if (ip === null && head.peer === null) warnOfNoAddress()
    return new HeadClient(ip, head, requestIdOf)
  }

  /** In mode `basic` a browser sends its password with every request, so this header does not make it a program. */
  const headersOf = (head: Head) => ({
    get: (name: string) => (name === "authorization" && !readsCookie ? null : head.header(name))
  })

  return {
    sessionCookie: session,
    deviceCookie: device,
    adminCookie: admin,
    codeCookies,
    clientOf,
    requestIdOf,
    isForged: (head) => isForged(head, policy),
    wantsPage: (head) => wantsPage(headersOf(head)),
    wantsJson: (head) => wantsJson(headersOf(head)),
    identify: (head) => {
      const authorization = head.header("authorization")
      const sessionCookie = readsCookie ? readCookie(head.header("cookie"), session.name) : null
      return identify({
        authorization,
        sessionCookie,
        ...(sessionCookie === AMBIGUOUS || !readsCookie ? { client: clientOf(head) } : {}) // only where it goes on record
      })
    },
    shadowsSession: (head) => {
      const cookie = readsCookie && head.header("authorization") !== null ? oneCookie(head, session.name) : null
      const headers = { get: (name: string) => (name === "authorization" ? null : head.header(name)) }
      return cookie === null || !wantsPage(headers)
        ? Effect.succeed(false)
        : Effect.map(resume(cookie, "browser"), (found) => found !== null)
    },
    sessionSecretOf: (head) => (readsCookie ? oneCookie(head, session.name) : null),
    adminSecretOf: (head) => (readsCookie ? oneCookie(head, admin.name) : null),
    deviceOf: (head) => oneCookie(head, device.name),
    mailedCodeOf: (head, purpose) => oneCookie(head, codeCookies[purpose].name),
    cookiesToRemove: (head) => {
      const isAmbiguous = readsCookie && readCookie(head.header("cookie"), session.name) === AMBIGUOUS
      return isAmbiguous && head.header("authorization") === null ? session.clearAll() : []
    }
  }
}

/** A client whose request has no id until somebody writes it down. A class, because getters in an object literal are slow to make. */
class HeadClient implements Client {
  readonly ip: string | null
  readonly userAgent: string | null
  readonly #head: Head
  readonly #idOf: RequestIds

  constructor(ip: string | null, head: Head, idOf: RequestIds) {
    this.ip = ip
    this.userAgent = head.header("user-agent")
    this.#head = head
    this.#idOf = idOf
  }

  get request(): string {
    return this.#idOf(this.#head)
  }
}

/**
 * Logs once that clients without an address share their limits, so that one of them can shut out all others (PRX-07). Not
 * while people reach the server at this machine only, as in tests and during development.
 */
const addressWarning = (auth: Auth, publicUrl: URL): (() => void) => {
  let isSilent = isLoopback(publicUrl.hostname)
  return () => {
    if (isSilent) return
    isSilent = true
    const mend = auth.settings.sessions.trustedProxies.includes(NO_ADDRESS)
      ? "Let the proxy in front append the client's address to X-Forwarded-For."
      : `If a proxy in front appends the client's address to X-Forwarded-For, add "${NO_ADDRESS}" to sessions.trustedProxies.`
    const warning = "The address of a client is not known. All clients without an address share one limit on log-ins"
    Effect.runForkWith(auth.context)(Effect.logWarning(`${warning}, so one of them can shut out the others. ${mend}`))
  }
}

const oneCookie = (head: Head, name: string): string | null => {
  const found = readCookie(head.header("cookie"), name)
  return found === AMBIGUOUS ? null : found
}

/** The kind of the credential that counts, by the names of the cookies that bring a session. */
const credentialKind = (head: RequestHead, cookieNames: ReadonlyArray<string>): CredentialKind => {
  const authorization = head.header("authorization")
  if (authorization !== null) return parseAuthorization(authorization)._tag === "Bearer" ? "bearer" : "basic"
  const cookies = head.header("cookie")
  return cookieNames.some((name) => readCookie(cookies, name) !== null) ? "cookie" : "none"
}
