import type { Auth, AuthServices } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { readBody } from "../request/body.ts"
import type { Route } from "./route.ts"
import { routeTable } from "../features.ts"
import type { Reply } from "./answer.ts"
import { type Decode, decoder, validationProblem } from "./decode.ts"
import { makeFailureHandler } from "./failure.ts"
import { type Gate, makeGate, TurnedAway } from "./gate.ts"
import { type Guard, makeGuard } from "./guard.ts"
import { type Head, headOf, pathOf, targetOf } from "./head.ts"
import { Refused } from "./problem.ts"
import { plainProblem, type RouteError } from "./problems.ts"
import { makeResponder } from "./responder.ts"
import { makeRouter } from "./router.ts"
import { makeToolkit, type SurfaceOptions, type Toolkit } from "./surface-context.ts"

/** The whole HTTP surface as one web-standard handler, and the guard for a host's own routes. */
export interface Surface {
  /** Whether the path of an absolute url is the surface's, whatever the method. */
  readonly owns: (url: string) => boolean
  /**
   * Answers a request; 404 for paths that are not the surface's. Never rejects. `peer` is the address on the socket.
   * `parsed` is what a parser in front has made of the body: its text, its bytes, or the object in them. Without it, the
   * body is read from the request.
   */
  readonly handle: (request: Request, peer: string | null, parsed?: unknown) => Promise<Response>
  readonly guard: Guard
}

/** Builds the surface of an `Auth`. Throws when its options cannot serve HTTP, such as without `publicUrl`. */
export const makeSurface = (auth: Auth, options: SurfaceOptions = {}): Surface => {
  const routes = routeTable.filter(
    ({ group, onlyIn: mode = auth.settings.mode }) => options.routes?.[group] !== false && mode === auth.settings.mode
  )
  const tools = makeToolkit(auth, options, routes)
  const gate = makeGate(tools.caller, auth.context)
  const responder = makeResponder(tools)
  const fail = makeFailureHandler(responder, tools.caller, auth.settings.mode, auth.context)
  const router = makeRouter(routes)
  const handlers = new Map(routes.map((route) => [route, makeHandler(route, tools, gate)]))
  const run = Effect.runPromiseExitWith(auth.context)

  const answerTo = (
    request: Request,
    head: Head,
    parsed: unknown
  ): Effect.Effect<Reply, RouteError | TurnedAway, AuthServices> => {
    const path = pathOf(head.target)
    const match = router(path)
    if (match === null) return Effect.fail(new TurnedAway(plainProblem.notFound))
    const row = match.rows.get(request.method === "HEAD" ? "GET" : request.method)
    const handler = row === undefined ? undefined : handlers.get(row)
    if (handler === undefined) return Effect.fail(new TurnedAway(methodNotAllowed(match.rows)))
    const query = new URLSearchParams(head.target.slice(path.length))
    return handler({ request, parsed }, head, query, match.parameters)
  }

  return {
    owns: (url) => router(pathOf(targetOf(url))) !== null,
    handle: async (request, peer, parsed) => {
      const head = headOf(request, peer)
      const exit = await run(Effect.map(answerTo(request, head, parsed), responder.answer)) // a page is drawn here, and may throw
      const response = Exit.isSuccess(exit) ? exit.value : fail(exit.cause, head)
      return request.method === "HEAD" ? new Response(null, response) : response
    },
    guard: makeGuard(gate, fail, auth.context)
  }
}

const methodNotAllowed = (rows: ReadonlyMap<string, Route>) => {
  const methods = [...rows.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]))
  return {
    status: 405,
    code: "method-not-allowed",
    detail: "Method Not Allowed",
    headers: { Allow: methods.join(", ") }
  }
}

/** Where a body is to be had: from the request, unless a parser in front has read it. */
interface BodySource {
  readonly request: Request
  readonly parsed: unknown
}

type Handler = (
  source: BodySource,
  head: Head,
  query: URLSearchParams,
  parameters: Readonly<Record<string, string>>
) => Effect.Effect<Reply, RouteError | TurnedAway, AuthServices>

/** What every row has in common: the gate, then the body, then its own handler. Nothing of a body is read for who is turned away. */
const makeHandler = (route: Route, tools: Toolkit, gate: Gate): Handler => {
  const { caller } = tools
  const decode = route.body === null ? null : decoder(route.body, route.unknownFields ?? "ignored")
  return Effect.fnUntraced(function* (source, head, query, parameters) {
    const identity = yield* gate(head, route.policy)
    const body = decode === null ? null : yield* decodeBody(source, decode)
    // Whoever sends a body slowly must not outlive their credential by it: who calls is asked again once it is here.
    const current = identity === null || decode === null ? identity : yield* gate(head, route.policy)
    const call = {
      identity: current,
      body,
      parameters,
      query,
      client: caller.clientOf(head),
      wantsPage: caller.wantsPage(head),
      sessionSecret: caller.sessionSecretOf(head),
      device: caller.deviceOf(head)
    }
    return yield* route.handle(call, tools)
  })
}

const decodeBody = Effect.fnUntraced(function* ({ request, parsed }: BodySource, decode: Decode) {
  const body = yield* Effect.promise(() => readBody(request, parsed))
  if (body._tag === "Refused") {
    const { status, detail, fields } = body
    const problem = fields === undefined ? { status, code: "invalid-body", detail } : validationProblem(fields)
    return yield* Effect.fail(new Refused(problem))
  }
  const decoded = decode(body.values)
  return Result.isSuccess(decoded) ? decoded.success : yield* Effect.fail(new Refused(decoded.failure))
})
