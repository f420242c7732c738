import { copyFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { honoAuth } from "@latchkey/adapter-hono"
import { type Auth, type AuthOptions, createAuth } from "@latchkey/core"
import { type ManualClock, manualClock } from "@latchkey/core/testing"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Clock from "effect/Clock"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { Hono } from "hono"

/** The new server, on a copy of what was imported, with a clock that the test moves. */
export interface Application extends AsyncDisposable {
  readonly auth: Auth
  readonly clock: ManualClock
  /** Its database. */
  readonly file: string
  /** A request as a program sends it, with a body as a form or as JSON. */
  readonly ask: (method: string, path: string, request?: Request) => Promise<Answer>
  /** Ends it, and starts it anew with other options, at the same time and on the same database. */
  readonly restart: (change: Change) => Promise<Application>
}

export type Change = (options: AuthOptions) => Partial<AuthOptions>

interface Request {
  readonly authorization?: string
  readonly form?: Readonly<Record<string, string>>
  readonly json?: unknown
}

export interface Answer {
  readonly status: number
  readonly body: Fields | null
}

/** What the tests take out of an answer. All else they only compare. */
interface Fields {
  readonly access_token?: string
  readonly code?: string
  readonly secret?: string
  readonly token?: string | null
}

/** Starts the server with the options of the guide, as the command had them. */
export const startApplication = async (
  folder: string,
  change: Change = () => ({}),
  now: number = Date.now()
): Promise<Application> => {
  const file = join(folder, `app-${crypto.randomUUID()}.db`)
  copyFileSync(join(folder, "app.db"), file) // the command has closed it, so all of it is in this file
  return startOn(file, change, now)
}

const startOn = async (file: string, change: Change, now: number): Promise<Application> => {
  const { default: options } = await import(pathToFileURL(join(dirname(file), "options.ts")).href)
  const clock = manualClock(now)
  const auth = await createAuth(
    { ...options, ...change(options), store: sqliteStore(file) },
    Layer.mergeAll(Layer.succeed(Clock.Clock, clock.clock), Logger.layer([]))
  )
  const { routes } = honoAuth(auth)
  const app = new Hono().route("/", routes)
  const close = async () => {
    let isClosed = false
    const closing = auth.close().finally(() => {
      isClosed = true
    })
    while (!isClosed) await clock.advance("1 second")
    await closing
  }
  return {
    auth,
    clock,
    file,
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
    restart: async (next) => {
      await close()
      return startOn(file, next, clock.now())
    },
    [Symbol.asyncDispose]: close
  }
}

/** A request to log in, as a program makes it. */
export const logIn = ({ ask }: Pick<Application, "ask">, username: string, password: string): Promise<Answer> =>
  ask("POST", "/auth/jwt/login", { form: { username, password } })

/** Who a credential belongs to. */
export const me = ({ ask }: Pick<Application, "ask">, authorization: string): Promise<Answer> =>
  ask("GET", "/users/me", { authorization })

export const bearer = (token: string): string => `Bearer ${token}`
export const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`
