import type { TestAuthOptions } from "@latchkey/core/testing"
import type { SurfaceOptions } from "@latchkey/http"
import type { WireAnswer } from "./answer.ts"
import type { Conversation } from "./conversation.ts"
import { latin1, requestBytes, type WireRequest } from "./request.ts"

// Every scenario uses the default paths. On a site that moves them, this file translates requests on the way there and answers
// on the way back. Then the same sentences must hold.

/** Everything that moves a path, at once: a base path, every group moved, and a proxy that removes a prefix. */
const PREFIX = "/app"

const options = {
  basePath: "/v1",
  routes: {
    login: "/in",
    register: "/join",
    auth: "/programs",
    users: "/people",
    sessions: "/open",
    tokens: "/keys",
    setup: "/begin",
    password: "/own",
    recovery: "/mail",
    admin: "/office",
    settings: "/dials",
    profile: "/self",
    "cli-login": "/codes",
    cli: "/programs-of-mine",
    oauth: "/grants",
    documents: "/about"
  }
} as const satisfies SurfaceOptions

/** The start of each group's paths, on the moved site and by default. */
const moves: ReadonlyArray<readonly [here: string, there: string]> = [
  ["/login", "/v1/in/login"],
  ["/logout", "/v1/in/logout"],
  ["/auth/jwt", "/v1/programs/jwt"],
  ["/register", "/v1/join/register"],
  ["/auth/register", "/v1/programs/register"],
  ...["forgot-password", "reset-password", "request-verify-token", "verify"].map(
    (path) => [`/auth/${path}`, `/v1/programs/${path}`] as const
  ),
  ...["forgot-password", "reset-password", "verify-email", "accept-invitation", "confirm-email", "undo-email"].map(
    (path) => [`/${path}`, `/v1/mail/${path}`] as const
  ),
  ["/auth/cli-login", "/v1/codes"],
  ["/auth/cli", "/v1/programs-of-mine"],
  ["/oauth", "/v1/grants"],
  ["/users", "/v1/people"],
  ["/sessions", "/v1/open"],
  ["/tokens", "/v1/keys"],
  ["/setup", "/v1/begin"],
  ["/password", "/v1/own"],
  ["/admin/users", "/v1/office/users"],
  ["/admin/audit", "/v1/office/audit"],
  ["/admin/impersonation", "/v1/office/impersonation"],
  ["/admin/settings", "/v1/dials"],
  ["/profile", "/v1/self"],
  ["/openapi.json", "/v1/about/openapi.json"],
  ["/latchkey-", "/v1/about/latchkey-"]
]

/** The options of a site that moves all paths. */
export const movedAuth = (auth: TestAuthOptions = {}): TestAuthOptions => ({
  ...auth,
  publicUrl: `${auth.publicUrl ?? "http://localhost:3000"}${PREFIX}`
})

export const movedSurface = (surface: SurfaceOptions = {}): SurfaceOptions => ({
  ...options,
  ...surface,
  routes: { ...options.routes, ...surface.routes }
})

const HERE = new RegExp(
  `(${moves.map(([here]) => here.replace(".", "\\.")).join("|")})(?=[/?#;%]|$|[0-9a-f]{8}\\.(?:css|js))`
)

/** A target with its path on the moved site. Only the path changes, because the query is for the host. */
const targetThere = (target: string): string => {
  const [path = ""] = target.split("?", 1)
  return `${path.replace(HERE, (here) => new Map(moves).get(here) ?? here)}${target.slice(path.length)}`
}

const requestThere = (request: WireRequest): WireRequest => ({ ...request, target: targetThere(request.target) })

/** Bytes that may contain a request line anywhere. */
const bytesThere = (bytes: Uint8Array): Uint8Array =>
  latin1(
    Array.from(bytes, (byte) => String.fromCharCode(byte))
      .join("")
      .replace(/^([A-Z]+) (\S+)(?= HTTP\/1\.[01]\r$)/gm, (_, method, target) => `${method} ${targetThere(target)}`)
  )

/** A text as it would be with the default paths: an address, a cookie, a page, the OpenAPI document. */
const textHere = (text: string): string => {
  const home = text
    .replaceAll(`http://localhost:3000${PREFIX}"`, 'http://localhost:3000"')
    .replaceAll(`Path=${PREFIX};`, "Path=/;")
    .replaceAll(encodeURIComponent(`${PREFIX}/`), "%2F")
    .replace(new RegExp(`(^|["(= ]|localhost:3000)${PREFIX}/`, "g"), "$1/")
  return moves.reduce(
    (so, [here, there]) => so.replaceAll(there, here).replaceAll(encodeURIComponent(there), encodeURIComponent(here)), // also within `next`
    home
  )
}

/** At the root nothing is above. On a path, cookies that cannot be told apart are removed above it too. */
const isRemovalAbove = ([name, value]: readonly [string, string]): boolean =>
  name === "set-cookie" && value.includes("=; Max-Age=0; Path=/;")

const answerHere = ({ status, headers, body }: WireAnswer): WireAnswer => ({
  status,
  headers: headers.filter((header) => !isRemovalAbove(header)).map(([name, value]) => [name, textHere(value)]),
  body: textHere(body)
})

/** A conversation with a site that moves all paths, as if it did not. */
export const movedConversation = (conversation: Conversation): Conversation => ({
  ...conversation,
  say: (what) => {
    if (typeof what === "string") return conversation.say(bytesThere(latin1(what)))
    return conversation.say(what instanceof Uint8Array ? bytesThere(what) : requestBytes(requestThere(what)))
  },
  answer: async (method) => answerHere(await conversation.answer(method))
})
