/** Latchkey for Hono: `routes` to mount, and `guard` for your own routes. */
import type { Auth, Client, Identity, Policy } from "@latchkey/core"
import {
  type Check,
  checkGuard,
  contentHeaders,
  type Head,
  type HostProblem,
  makeSurface,
  type Surface,
  type SurfaceOptions,
  type Texts,
  targetOf
} from "@latchkey/http"
import { type Context, Hono, type MiddlewareHandler } from "hono"
import { answerWith } from "./keep-headers.ts"
import { bindingsOf, peerOf } from "./peer.ts"
import { unread } from "./unread.ts"

/** What a guard sets for the handlers after it: `c.var.identity`, of the type that its policy promises. */
export interface GuardedEnv<Allowed extends Identity | null> {
  Variables: { identity: Allowed }
}

/**
 * Latchkey in an application: its routes, guards and problems for your own routes, `site`, `navigation` and `setupUrl` for your
 * own links, and `securityHeaders` for your own answers.
 */
export interface HonoAuth extends Pick<Surface, "site" | "navigation" | "setupUrl" | "securityHeaders"> {
  /**
   * Every route of the surface, as an app to mount: `app.route("/", routes)`, or `app.route(basePath, routes)`. Other paths
   * pass through.
   */
  readonly routes: Hono
  /**
   * A middleware that allows callers by a policy: `app.get("/me", guard(signedIn), (c) => c.json(c.var.identity.user))`.
   * Programs get 401 or 403; a browser that navigates is redirected to the login page and back. It reads only the head.
   *
   * A check of your own may follow: `guard(signedIn, async (identity, c) => …)`. It is asked about whom the policy allows, and
   * returns whether they may, or `{ code }`; at once, as a promise or as an Effect.
   */
  readonly guard: <Allowed extends Identity | null>(
    policy: Policy<Allowed>,
    check?: Check<Allowed, Context>
  ) => MiddlewareHandler<GuardedEnv<Allowed>>
  /**
   * Answers a problem of your own as ours are answered: `app.notFound((c) => problem(c, { status: 404 }))`. Programs get
   * problem details, and a browser the `message` page with the menu of whoever is calling.
   */
  readonly problem: (c: Context, what: HostProblem) => Response | Promise<Response>
  /** The catalogue in the language of a request, for your own layout. `language` says which it is. */
  readonly textsOf: (c: Context) => Texts
  /**
   * Who sent a request: the address, after trusted proxies, and the user agent. For calls of your own that count attempts or are
   * recorded: `auth.cliLogins.begin({ program: "acme", client: clientOf(c) })`.
   */
  readonly clientOf: (c: Context) => Client
}

/** Mounts an `Auth` in Hono, on any runtime; on Node through @hono/node-server. */
export const honoAuth = (auth: Auth, options: SurfaceOptions = {}): HonoAuth => {
  const surface = makeSurface(auth, options)
  const routes = new Hono()
  routes.use(async (c, next) => {
    const mount = mountOf(c)
    if (mount !== "") surface.checkMount(mount)
    const target = surface.read(targetOf(c.req.url), c.req.header("host") ?? null)
    if (typeof target !== "string") return answerWith(c, target)
    if (USERINFO.test(c.req.url)) c.req.raw = withoutUserinfo(c, target)
    if (!surface.owns(c.req.url)) return next()
    answerWith(c, await surface.handle(await unread(c), peerOf(c), undefined, c))
  })

  return {
    site: surface.site,
    navigation: surface.navigation,
    setupUrl: surface.setupUrl,
    securityHeaders: surface.securityHeaders,
    routes,
    problem: (c, what) => {
      const made = surface.problem(new HonoHead(c), what)
      return made instanceof Promise ? made.then((response) => answered(c, response)) : answered(c, made)
    },
    guard: (...given) => {
      checkGuard(given)
      const [policy, check] = given
      const judge = surface.guard(policy, check && ((identity, head: HonoHead) => check(identity, head.context)))
      return async (c, next) => {
        const judged = judge(new HonoHead(c))
        const verdict = judged instanceof Promise ? await judged : judged
        if (!verdict.isAllowed) return answerWith(c, verdict.response)
        c.set("identity", verdict.identity)
        await next()
      }
    },
    textsOf: (c) => surface.textsOf(new HonoHead(c)),
    clientOf: (c) => surface.clientOf(new HonoHead(c))
  }
}

/** For a handler, which must return what it answers. Hono would keep the headers of an answer that there is already. */
const answered = (c: Context, response: Response): Response => {
  for (const name of contentHeaders) c.header(name, undefined)
  answerWith(c, response)
  return c.res
}

/**
 * A web request cannot have a user and password in its url, so it would break whoever reads its body or its signal. They mean
 * nothing: only the path of an absolute target counts (INP-14). Only @hono/node-server makes such a request.
 */
const withoutUserinfo = (c: Context, target: string): Request => {
  const { incoming } = bindingsOf(c)
  const method = c.req.method === "TRACE" ? "OPTIONS" : c.req.method // a web request cannot be TRACE, and no route accepts either
  const hasBody = incoming !== undefined && method !== "GET" && method !== "HEAD"
  const { headers } = c.req.raw
  return new Request(`http://latchkey.invalid${target}`, {
    method,
    headers,
    body: hasBody ? ReadableStream.from(incoming) : null,
    duplex: "half"
  })
}

const USERINFO = /^https?:\/\/[^/?#]*@/

/**
 * Where the routes are mounted, as the context itself tells it. A host may have another copy of Hono than this adapter: every
 * host of CommonJS has, and so may a workspace. Hono's own helpers fail on a context of another copy, so we use none of them.
 */
const mountOf = ({ req }: Context): string => {
  const path: string | undefined = req.routePath
  return path?.endsWith("/*") ? path.slice(0, -"/*".length) : ""
}

/**
 * Reading the url and the peer costs time, and an allowed request needs neither. A class, because getters in an object
 * literal make a hidden class for every request, which costs more than the check itself.
 */
class HonoHead implements Head {
  readonly context: Context

  constructor(context: Context) {
    this.context = context
  }

  get method(): string {
    return this.context.req.method
  }

  get target(): string {
    return targetOf(this.context.req.url)
  }

  get peer(): string | null {
    return peerOf(this.context)
  }

  get request(): Context {
    return this.context
  }

  header(name: string): string | null {
    return this.context.req.header(name) ?? null
  }
}
