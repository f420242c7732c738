import { createHash, randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { getRequestListener } from "@hono/node-server"
import { expressAuth } from "@latchkey/adapter-express"
import { type GuardedEnv, honoAuth } from "@latchkey/adapter-hono"
import {
  type Auth,
  type AuthOptions,
  createAuth,
  type Identity,
  reveal,
  scope,
  signedIn,
  type User
} from "@latchkey/core"
import { memoryStore, plainHasher } from "@latchkey/core/testing"
import express from "express"
import { Hono } from "hono"
import { onTestFinished } from "vitest"
import { expressApp } from "../src/express-app.ts"
import { honoApp } from "../src/hono-app.ts"
import { indexScopes, readAtMost } from "../src/index-route.ts"
import { packageIndex } from "../src/package-index.ts"
import { type GitBackend, makeGitBackend } from "./git-backend.ts"

export const adasPassword = "a quiet lantern, grey water"

export type Framework = "hono" | "express"
export const frameworks: ReadonlyArray<Framework> = ["hono", "express"]

/** A request that a client sent, and what it was answered. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly hasCredential: boolean
  readonly status: number
}

/** The package index with git repositories and the door of a container registry, on a real port. */
export interface Site {
  /** `127.0.0.1:40123`. */
  readonly host: string
  readonly url: string
  readonly auth: Auth
  readonly user: User
  /** Where packages and repositories are. */
  readonly folder: string
  /** Makes a token, and gives its secret. */
  readonly token: (...scopes: ReadonlyArray<keyof typeof indexScopes>) => Promise<string>
  /** Takes over a token of another system, of which only the SHA-256 is known, and gives its text. */
  readonly oldToken: (...scopes: ReadonlyArray<keyof typeof indexScopes>) => Promise<string>
  readonly revokeAll: () => Promise<unknown>
  readonly exchanges: Array<Exchange>
}

/** A folder that is gone after the test. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "package-index-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a site that ends with the test. */
export const startSite = async (
  framework: Framework,
  { cliLogin, tokens }: Pick<AuthOptions, "cliLogin" | "tokens"> = {}
): Promise<Site> => {
  const folder = newFolder()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `http://${host}`
  const auth = await createAuth({
    publicUrl: url,
    store: memoryStore(),
    hasher: plainHasher,
    tokens: { scopes: indexScopes, ...tokens },
    admin: { username: "root", password: "a kettle, two pears, no sugar" }, // without one every page is that for the setup
    cliLogin: { interval: "1 second", ...cliLogin }
  })
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await auth.close()
  })
  const user = await auth.users.create({ username: "ada", email: "ada@example.org", password: adasPassword })
  const exchanges: Array<Exchange> = []
  const listener = listeners[framework](auth, folder, url)
  server.on("request", (req, res) => {
    const { method = "", url: path = "" } = req
    res.on("close", () =>
      exchanges.push({ method, path, hasCredential: "authorization" in req.headers, status: res.statusCode })
    )
    void listener(req, res)
  })
  return {
    host,
    url,
    auth,
    user,
    folder,
    token: async (...scopes) => {
      const { secret } = await auth.tokens.issue({ user, scopes: "all" }, { name: "a client", scopes })
      return reveal(secret)
    },
    oldToken: async (...scopes) => {
      const token = randomBytes(32).toString("base64url") // as Python's secrets.token_urlsafe(32)
      const sha256 = createHash("sha256").update(token).digest("hex")
      await auth.tokens.import({ user: user.id, name: "an old client", sha256, scopes, expiresAt: null })
      return token
    },
    revokeAll: () => auth.tokens.revokeAllOf(user.id),
    exchanges
  }
}

/** Whether a request wants to change a repository. */
const isPush = (url: string): boolean => /[=/]git-receive-pack(?:$|\?)/.test(url)

const listeners: Readonly<Record<Framework, (auth: Auth, folder: string, url: string) => RequestListener>> = {
  hono: (auth, folder, url) => {
    const app = new Hono<GuardedEnv<Identity>>()
    const { guard } = honoAuth(auth)
    const git = makeGitBackend(folder)
    const [read, write] = [guard(scope("packages:read")), guard(scope("packages:write"))]
    app.use("/git/*", (c, next) => (isPush(c.req.url) ? write : read)(c, next))
    app.all("/git/*", async (c) => {
      const { status, headers, body } = await git(
        c.req.raw,
        await readAtMost(c.req.raw.body ?? ReadableStream.from([]))
      )
      return new Response(new Uint8Array(body), { status, headers })
    })
    app.get("/v2/", guard(signedIn), (c) => c.json({}))
    app.route("/", honoApp(auth, packageIndex(folder, url)))
    return getRequestListener(app.fetch)
  },
  express: (auth, folder, url) => {
    const app = express()
    const { guard } = expressAuth(auth)
    const git: GitBackend = makeGitBackend(folder)
    const [read, write] = [guard(scope("packages:read")), guard(scope("packages:write"))]
    app.use("/git", (req, res, next) => (isPush(req.originalUrl) ? write : read)(req, res, next))
    app.use("/git", async (req, res) => {
      const request = new Request(`${url}${req.originalUrl}`, { method: req.method, headers: headersOf(req.headers) })
      const { status, headers, body } = await git(request, await readAtMost(req))
      res.status(status).set(headers).end(body)
    })
    app.get("/v2/", guard(signedIn), (_, res) => void res.json({}))
    app.use(expressApp(auth, packageIndex(folder, url)))
    return app
  }
}

const headersOf = (headers: NodeJS.Dict<string | string[]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []))
  )
