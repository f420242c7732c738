import { join } from "node:path"
import { expressAuth } from "@latchkey/adapter-express"
import { createAuth, signedIn } from "@latchkey/core"
import { sqliteStore } from "@latchkey/store-sqlite"
import express, { type Request, type Response } from "express"
import session from "express-session"
import {
  basicHeaders,
  browserHeaders,
  junkHeaders,
  type MakeContender,
  onExpress,
  password,
  programHeaders,
  publicUrl,
  tokenHeaders,
  withOthers
} from "./contender.ts"
import { sqliteFloor } from "./sqlite-floor.ts"

const ok = (_: Request, response: Response): void => void response.type("text").send("ok")

/** Express with no check at all. */
const bare: MakeContender = async () => ({
  listen: onExpress(express().get("/me", ok)),
  headers: { cookie: withOthers("session=none") }
})

const floor: MakeContender = async ({ folder }) => {
  const { check, headers } = sqliteFloor(folder)
  const app = express().get(
    "/me",
    (request, response, next) => {
      if (check(request.headers.cookie ?? "")) next()
      else response.sendStatus(401)
    },
    ok
  )
  return { listen: onExpress(app), headers }
}

const latchkey =
  (headersOf: typeof browserHeaders): MakeContender =>
  async ({ folder }) => {
    const store = sqliteStore(join(folder, "latchkey.db"))
    const auth = await createAuth({ publicUrl, store, admin: { username: "ada", password, mustChangePassword: false } })
    const { guard } = expressAuth(auth)
    return { listen: onExpress(express().get("/me", guard(signedIn), ok)), headers: await headersOf(auth) }
  }

declare module "express-session" {
  interface SessionData {
    user: string
  }
}

/** The usual choice in Express, with the quickest of its stores: the process's own memory. */
const expressSession: MakeContender = async () => {
  const app = express()
  app.use(session({ secret: password, resave: false, saveUninitialized: false }))
  app.post("/login", (request, response) => {
    request.session.user = "ada"
    response.sendStatus(204)
  })
  app.get("/me", (request, response) => {
    if (request.session.user === undefined) response.sendStatus(401)
    else ok(request, response)
  })
  const listen = onExpress(app)
  const port = await listen()
  const loggedIn = await fetch(`http://127.0.0.1:${port}/login`, { method: "POST" })
  const cookie = loggedIn.headers.get("set-cookie")?.split(";", 1)[0] ?? ""
  return { listen: async () => port, headers: { cookie: withOthers(cookie) } }
}

/** Express, and everything in one SQLite file. */
export const expressSqlite: Readonly<Record<string, MakeContender>> = {
  bare,
  floor,
  "latchkey, cookie": latchkey(browserHeaders),
  "latchkey, bearer": latchkey(programHeaders),
  "latchkey, token": latchkey(tokenHeaders),
  "latchkey, Basic __token__": latchkey(basicHeaders),
  "latchkey, refused": latchkey(async () => junkHeaders),
  "express-session, in memory": expressSession
}
