import type { Auth, AuthServices, Client } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { CurrentLogAnnotations } from "effect/References"
import type { Site } from "../page/view.ts"
import { isHost, readTarget, targetOf } from "../request/request-target.ts"
import { type AnswerHeaders, securityHeaders } from "../request/security-headers.ts"
import type { Texts } from "../texts/texts.ts"
import { type Reply, redirect, reply } from "./answer.ts"
import type { Endpoint } from "./endpoint.ts"
import { makeFailureHandler } from "./failure.ts"
import { GateProblem, makeGate } from "./gate.ts"
import { type Guard, makeGuard } from "./guard.ts"
import { makeHandler, type RequestFailure } from "./handler.ts"
import { type Head, headOf, pathOf } from "./head.ts"
import { type HostProblem, problemOfHost } from "./host-problem.ts"
import type { Navigation } from "./navigation.ts"
import { isPlainPath, makePlaces, type Placement, type Places } from "./places.ts"
import { plainProblem } from "./problems.ts"
import { makeResponder } from "./responder.ts"
import type { Route } from "./route.ts"
import { makeRouter, type Router } from "./router.ts"
import { makeSurfaceContext, type SurfaceParts } from "./surface-context.ts"

/** The whole HTTP surface as one web-standard handler, and what else a host needs. */
export interface Surface {
  /**
   * What a request line asks for: its target, as `readTarget` reads it. Or the answer, if the target or the `Host` header is
   * malformed, so that two programs may read it differently (INP-13). An adapter calls this for every request, before `owns`:
   * handlers of the host must not see such a request either.
   */
  readonly read: (target: string, host: string | null) => string | Response
  /** Whether the surface has the path of an absolute url, for any method. */
  readonly owns: (url: string) => boolean
  /**
   * Answers a request; 404 for paths that are not the surface's. Never rejects. `peer` is the address on the socket.
   * `parsed` is the body that a parser in front has read: its text, its bytes, or the parsed object. Without it, the surface
   * reads the body from the request. `of` is what the framework has one of for each request, as the `request` of a head.
   */
  readonly handle: (request: Request, peer: string | null, parsed?: unknown, of?: object) => Promise<Response>
  /** For the host's own routes. */
  readonly guard: Guard
  /**
   * Answers a problem of the host's own as ours are answered: with problem details for a program, and for a browser with the
   * `message` page. Throws if it is none, such as one with status 200, but never because of an outage.
   */
  readonly problem: (head: Head, what: HostProblem) => Response | Promise<Response>
  /** The paths of the pages, for the host's own links. */
  readonly site: Site
  /** The menu entries for the caller, for the host's own layout. */
  readonly navigation: Navigation
  /** The catalogue in the language of a request, for the host's own layout: pass it to `navigation`. */
  readonly textsOf: (head: Head) => Texts
  /**
   * The address, after trusted proxies, and the user agent of whoever sent a request, and the request's id, for the host's own calls of
   * core and its own log.
   */
  readonly clientOf: (head: Head) => Client
  /** The full address of the setup page, with the token of `auth.setup.issueToken()` if given. */
  readonly setupUrl: (token?: string) => string
  /** The full address of a page of ours; null if it is not served. */
  readonly urlOf: (endpoint: Endpoint, query: Readonly<Record<string, string>>) => string | null
  /**
   * The security headers of our own answers, for the host's: `page` for a page that runs no script but ours and loads
   * nothing from elsewhere, and `data` for everything else.
   */
  readonly securityHeaders: AnswerHeaders
  /** Throws if the framework mounts the routes under a path that does not lead to `basePath`. */
  readonly checkMount: (path: string) => void
}

/** What a surface is made of. `features.ts` lists the features, so that this folder imports none of them. */
export interface SurfacePlan extends SurfaceParts {
  readonly routes: ReadonlyArray<Route>
  readonly placement: Placement
}

