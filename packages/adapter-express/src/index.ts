/** Latchkey for Express 5 and 4: `routes` to mount, `guard` for your own routes, and the identity of their callers. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { type Auth, type Client, type Identity, type Policy, safeText } from "@latchkey/core"
import {
  type Check,
  checkGuard,
  type HostProblem,
  makeSurface,
  type Surface,
  type SurfaceOptions,
  type Texts,
  type Verdict
} from "@latchkey/http"
import {
  ExpressHead,
  type ExpressRequest,
  headerOf,
  headersOf,
  parsedBodyOf,
  peerOf,
  plainUrlOf,
  requestTargetOf
} from "./request.ts"
import { send } from "./send.ts"

export type { ExpressRequest } from "./request.ts"

/** A middleware for Express of either major. */
export type ExpressMiddleware<Req extends ExpressRequest = ExpressRequest> = (
  req: Req,
  res: ServerResponse,
  next: (error?: unknown) => void
) => void

/**
 * Latchkey in an application: its routes, guards and problems for your own routes, `site`, `navigation` and `setupUrl` for your
 * own links, and `securityHeaders` for your own answers.
 */
export interface ExpressAuth extends Pick<Surface, "site" | "navigation" | "setupUrl" | "securityHeaders"> {
  /**
   * Every route of the surface: `app.use(routes)`, or `app.use(basePath, routes)`, before or after body parsers.
   * Other paths pass through.
   */
  readonly routes: ExpressMiddleware
  /**
   * A middleware that allows callers by a policy: `app.get("/me", guard(signedIn), (req, res) => …identityOf(req))`.
   * Programs get 401 or 403; a browser that navigates is redirected to the login page and back. It reads only the head.
   *
   * A check of your own may follow: `guard(signedIn, async (identity, req: Request) => …)`. It is asked about whom the policy
   * allows, and returns whether they may, or `{ code }`; at once, as a promise or as an Effect.
   */
  readonly guard: <Allowed extends Identity | null, Req extends ExpressRequest = ExpressRequest>(
    policy: Policy<Allowed>,
    check?: Check<Allowed, Req>
  ) => ExpressMiddleware<Req>
  /**
   * Answers a problem of your own as ours are answered: `app.use((req, res) => problem(req, res, { status: 404 }))`. Programs
   * get problem details, and a browser the `message` page with the menu of whoever is calling.
   */
  readonly problem: (req: ExpressRequest, res: ServerResponse, what: HostProblem) => void
  /** The catalogue in the language of a request, for your own layout. `language` says which it is. */
  readonly textsOf: (req: ExpressRequest) => Texts
  /**
   * Who sent a request: the address, after trusted proxies, and the user agent. For calls of your own that count attempts or are
   * recorded: `auth.cliLogins.begin({ program: "acme", client: clientOf(req) })`.
   */
  readonly clientOf: (req: ExpressRequest) => Client
}

/** Mounts an `Auth` in Express. */
export const expressAuth = (auth: Auth, options: SurfaceOptions = {}): ExpressAuth => {
  const surface = makeSurface(auth, options)

  const answer = async (req: ExpressRequest, res: ServerResponse, url: string): Promise<void> => {
    const wasRead = req.readableDidRead || (req.readableFlowing === true && !req.readableEnded) // or is about to be
    const parsed = wasRead ? parsedBodyOf(req) : undefined
    const chunks = req.iterator({ destroyOnReturn: false }) // destroying it would close the connection
    const hasBody = req.method !== "GET" && req.method !== "HEAD"
    const request = new Request(url, {
      method: req.method === "TRACE" ? "OPTIONS" : (req.method ?? "GET"), // a web request cannot be TRACE, and no route accepts either
      headers: headersOf(req),
      body: hasBody ? ReadableStream.from(chunks) : null,
      duplex: "half"
    })
    if (wasRead && parsed === undefined) await request.body?.cancel() // so that the surface sees that the body was consumed
    const response = await surface.handle(request, peerOf(req), parsed, req)
    await chunks.return?.()
    req.resume() // an unread rest of the body would block the next request on this connection
    await send(res, response)
  }

  return {
    site: surface.site,
    navigation: surface.navigation,
    setupUrl: surface.setupUrl,
    securityHeaders: surface.securityHeaders,
    routes: (req, res, next) => {
      if (req.baseUrl) surface.checkMount(req.baseUrl)
      const target = surface.read(requestTargetOf(req), headerOf(req, "host"))
      if (typeof target !== "string") return void send(res, target).catch(next)
      const url = `${NO_HOST}${target}`
      if (surface.owns(url)) return void answer(req, res, url).catch(next)
      if (!req.baseUrl) req.url = plainUrlOf(req)
      next()
    },
    problem: (req, res, what) => {
      const made = surface.problem(new ExpressHead(req), what)
      const answer = made instanceof Promise ? made.then((response) => send(res, response)) : send(res, made)
      answer.catch(() => res.destroy()) // there is no one after us to tell
    },
    guard: <Allowed extends Identity | null, Req extends ExpressRequest>(
      ...given: [policy: Policy<Allowed>, check?: Check<Allowed, Req>]
    ): ExpressMiddleware<Req> => {
      checkGuard(given)
      const [policy, check] = given
      const judge = surface.guard(policy, check && ((identity, head: ExpressHead<Req>) => check(identity, head.req)))
      return (req, res, next) => {
        const act = (verdict: Verdict<Allowed>): void => {
          if (!verdict.isAllowed) return void send(res, verdict.response).catch(next)
          keepCaller(req, verdict.identity)
          next()
        }
        const judged = judge(new ExpressHead(req))
        if (judged instanceof Promise) judged.then(act, next)
        else act(judged)
      }
    },
    textsOf: (req) => surface.textsOf(new ExpressHead(req)),
    clientOf: (req) => surface.clientOf(new ExpressHead(req))
  }
}

/** The host of a request means nothing, because Latchkey builds its own addresses from `publicUrl` (RED-04). */
const NO_HOST = "http://latchkey.invalid"

/**
 * Where a request keeps the caller that its last guard allowed. The name is the same in every copy of this package: a workspace may
 * have one in the package that makes the guards, and another where `identityOf` is asked. No loop over the request's members sees it.
 */
const CALLER: unique symbol = Symbol.for("@latchkey/adapter-express/caller")

interface Guarded extends IncomingMessage {
  readonly [CALLER]?: Identity | null
}

const keepCaller = (req: IncomingMessage, value: Identity | null): void => {
  Object.defineProperty(req, CALLER, { value, configurable: true })
}

/** The caller; null if nobody is logged in and the guard allows that. Throws if there is no guard before this handler. */
export const findIdentity = (req: IncomingMessage): Identity | null => {
  const { [CALLER]: identity }: Guarded = req
  if (identity !== undefined) return identity
  throw new Error(`No guard ran for ${nameOf(req)}, so the caller is not identified. Put guard(…) before its handler.`)
}

/** The caller. Throws if there is no guard before this handler, or one that also allows callers who are not logged in. */
export const identityOf = (req: IncomingMessage): Identity => {
  const identity = findIdentity(req)
  if (identity !== null) return identity
  throw new Error(`The guard of ${nameOf(req)} also allows callers who are not logged in. Use findIdentity(req) here.`)
}

/** Without the query, which may contain a secret, and without characters that could forge a line of the host's log (AUD-03). */
const nameOf = ({ method, originalUrl, url }: ExpressRequest): string =>
  `${method} ${safeText((originalUrl ?? url ?? "/").split("?", 1).join(), 256)}`
