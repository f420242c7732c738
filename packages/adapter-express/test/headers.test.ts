import type { ServerResponse } from "node:http"
import type { ExpressMiddleware } from "@latchkey/adapter-express"
import { signedIn } from "@latchkey/core"
import { describe, expect, test } from "vitest"
import { majors, navigation, openSite, served } from "./site.ts"

/** A host's headers for its own pages, of which each would weaken or break ours. */
const hostile: Readonly<Record<string, string>> = {
  "cache-control": "public, max-age=3600",
  "content-security-policy": "default-src *",
  "cross-origin-opener-policy": "unsafe-none",
  "cross-origin-resource-policy": "cross-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "none",
  "x-frame-options": "SAMEORIGIN"
}

/** Does something when the head is about to be written, as `on-headers` does for the middleware that uses it. */
const whenWritten = (res: ServerResponse, act: () => void): void => {
  const writeHead = res.writeHead
  res.writeHead = ((...args: Parameters<typeof writeHead>) => {
    act()
    return writeHead.apply(res, args)
  }) as typeof writeHead
}

const setAll = (res: ServerResponse): void => {
  for (const [name, value] of Object.entries(hostile)) res.setHeader(name, value)
}

const middleware: Readonly<Record<string, ExpressMiddleware>> = {
  "set before, as helmet does": (_req, res, next) => {
    setAll(res)
    next()
  },
  "set when the head is written": (_req, res, next) => {
    whenWritten(res, () => setAll(res))
    next()
  },
  "removed when the head is written": (_req, res, next) => {
    whenWritten(res, () => {
      for (const name of Object.keys(hostile)) res.removeHeader(name)
    })
    next()
  }
}

describe.each(majors)("%s", (_, makeApp) => {
  const openApp = async (...inFront: ReadonlyArray<ExpressMiddleware>) => {
    const { routes, guard } = await openSite()
    const app = makeApp()
    for (const each of inFront) app.use(each)
    app.use(routes)
    app.all("/me", guard(signedIn), (_req, res) => void res.end("me"))
    return served(app)
  }

  /** The headers that count, of a page, of data, of a redirect and of a guard's refusal. */
  const seenBy = async (ask: Awaited<ReturnType<typeof openApp>>): Promise<ReadonlyArray<unknown>> => {
    const requests = [
      ["/login", {}],
      ["/setup/check", {}],
      ["/profile/", navigation],
      ["/me", {}]
    ] as const
    return Promise.all(
      requests.map(async ([path, headers], at) => {
        const answer = await ask(path, { headers })
        // Data have no policy of ours, and may have the host's.
        const names = Object.keys(hostile).filter((name) => at === 0 || name !== "content-security-policy")
        return [answer.status, ...names.map((name) => answer.headers.get(name))]
      })
    )
  }

  test.each(Object.entries(middleware))(
    "CSR-14 our answers keep their own security headers: %s",
    async (_, inFront) => {
      expect(await seenBy(await openApp(inFront))).toEqual(await seenBy(await openApp()))
    }
  )

  test("CSR-14 middleware goes on to set everything else", async () => {
    const ask = await openApp((_req, res, next) => {
      res.setHeader("vary", "Origin")
      whenWritten(res, () => res.setHeader("x-request-id", "7"))
      next()
    })
    const answer = await ask("/login")
    expect([answer.headers.get("vary"), answer.headers.get("x-request-id")]).toEqual([
      "Origin, Authorization, Cookie",
      "7"
    ])
  })
})
