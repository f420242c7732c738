import type { JsonObject } from "./exchange.ts"
import { plainText } from "./plain-text.ts"

/** Where a server offers what, as its metadata say (RFC 8414 §2, RFC 8628 §4). */
export interface Metadata {
  readonly issuer: string
  readonly deviceAuthorizationEndpoint: string
  readonly tokenEndpoint: string
  /** Null if the server cannot revoke (RFC 7009). */
  readonly revocationEndpoint: string | null
  /** Ours: tells whom a token is for. Null on other servers. */
  readonly userEndpoint: string | null
}

export const DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

/**
 * Metadata that may be used, or a sentence that says why not. The issuer must be the address that was asked (RFC 8414
 * §3.3), or one server could hand out the endpoints of another. Endpoints must have its origin, so that no token and
 * no code goes to a host that the user did not name.
 */
export const readMetadata = (body: JsonObject, issuer: string): Metadata | string => {
  if (typeof body.issuer !== "string") return "its metadata name no issuer."
  if (body.issuer.replace(/\/$/, "") !== issuer)
    return `it calls itself ${plainText(body.issuer, 200)}. If you trust that address, use it.`
  const grants = body.grant_types_supported
  const isOffered = grants === undefined || (Array.isArray(grants) && grants.includes(DEVICE_CODE_GRANT))
  if (!isOffered || body.device_authorization_endpoint === undefined) return "it does not offer the device flow."

  const wanted = ["device_authorization_endpoint", "token_endpoint", "revocation_endpoint", "latchkey_user_endpoint"]
  const [device, token, revocation, user] = wanted.map((name) => readEndpoint(body[name], issuer))
  const wrong = [device, token, revocation, user].indexOf(false)
  if (wrong >= 0) return `its ${wanted[wrong]} is not an address of its own.`
  if (!device || !token) return "its metadata name no token_endpoint."
  return {
    issuer,
    deviceAuthorizationEndpoint: device,
    tokenEndpoint: token,
    revocationEndpoint: revocation || null,
    userEndpoint: user || null
  }
}

/** An address with the issuer's origin; null if there is none, false for any other. */
export const readEndpoint = (value: unknown, issuer: string): string | null | false => {
  if (value === undefined || value === null) return null
  if (typeof value !== "string" || value.length > 2000 || !URL.canParse(value)) return false
  const url = new URL(value)
  const isOwn = url.origin === new URL(issuer).origin && url.username === "" && url.password === ""
  return isOwn ? url.href : false
}
