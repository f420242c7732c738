/** Latchkey for Express 5 and 4: `routes` to mount, `guard` for routes of your own, and who is calling them. */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Auth, Identity, Policy } from "@latchkey/core"
import { makeSurface, type Surface, type SurfaceOptions, type Verdict } from "@latchkey/http"
import { ExpressHead, type ExpressRequest, headersOf, parsedBodyOf, urlOf } from "./request.ts"

export type { ExpressRequest } from "./request.ts"

/** A middleware for Express of either major. */
export type ExpressMiddleware = (req: ExpressRequest, res: ServerResponse, next: (error?: unknown) => void) => void

/** What Latchkey is in an application: its routes, guards for others, and for links of one's own `site`, `navigation` and `setupUrl`. */
export interface ExpressAuth extends Pick<Surface, "site" | "navigation" | "setupUrl"> {
  /**
   * Every route of the surface: `app.use(routes)`, or `app.use(basePath, routes)`, in front of body parsers or behind them.
   * Other paths pass through.
   */
  readonly routes: ExpressMiddleware
  /**
   * A middleware that lets pass whom the policy allows: `app.get("/me", guard(signedIn), (req, res) => …identityOf(req))`.
   * Programs get 401 or 403; a browser that navigates is sent to the login page and back. It reads the head only.
   */
  readonly guard: (policy: Policy<Identity | null>) => ExpressMiddleware
}

/** Mounts an `Auth` in Express. */
export const expressAuth = (auth: Auth, options: SurfaceOptions = {}): ExpressAuth => {
  const surface = makeSurface(auth, options)

  const answer = async (req: ExpressRequest, res: ServerResponse, url: string): Promise<void> => {
    const wasRead = req.readableDidRead || (req.readableFlowing === true && !req.readableEnded) // or is about to be
    const parsed = wasRead ? parsedBodyOf(req) : undefined
    const chunks = req.iterator({ destroyOnReturn: false }) // to destroy it is to end the connection
    const hasBody = req.method !== "GET" && req.method !== "HEAD"
    const request = new Request(url, {
      method: req.method === "TRACE" ? "OPTIONS" : (req.method ?? "GET"), // no web request can be TRACE; no route takes either
      headers: headersOf(req),
      body: hasBody ? ReadableStream.from(chunks) : null,
      duplex: "half"
    })
    if (wasRead && parsed === undefined) await request.body?.cancel() // so that the surface sees what happened to it
    const response = await surface.handle(request, req.socket.remoteAddress ?? null, parsed)
    await chunks.return?.()
    req.resume() // what nobody read of a body stands before the next request on this connection
    await send(res, response)
  }

  return {
    site: surface.site,
    navigation: surface.navigation,
    setupUrl: surface.setupUrl,
    routes: (req, res, next) => {
      if (req.baseUrl) surface.checkMount(req.baseUrl)
      const url = urlOf(req)
      if (surface.owns(url)) answer(req, res, url).catch(next)
      else next()
    },
    guard: (policy) => {
      const judge = surface.guard(policy)
      return (req, res, next) => {
        const act = (verdict: Verdict<Identity | null>): void => {
          if (!verdict.isAllowed) return void send(res, verdict.response).catch(next)
          identities.set(req, verdict.identity)
          next()
        }
        const judged = judge(new ExpressHead(req))
        if (judged instanceof Promise) judged.then(act, next)
        else act(judged)
      }
    }
  }
}

/** Whom the last guard of each request let pass. Not on the request, which is the host's. */
const identities = new WeakMap<IncomingMessage, Identity | null>()

/** Who is calling; null for nobody, behind a guard that allows that. Throws when no guard stands before this handler. */
export const findIdentity = (req: IncomingMessage): Identity | null => {
  const identity = identities.get(req)
  if (identity !== undefined) return identity
  throw new Error(`No guard ran for ${nameOf(req)}, so the caller is not identified. Put guard(…) before its handler.`)
}

/** Who is calling. Throws when no guard stands before this handler, or one that also lets pass who is not known. */
export const identityOf = (req: IncomingMessage): Identity => {
  const identity = findIdentity(req)
  if (identity !== null) return identity
  throw new Error(`The guard of ${nameOf(req)} also allows callers who are not logged in. Use findIdentity(req) here.`)
}

/** Without the query, which may hold a secret. */
const nameOf = ({ method, originalUrl, url }: ExpressRequest): string =>
  `${method} ${(originalUrl ?? url ?? "/").split("?", 1)}`

const send = async (res: ServerResponse, response: Response): Promise<void> => {
  const body = Buffer.from(await response.arrayBuffer())
  if (res.headersSent) return // the host has answered meanwhile, as a time limit would
  res.statusCode = response.status
  for (const [name, value] of response.headers) {
    if (name === "set-cookie") res.appendHeader(name, value)
    else res.setHeader(name, value)
  }
  res.end(body)
}
