import type { IncomingMessage } from "node:http"
import type { Auth, Identity, Policy } from "@latchkey/core"
import {
  type Check,
  checkGuard,
  contentHeaders,
  type Head,
  type HostProblem,
  makeSurface,
  plainTarget,
  readTarget,
  type Surface,
  type SurfaceOptions,
  type Texts
} from "@latchkey/http"
import type { FastifyReply, FastifyRequest } from "fastify"

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

export interface FastifyAuth extends Pick<Surface, "site" | "navigation" | "setupUrl" | "securityHeaders"> {
  /** Every route of the surface: `app.addHook("onRequest", routes)`. Other paths pass through. */
  readonly routes: Hook
  /** Allows callers by a policy: `app.get("/me", { onRequest: guard(signedIn) }, (request) => findIdentity(request))`. */
  readonly guard: <Allowed extends Identity | null>(
    policy: Policy<Allowed>,
    check?: Check<Allowed, FastifyRequest>
  ) => Hook
  /** Answers a problem of the host's own as Latchkey's are: `return problem(request, reply, { status: 404 })`. */
  readonly problem: (request: FastifyRequest, reply: FastifyReply, what: HostProblem) => Promise<FastifyReply>
  /** The caller that the guard of this route allowed; null for nobody. Throws if there was no guard, which is a mistake, not a 401. */
  readonly findIdentity: (request: FastifyRequest) => Identity | null
  /** The catalogue in the language of a request, for your own layout. */
  readonly textsOf: (request: FastifyRequest) => Texts
}

export const fastifyAuth = (auth: Auth, options: SurfaceOptions = {}): FastifyAuth => {
  const surface = makeSurface(auth, options)
  const identities = new WeakMap<FastifyRequest, Identity | null>()

  return {
    site: surface.site,
    navigation: surface.navigation,
    setupUrl: surface.setupUrl,
    securityHeaders: surface.securityHeaders,
    routes: async (request, reply) => {
      const { originalUrl, raw } = request
      const target = surface.read(originalUrl, headerOf(raw, "host"))
      if (typeof target !== "string") return reply.send(target) // malformed, and nobody's
      const url = `http://latchkey.invalid${target}` // the host has no meaning: `publicUrl` is the address
      if (!surface.owns(url)) return
      const chunks = raw.iterator({ destroyOnReturn: false }) // destroying it would close the connection
      const response = await surface.handle(webRequest(raw, url, chunks), peerOf(raw), undefined, request)
      await chunks.return?.()
      raw.resume() // an unread rest of the body would block the next request on this connection
      return reply.send(response)
    },
    problem: async (request, reply, what) => {
      for (const name of contentHeaders) reply.removeHeader(name) // of an answer that the host had begun to make
      return reply.send(await surface.problem(headOf(request), what))
    },
    guard: (...given) => {
      checkGuard(given)
      const [policy, check] = given
      const judge = surface.guard(policy, check && ((identity, { request }: FastifyHead) => check(identity, request)))
      return async (request, reply) => {
        const verdict = await judge(headOf(request))
        if (!verdict.isAllowed) return reply.send(verdict.response)
        identities.set(request, verdict.identity)
      }
    },
    findIdentity: (request) => {
      const identity = identities.get(request)
      if (identity !== undefined) return identity
      throw new Error(`${request.method} ${request.routeOptions.url} has no guard, so nobody knows who is calling.`)
    },
    textsOf: (request) => surface.textsOf(headOf(request))
  }
}

/** For `fastify({ rewriteUrl })`: the router then sees a path in its one plain spelling, as a guard must. */
export const rewriteUrl = ({ url = "/" }: IncomingMessage): string => plainTarget(readTarget(url) ?? "/")

/** A head that remembers whose it is, for a check of the host's. */
interface FastifyHead extends Head {
  readonly request: FastifyRequest
}

/** The head alone, with the target as it came. */
const headOf = (request: FastifyRequest): FastifyHead => ({
  method: request.raw.method ?? "GET",
  target: readTarget(request.originalUrl) ?? "/",
  peer: peerOf(request.raw),
  header: (name) => headerOf(request.raw, name),
  request
})

/** `headersDistinct` has every line: of two Authorization headers, `headers` keeps only the first. */
const headerOf = ({ headersDistinct }: IncomingMessage, name: string): string | null =>
  headersDistinct[name]?.join(name === "cookie" ? "; " : ", ") ?? null

/** Null on a Unix socket. A peer that has gone has no address either, and must not pass for a proxy on such a socket. */
const peerOf = ({ socket }: IncomingMessage): string | null => socket.remoteAddress ?? (socket.destroyed ? "" : null)

/** The whole request. Its body is an unread stream, because "onRequest" hooks run before Fastify's parsers. */
const webRequest = (raw: IncomingMessage, url: string, chunks: AsyncIterable<Uint8Array>): Request => {
  const { method = "GET" } = raw
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(raw.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers })
  const known = method === "TRACE" ? "OPTIONS" : method // a web request cannot be TRACE, and no route takes either
  return new Request(url, { method: known, headers, body: ReadableStream.from(chunks), duplex: "half" })
}
