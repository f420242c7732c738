import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { type ExpressAuth, expressAuth } from "@latchkey/adapter-express"
import { type Auth, StoreError, signedIn } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { createTestAuth, memoryStore, type TestAuthOptions } from "@latchkey/core/testing"
import type { SurfaceOptions } from "@latchkey/http"
import * as Services from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import express from "express"
import express4 from "express4"
import { onTestFinished } from "vitest"
import type { App } from "./express-server.ts"

/** What tests do with both majors. */
export const majors: ReadonlyArray<readonly [name: string, makeApp: () => App]> = [
  ["Express 5", express],
  ["Express 4", express4]
]

export const ada = { username: "ada", password: "seven quiet herons at dusk" }
/** What a browser says when a person follows a link. */
export const navigation = { accept: "text/html", "sec-fetch-mode": "navigate" }
export const form = { method: "POST", body: new URLSearchParams(ada) }

export interface Site extends ExpressAuth {
  readonly auth: Auth
  /** What the host's log was told, as JSON. */
  readonly log: ReadonlyArray<string>
}

/** An `Auth` with ada, mounted for an app of the test's own. */
export const openSite = async (options: TestAuthOptions = {}, surfaceOptions: SurfaceOptions = {}): Promise<Site> => {
  const log: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void log.push(JSON.stringify([logLevel, message])))
  const { auth } = await createTestAuth({ ambient: Logger.layer([logger]), ...options })
  onTestFinished(() => auth.close())
  await auth.users.create(ada)
  return { auth, log, ...expressAuth(auth, surfaceOptions) }
}

/** An app with ada, which lets whoever is logged in to `/me`, and everybody to `/host`. */
export const appWithGuard = async (makeApp: () => App): Promise<App> => {
  const { routes, guard } = await openSite()
  const app = makeApp()
  app.use(routes)
  app.use("/host", (_req, res) => void res.end("host"))
  app.use("/me", guard(signedIn), (_req, res) => void res.end("in"))
  return app
}

/** Serves an app until the test ends, and asks it. */
export const served = async (app: RequestListener) => {
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  return (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual", signal: AbortSignal.timeout(4_000), ...init })
}

/** The headers of a program that has logged in. */
export const loggedIn = async (ask: Awaited<ReturnType<typeof served>>): Promise<Record<string, string>> => {
  const answer = await ask("/auth/jwt/login", form)
  return { authorization: `Bearer ${JSON.parse(await answer.text()).access_token}` }
}

/** A store whose look-ups go by a rule: they pass, they fail at once, or they fail later. */
export const shakyStore = () => {
  const away = new StoreError({ operation: "lookupSession", cause: "SQLITE_BUSY" })
  const shaky = { rule: "pass" as "pass" | "fail" | "fail later" }
  const store = Layer.effect(
    Store,
    Effect.map(Layer.build(memoryStore()), (context) => {
      const whole = Services.get(context, Store)
      const lookupSession = (...args: Parameters<typeof whole.lookupSession>) =>
        Effect.suspend(() => {
          if (shaky.rule === "pass") return whole.lookupSession(...args)
          const wait = shaky.rule === "fail" ? Effect.void : Effect.promise(() => new Promise(setImmediate))
          return Effect.andThen(wait, Effect.fail(away))
        })
      return { ...whole, lookupSession }
    })
  )
  return Object.assign(shaky, { store })
}
