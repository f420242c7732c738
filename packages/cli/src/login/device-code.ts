import type { JsonObject } from "../server/exchange.ts"
import { readEndpoint } from "../server/metadata.ts"
import { plainText } from "../server/plain-text.ts"

/** What a server answers to a program that begins a log-in (RFC 8628 §3.2). Times are in milliseconds. */
export interface DeviceCode {
  /** The program's secret. It goes to the token endpoint and to no one else. */
  readonly secret: string
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string | null
  readonly lifetime: number
  readonly interval: number
}

/** RFC 8628 §3.2: five seconds if the server names no interval. */
const USUAL_INTERVAL = 5

/** Longer than any server that we know gives (GitHub and Google: 15 and 30 minutes); a program does not poll for ever. */
const LONGEST_LIFETIME = 3600

/**
 * Reads the answer, or says why it cannot be used. Both addresses are opened in a browser or typed from a terminal, so
 * they must be the server's own: a server that sends people elsewhere may send them to a forged page.
 */
export const readDeviceCode = (body: JsonObject, issuer: string): DeviceCode | string => {
  const { device_code: secret, expires_in: lifetime } = body
  const userCode = plainText(body.user_code, 50)
  const verificationUri = readEndpoint(body.verification_uri, issuer)
  const complete = readEndpoint(body.verification_uri_complete, issuer)
  if (typeof secret !== "string" || secret === "" || secret.length > 2000) return "it sent no device_code."
  if (userCode === "") return "it sent no user_code."
  if (!verificationUri || complete === false) return "it sent a verification_uri that is not an address of its own."
  if (!isSeconds(lifetime) || lifetime === 0) return "it did not say how long the code is valid."
  const interval = isSeconds(body.interval) ? Math.max(1, body.interval) : USUAL_INTERVAL
  return {
    secret,
    userCode,
    verificationUri,
    verificationUriComplete: complete,
    lifetime: Math.min(lifetime, LONGEST_LIFETIME) * 1000,
    interval: interval * 1000
  }
}

export const isSeconds = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0
