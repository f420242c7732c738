import type { Auth } from "@latchkey/core"
import type { SurfaceOptions } from "@latchkey/http"
import { headOf, makeSurface, plainTarget, readTarget, targetOf } from "@latchkey/http"
import { answerOf, type WireAnswer } from "./answer.ts"
import { HOST_HEADER, HOST_PROBLEM_PATH, hostAnswer, hostProblem, hostRoutes } from "./host-routes.ts"
import { complete, type WireRequest } from "./request.ts"

export type Handler = (request: Request, peer: string | null) => Promise<Response>

/** The server under test without a framework: a function from Request to Response. */
export const directHandler = (auth: Auth, options: SurfaceOptions): Handler => {
  const surface = makeSurface(auth, options)
  return async (request, peer) => {
    const target = surface.read(targetOf(request.url), request.headers.get("host"))
    if (typeof target !== "string") return target
    if (surface.owns(request.url)) return surface.handle(request, peer)
    const path = plainTarget(target).split("?", 1).join()
    const head = headOf(request, peer)
    const name = parameterIn(HOST_PROBLEM_PATH, path)
    if (name !== null) return surface.problem(head, hostProblem(name))
    const row = hostRoutes.find((each) => parameterIn(each.path, path) !== null)
    if (row === undefined)
      return new Response("The host has nothing here.", { status: 404, headers: [[...HOST_HEADER]] })
    const { policy, check } = row
    const say = parameterIn(row.path, path) ?? ""
    const verdict = await surface.guard(policy, check && ((identity) => check(identity, say)))(head)
    if (!verdict.isAllowed) return verdict.response
    return new Response(hostAnswer(verdict.identity, await request.text()), { headers: [[...HOST_HEADER]] })
  }
}

/** The value of the last segment where a pattern has a parameter, empty without one; null for another path. */
const parameterIn = (pattern: string, path: string): string | null => {
  const start = pattern.replace(/:\w+$/, "")
  if (start === pattern) return path === pattern ? "" : null
  const rest = path.slice(start.length)
  return path.startsWith(start) && /^[^/]+$/.test(rest) ? decodeURIComponent(rest) : null
}

/** Asks the same without a server and a socket. */
export const askDirectly =
  (handler: Handler) =>
  async (request: WireRequest): Promise<WireAnswer> =>
    answerOf(await handler(webRequest(request), "127.0.0.1"))

/** A request as a server of localhost would understand it. */
export const webRequest = (request: WireRequest): Request => {
  const { method, target, headers, body } = complete(request)
  const fields = new Headers()
  for (const [name, value] of headers) fields.append(name, value)
  return new Request(`http://localhost:3000${readTarget(target) ?? target}`, {
    method,
    headers: fields,
    body: body && Uint8Array.from(body)
  })
}
