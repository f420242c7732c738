import { expect, test } from "vitest"
import { scenarios } from "../../src/adapter/adapter-conformance.ts"
import { directHandler, type Handler } from "../../src/adapter/direct.ts"
import { runScenario } from "../../src/adapter/scenario.ts"
import { listening } from "./bare-server.ts"

/** An adapter that makes one mistake, and the scenario that must notice. */
interface Saboteur {
  readonly noticedBy: string
  readonly spoil: (handler: Handler) => Handler
}

/** The request with other headers. */
const withHeaders = (request: Request, change: (headers: Headers) => void): Request => {
  const headers = new Headers(request.headers)
  change(headers)
  return new Request(request, { headers })
}

const withPath = (request: Request, path: (target: string) => string): Request => {
  const { origin, pathname, search } = new URL(request.url)
  return new Request(origin + path(pathname) + search, request)
}

const saboteurs: Readonly<Record<string, Saboteur>> = {
  "keeps the first of two Authorization headers": {
    noticedBy: "HDR-01",
    spoil: (handler) => (request, peer) => {
      const first = request.headers.get("authorization")?.split(", ")[0]
      return handler(
        first === undefined ? request : withHeaders(request, (headers) => headers.set("authorization", first)),
        peer
      )
    }
  },
  "keeps the last of two cookies": {
    noticedBy: "COO-03",
    spoil: (handler) => (request, peer) => {
      const last = request.headers.get("cookie")?.split(";").at(-1)
      return handler(
        last === undefined ? request : withHeaders(request, (headers) => headers.set("cookie", last)),
        peer
      )
    }
  },
  "believes X-Forwarded-For": {
    noticedBy: "PRX-01 PRX-02",
    spoil: (handler) => (request, peer) => handler(request, request.headers.get("x-forwarded-for") ?? peer)
  },
  "knows no peer": { noticedBy: "PRX-01 PRX-02", spoil: (handler) => (request) => handler(request, null) },
  "believes a header for the method": {
    noticedBy: "CSR-09",
    spoil: (handler) => (request, peer) => {
      const method = request.headers.get("x-http-method-override") ?? request.method
      return handler(new Request(request, { method }), peer)
    }
  },
  "takes two slashes for one": {
    noticedBy: "a path is taken as it stands",
    spoil: (handler) => (request, peer) =>
      handler(
        withPath(request, (path) => path.replace(/\/+/g, "/")),
        peer
      )
  },
  "takes capitals for small letters": {
    noticedBy: "a path is taken as it stands",
    spoil: (handler) => (request, peer) =>
      handler(
        withPath(request, (path) => path.toLowerCase()),
        peer
      )
  },
  "does not look at the host": {
    noticedBy: "INP-13 a Host header",
    spoil: (handler) => (request, peer) =>
      handler(
        withHeaders(request, (headers) => headers.delete("host")),
        peer
      )
  },
  "decodes a whole path": {
    noticedBy: "INP-15 every spelling",
    spoil: (handler) => (request, peer) =>
      handler(
        withPath(request, (path) => path.replace(/%2f/gi, "/")),
        peer
      )
  },
  "keeps an escape for the host's routes": {
    noticedBy: "INP-15 every spelling",
    spoil: (handler) => (request, peer) =>
      handler(
        withPath(request, (path) => path.replace(/%(?=7)/g, "%25")),
        peer
      )
  },
  "loses the last character of every path": {
    noticedBy: "INP-13 INP-14 INP-15 200 random",
    spoil: (handler) => (request, peer) =>
      handler(
        withPath(request, (path) => path.slice(0, -1) || "/"),
        peer
      )
  },
  "sends several cookies on one line": {
    noticedBy: "COO-07",
    spoil: (handler) => async (request, peer) => {
      const response = await handler(request, peer)
      const headers = new Headers(response.headers)
      const cookies = headers.getSetCookie()
      if (cookies.length > 0) headers.set("set-cookie", cookies.join(", "))
      return new Response(response.body, { status: response.status, headers })
    }
  },
  "loses what a 405 allows": {
    noticedBy: "another method on a known address",
    spoil: (handler) => async (request, peer) => {
      const response = await handler(request, peer)
      response.headers.delete("allow")
      return response
    }
  },
  "answers HEAD itself": {
    noticedBy: "HEAD answers as GET",
    spoil: (handler) => async (request, peer) =>
      request.method === "HEAD" ? new Response(null) : handler(request, peer)
  },
  "lets other origins read": {
    noticedBy: "CSR-10",
    spoil: (handler) => async (request, peer) => {
      const response = await handler(request, peer)
      response.headers.set("access-control-allow-origin", request.headers.get("origin") ?? "*")
      return response
    }
  },
  "remembers who called last": {
    noticedBy: "requests on one connection are apart",
    spoil: (handler) => {
      let last: string | null = null
      return (request, peer) => {
        last = request.headers.get("authorization") ?? last
        return handler(
          last === null ? request : withHeaders(request, (headers) => headers.set("authorization", `${last}`)),
          peer
        )
      }
    }
  },
  "puts its name on every answer": {
    noticedBy: "an adapter adds nothing and loses nothing: pages",
    spoil: (handler) => async (request, peer) => {
      const response = await handler(request, peer)
      response.headers.set("x-powered-by", "a framework")
      return response
    }
  },
  "loses the query": {
    noticedBy: "an adapter adds nothing and loses nothing: unusual addresses",
    spoil: (handler) => (request, peer) => handler(new Request(request.url.split("?", 1)[0] ?? "", request), peer)
  },
  "keeps the last of two equal headers": {
    noticedBy: "an adapter adds nothing and loses nothing: headers",
    spoil: (handler) => (request, peer) => {
      const last = request.headers.get("accept")?.split(", ").at(-1)
      return handler(
        last === undefined ? request : withHeaders(request, (headers) => headers.set("accept", last)),
        peer
      )
    }
  },
  "does not know the method of a request": {
    noticedBy: "an adapter adds nothing and loses nothing: methods",
    spoil: (handler) => async (request, peer) =>
      request.method === "PROPFIND" ? new Response(null, { status: 501 }) : handler(request, peer)
  },
  "takes a token from the query": {
    noticedBy: "PAT-12 HDR-05",
    spoil: (handler) => (request, peer) => {
      const token = new URL(request.url).searchParams.get("access_token")
      return handler(
        token === null ? request : withHeaders(request, (headers) => headers.set("authorization", `Bearer ${token}`)),
        peer
      )
    }
  },
  "lets only Bearer through": {
    noticedBy: "BAS-06",
    spoil: (handler) => (request, peer) => {
      const isBasic = /^basic/i.test(request.headers.get("authorization") ?? "")
      return handler(isBasic ? withHeaders(request, (headers) => headers.delete("authorization")) : request, peer)
    }
  },
  "keeps what a credential opened": {
    noticedBy: "PAT-07",
    spoil: (handler) => {
      const opened = new Map<string, Response>()
      return async (request, peer) => {
        const key = `${request.method} ${request.url} ${request.headers.get("authorization")}`
        const kept = opened.get(key)
        if (kept !== undefined) return kept.clone()
        const response = await handler(request, peer)
        if (response.status === 200) opened.set(key, response.clone())
        return response
      }
    }
  },
  "does not know scopes": {
    noticedBy: "PAT-10 PAT-04",
    spoil: (handler) => (request, peer) =>
      handler(
        withPath(request, (path) => path.replace("/host/scoped", "/host/signed-in")),
        peer
      )
  },
  "lets answers be kept": {
    noticedBy: "PAT-03",
    spoil: (handler) => async (request, peer) => {
      const response = await handler(request, peer)
      if (response.status === 201) response.headers.set("cache-control", "private")
      return response
    }
  },
  "cuts long bodies": {
    noticedBy: "an upload with a token",
    spoil: (handler) => async (request, peer) =>
      request.body === null
        ? handler(request, peer)
        : handler(new Request(request, { body: (await request.arrayBuffer()).slice(0, 100_000) }), peer)
  },
  "adds a challenge of its own": {
    noticedBy: "BAS-04 in mode",
    spoil: (handler) => async (request, peer) => {
      const response = await handler(request, peer)
      if (response.status === 401) response.headers.append("www-authenticate", "Bearer")
      return response
    }
  },
  "has one word for all that went well": {
    noticedBy: "an adapter adds nothing and loses nothing: tokens",
    spoil: (handler) => async (request, peer) => {
      const response = await handler(request, peer)
      return response.status === 201 ? new Response(response.body, { headers: response.headers }) : response
    }
  },
  "hides what the reader's browser prefers": {
    noticedBy: "pages, and what a guard refuses with, are in the language",
    spoil: (handler) => (request, peer) =>
      handler(
        withHeaders(request, (headers) => headers.delete("accept-language")),
        peer
      )
  },
  "forgets its checks": {
    noticedBy: "ADM-09 a check lets pass or refuses",
    spoil: (handler) => (request, peer) =>
      handler(
        withPath(request, (path) => path.replace(/\/host\/checked\/.*/, "/host/signed-in")),
        peer
      )
  },
  "gives a check the query in place of the path": {
    noticedBy: "ADM-09 a check lets pass or refuses",
    spoil: (handler) => (request, peer) => {
      const say = new URL(request.url).searchParams.get("say")
      return handler(say === null ? request : withPath(request, (path) => path.replace(/[^/]*$/, say)), peer)
    }
  },
  "answers a host's problem to nobody in particular": {
    noticedBy: "ERR-07 for a browser",
    spoil: (handler) => (request, peer) =>
      handler(
        request.url.includes("/host/problem/") ? withHeaders(request, (headers) => headers.delete("cookie")) : request,
        peer
      )
  },
  "loses If-Match": {
    noticedBy: "ADM-15 of five changes",
    spoil: (handler) => (request, peer) =>
      handler(
        withHeaders(request, (headers) => headers.delete("if-match")),
        peer
      )
  },
  "takes an id that is left out for none": {
    noticedBy: "ADM-08 what an administrator ends",
    spoil: (handler) => (request, peer) =>
      handler(
        withPath(request, (path) => path.replace(/\/(?:sessions|tokens)\/$/, "/credentials")),
        peer
      )
  },
  "forgets its guards": {
    noticedBy: "HDR-08",
    spoil: (handler) => (request, peer) =>
      handler(
        withPath(request, (path) => path.replace("/host/admin", "/host/anyone")),
        peer
      )
  }
}

test.each(Object.entries(saboteurs))("an adapter that %s is noticed", async (_, { noticedBy, spoil }) => {
  const scenario = scenarios.find(({ states }) => states.startsWith(noticedBy))
  if (scenario === undefined) throw new Error(`No scenario begins with ${noticedBy}.`)
  await expect(
    runScenario(scenario, (auth, options) => listening(spoil(directHandler(auth, options))))
  ).rejects.toThrow()
})
