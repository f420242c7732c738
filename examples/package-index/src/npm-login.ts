import type { HonoAuth } from "@latchkey/adapter-hono"
import {
  type Auth,
  CliLoginDenied,
  CliLoginDisabled,
  CliLoginExpired,
  CliLoginNotFound,
  isStoreError,
  NumberNotSupported,
  reveal,
  TokensDisabled,
  TooManyAttempts,
  TooManyChallenges,
  TooManyTokens
} from "@latchkey/core"
import type { indexScopes } from "./index-route.ts"
import type { OpenAnswer, OpenRequest, OpenRoute } from "./open-route.ts"

/**
 * `npm login` in the browser and `npm logout`, by CLI logins. npm puts secrets into two addresses, and knows no other way: the
 * address that it polls, and that of a log-out. Both are worthless once they have done what they are for. A log of requests that
 * is kept must leave out `secret` and what follows `/-/user/token/`.
 */
export const npmLogin = (auth: Auth, { paths }: Site): ReadonlyArray<OpenRoute> => {
  const registry = `${auth.settings.publicUrl}/npm`
  const linkTo = (path: string): string => new URL(path, registry).href
  const links = { registry, page: linkTo(paths.cliLogin), tokens: linkTo(paths.tokens) }
  return [
    { method: "POST", path: "/npm/-/v1/login", answer: (request) => begin(auth, links, request) },
    { method: "GET", path: "/npm/-/v1/done", answer: (request) => collect(auth, request) },
    { method: "DELETE", path: "/npm/-/user/token/:token", answer: (request) => logOut(auth, request) }
  ]
}

type Site = HonoAuth["site"]

/** Addresses, as people and npm request them. */
interface Links {
  readonly registry: string
  readonly page: string
  readonly tokens: string
}

/** A token that npm gets may do what a person does with npm. */
const scopes: ReadonlyArray<keyof typeof indexScopes> = ["packages:read", "packages:write"]

const begin = async (auth: Auth, links: Links, { client, body }: OpenRequest): Promise<OpenAnswer> => {
  const off = told(404, `Nobody can log in here with a browser. Create a token at ${links.tokens}`)
  if (auth.settings.mode === "basic") return off // there is no page
  const program = nameOf(client.userAgent ?? "", await body(1024).catch(() => new Uint8Array())) // a larger one is not of npm
  try {
    const { code, secret } = await auth.cliLogins.begin({ program, scopes, result: "token", client })
    const loginUrl = `${links.page}?${new URLSearchParams({ code })}`
    const doneUrl = `${links.registry}/-/v1/done?${new URLSearchParams({ secret: reveal(secret) })}`
    return { status: 200, body: { loginUrl, doneUrl } }
  } catch (error) {
    const isOff =
      error instanceof CliLoginDisabled || error instanceof TokensDisabled || error instanceof NumberNotSupported
    if (isOff) return off
    // npm takes a 429 to mean that there is no such log-in, and asks for a password instead.
    if (error instanceof TooManyAttempts) {
      return told(503, `Too many logins were begun. Try again in ${error.retryAfter} seconds.`, error.retryAfter)
    }
    if (error instanceof TooManyChallenges)
      return told(503, "Too many programs are waiting. Try again in a minute.", 60)
    return outage(error)
  }
}

/** npm says what it is. Older ones also name their host. */
const nameOf = (userAgent: string, body: Uint8Array): string => {
  const [, name, version] = /^(\w{1,16})\/([\w.+-]{1,32})(?: |$)/.exec(userAgent) ?? []
  const host = hostOf(body)
  return `${name === undefined ? "npm" : `${name} ${version}`}${host === null ? "" : ` on ${host}`}`
}

const hostOf = (body: Uint8Array): string | null => {
  try {
    const { hostname } = Object(JSON.parse(new TextDecoder().decode(body)))
    return typeof hostname === "string" && /^[\w.-]{1,64}$/.test(hostname) ? hostname : null
  } catch {
    return null
  }
}

const collect = async (auth: Auth, { query, client }: OpenRequest): Promise<OpenAnswer> => {
  try {
    const collected = await auth.cliLogins.collect({ secret: query.get("secret") ?? "", client })
    if (collected.status === "token") return { status: 200, body: { token: reveal(collected.secret) } }
    if (collected.status === "session") throw new Error("npm was to get a token, and not a session")
    const seconds = Math.ceil(collected.interval / 1000)
    return { status: 202, body: {}, headers: { "Retry-After": `${seconds}` } }
  } catch (error) {
    if (error instanceof CliLoginDenied) return over("The login was denied.")
    if (error instanceof CliLoginExpired) return over("Nobody approved the login in time. Run npm login again.")
    if (error instanceof CliLoginNotFound) return over("This login is over. Run npm login again.")
    if (error instanceof TooManyTokens) return over("You have too many tokens. Revoke one, and run npm login again.")
    if (error instanceof CliLoginDisabled || error instanceof TokensDisabled) return over("Logging in was turned off.")
    return outage(error)
  }
}

/** npm asks for a password after a 4xx, and tries again for half a minute after a 5xx. A 200 without a token ends it. */
const over = (notice: string): OpenAnswer => told(200, notice)

/** Ends the token that npm forgets. Also 200 when it is gone already, so that npm does forget it (RFC 7009 §2.2). */
const logOut = async (auth: Auth, { parameters, client }: OpenRequest): Promise<OpenAnswer> => {
  try {
    const found = await auth.tokens.check(parameters.token ?? "")
    if (found === null) return { status: 200, body: { ok: true } }
    const { user, token } = found
    await auth.tokens.revoke({ owner: user.id, id: token.id }, { actor: user.id, client })
    return { status: 200, body: { ok: true } }
  } catch (error) {
    return outage(error)
  }
}

const outage = (error: unknown): OpenAnswer => {
  if (isStoreError(error)) return told(503, "The registry cannot answer now. Try again in a minute.", 60)
  throw error
}

/** npm shows this header to its user, and no body. */
const told = (status: number, notice: string, retryAfter?: number): OpenAnswer => ({
  status,
  body: { error: notice },
  headers: { "npm-notice": notice, ...(retryAfter === undefined ? {} : { "Retry-After": `${retryAfter}` }) }
})