/** Builds a surface. Throws if the options cannot serve HTTP, such as without `publicUrl`. */
export const surfaceOf = (auth: Auth, plan: SurfacePlan): Surface => {
  const publicUrl = publicUrlOf(auth.settings)
  const places = makePlaces(plan.routes, plan.placement, publicUrl, auth.settings.mode)
  const routes = plan.routes.filter(places.serves)
  const context = makeSurfaceContext(auth, publicUrl, places, plan)
  const gate = makeGate(context.caller, auth.context)
  const hasLanguages = plan.languages.catalogues.length > 1
  const headers = securityHeaders(publicUrl, context.site.script, { ...auth.settings.requests, hasLanguages })
  const responder = makeResponder(context, headers)
  const router = makeRouter(routes, places.pathOf)
  const { fail, problem, record } = makeFailureHandler(responder, context, auth.context, {
    isForm: (head) => sendsForm(head, router),
    refusalsAt: (head) => refusalsIn(router(pathOf(head.target))?.rows)
  })
  const handlers = new Map(routes.map((route) => [route, makeHandler(route, context, gate)]))
  const run = Effect.runPromiseExitWith(auth.context)

  /** What core logs while it answers names the request. A getter, because most requests log nothing and need no id. */
  const inLogOf = <A, E, R>(head: Head, answering: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(answering, CurrentLogAnnotations, {
      get request() {
        return context.caller.requestIdOf(head)
      }
    })

  const asksForPage = (head: Head): boolean => isRead(head.method) && context.caller.wantsPage(head)

  const answerTo = (
    request: Request,
    head: Head,
    parsed: unknown
  ): Effect.Effect<Reply, RequestFailure, AuthServices> => {
    if (!isHost(head.header("host"))) return Effect.fail(new GateProblem(plainProblem.malformed, "unasked"))
    const path = pathOf(head.target)
    const match = router(path)
    if (match === null) return Effect.fail(new GateProblem(plainProblem.notFound, "unasked"))
    const row = rowFor(match.rows, request.method)
    const handler = row === undefined ? undefined : handlers.get(row)
    if (handler === undefined) {
      const page = asksForPage(head) ? pageOfForm(match.rows) : undefined
      if (page !== undefined) return Effect.succeed(reply(redirect(places.linkTo(page, match.parameters))))
      return Effect.fail(new GateProblem(methodNotAllowed(match.rows), "unasked"))
    }
    const query = new URLSearchParams(head.target.slice(path.length))
    return handler({ request, parsed }, head, query, match.parameters)
  }

  return {
    read: (target, host) => (isHost(host) ? readTarget(target) : null) ?? responder.refusal(plainProblem.malformed),
    owns: (url) => router(pathOf(targetOf(url))) !== null,
    handle: async (request, peer, parsed, of) => {
      const head = headOf(request, peer, of)
      const answer = (given: Reply): Response => {
        if (given.failure !== undefined) record(given.failure, head)
        return responder.answer(given) // a page is drawn here, and may throw
      }
      const exit = await run(inLogOf(head, Effect.map(answerTo(request, head, parsed), answer)))
      const response = Exit.isSuccess(exit) ? exit.value : await fail(exit.cause, head)
      return request.method === "HEAD" ? new Response(null, response) : response
    },
    guard: makeGuard(gate, fail, auth),
    problem: (head, what) => problem(problemOfHost(what), head, "unasked"),
    site: context.site,
    navigation: context.navigation,
    textsOf: context.textsFor,
    clientOf: context.caller.clientOf,
    setupUrl: (token) => {
      const query = token === undefined ? "" : `?${new URLSearchParams({ token })}`
      return `${publicUrl.origin}${context.site.paths.setup}${query}`
    },
    urlOf: (endpoint, query) =>
      places.serves(endpoint) ? `${publicUrl.origin}${places.linkTo(endpoint)}?${new URLSearchParams(query)}` : null,
    securityHeaders: headers,
    checkMount: mountCheck(places)
  }
}

const mountCheck = ({ basePath, prefix }: Places): Surface["checkMount"] => {
  let lastAccepted = "" // nearly all requests come through the same mount
  return (path) => {
    if (path === lastAccepted) return
    if (!isBelow(basePath, path)) throw misplaced(path, basePath, prefix)
    lastAccepted = path
  }
}

/** Whether a path is another one or begins with it. Routers may ignore case. */
const isBelow = (path: string, start: string): boolean => `${path}/`.toLowerCase().startsWith(`${start}/`.toLowerCase())

const misplaced = (path: string, basePath: string, prefix: string): Error =>
  new Error(
    `Latchkey's routes are mounted under ${path}, but basePath is ${JSON.stringify(basePath || "/")}, so the links on its pages ` +
      `would not work. ${mendFor(path, prefix)}`
  )

/** What to change. A path with parameters cannot be a basePath, and one that publicUrl has already would stand twice in links. */
const mendFor = (path: string, prefix: string): string => {
  if (!isPlainPath(path)) return "Mount the routes at the root."
  if (prefix !== "" && isBelow(path, prefix))
    return (
      `The path ${prefix} in publicUrl is for a proxy that strips it. If requests arrive with that path, remove it from ` +
      `publicUrl and give the adapter { basePath: ${JSON.stringify(path)} }.`
    )
  return `Give the adapter { basePath: ${JSON.stringify(path)} }, or mount the routes at the root.`
}

const publicUrlOf = ({ publicUrl }: Auth["settings"]): URL => {
  if (publicUrl !== null) return new URL(publicUrl)
  throw new Error(
    "The HTTP routes need the option `publicUrl`. Set it to the address at which people reach this server, such as " +
      '"https://app.example.org", or "http://localhost:3000" during development.'
  )
}

const isRead = (method: string): boolean => method === "GET" || method === "HEAD"

/** The row of a method. A HEAD is answered as a GET is. */
const rowFor = (rows: ReadonlyMap<string, Route>, method: string): Route | undefined => {
  const row = rows.get(isRead(method) ? "GET" : method)
  return method === "HEAD" && row?.isGivenOnce ? undefined : row
}

/** The page of the form that posts to an address; undefined if there is none, as where only programs post. */
const pageOfForm = (rows: ReadonlyMap<string, Route>): Endpoint | undefined =>
  Array.from(rows.values(), ({ page }) => page).find((page) => page !== undefined)

/** Whether a request sends a form whose address a browser can also open: it shows the page, or leads to it. */
const sendsForm = ({ method, target }: Head, router: Router): boolean => {
  const rows = router(pathOf(target))?.rows
  return method === "POST" && rows?.has("POST") === true && (rows.has("GET") || pageOfForm(rows) !== undefined)
}

/** How the refusals of an address read, which are the same for all its methods. */
const refusalsIn = (rows: ReadonlyMap<string, Route> = new Map()): Route["refusals"] =>
  Array.from(rows.values(), ({ refusals }) => refusals).find((refusals) => refusals !== undefined)

const methodNotAllowed = (rows: ReadonlyMap<string, Route>) => {
  const methods = Array.from(rows, ([method, { isGivenOnce }]) =>
    method === "GET" && !isGivenOnce ? ["GET", "HEAD"] : [method]
  ).flat()
  return {
    status: 405,
    code: "method-not-allowed",
    detail: "Method Not Allowed",
    headers: { Allow: methods.join(", ") }
  }
}
