import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { honoAuth } from "@latchkey/adapter-hono"
import { type Auth, type AuthOptions, createAuth } from "@latchkey/core"
import { type ManualClock, manualClock } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Clock from "effect/Clock"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { Hono } from "hono"

/** The new server, on what was imported, with a clock that the test moves. */
export interface Application extends AsyncDisposable {
  readonly auth: Auth
  readonly clock: ManualClock
  /** A request as a program sends it, with a body as a form or as JSON. */
  readonly ask: (method: string, path: string, request?: Request) => Promise<Answer>
}

interface Request {
  readonly authorization?: string
  readonly form?: Readonly<Record<string, string>>
  readonly json?: unknown
}

export interface Answer {
  readonly status: number
  readonly body: any
}

/** Starts the server with the options of the guide, as the command had them. */
export const startApplication = async (
  folder: string,
  change: (options: AuthOptions) => Partial<AuthOptions> = () => ({}),
  now: number = Date.now()
): Promise<Application> => {
  const { default: options } = await import(pathToFileURL(join(folder, "options.ts")).href)
  const clock = manualClock(now)
  const store = sqliteStore(join(folder, "app.db"))
  const auth = await createAuth(
    { ...options, ...change(options), store },
    Layer.mergeAll(Layer.succeed(Clock.Clock, clock.clock), Logger.layer([]))
  )
  const { routes } = honoAuth(auth)
  const app = new Hono().route("/", routes)
  return {
    auth,
    clock,
    ask: async (method, path, { authorization, form, json } = {}) => {
      const body = form === undefined ? (json === undefined ? null : JSON.stringify(json)) : new URLSearchParams(form)
      const answer = await app.request(new URL(path, options.publicUrl), {
        method,
        body,
        headers: {
          accept: "application/json",
          ...(json === undefined ? {} : { "content-type": "application/json" }),
          ...(authorization === undefined ? {} : { authorization })
        }
      })
      const text = await answer.text()
      return { status: answer.status, body: text === "" ? null : JSON.parse(text) }
    },
    [Symbol.asyncDispose]: async () => {
      let isClosed = false
      const closing = auth.close().finally(() => {
        isClosed = true
      })
      while (!isClosed) await clock.advance("1 second")
      await closing
    }
  }
}

export const bearer = (token: string): string => `Bearer ${token}`
export const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`
