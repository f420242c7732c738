import type { RequestListener } from "node:http"
import { join } from "node:path"
import { getRequestListener } from "@hono/node-server"
import type { Auth } from "@latchkey/core"
import { expressApp } from "./express-app.ts"
import { honoApp } from "./hono-app.ts"
import type { IndexRoute } from "./index-route.ts"
import { npmRegistry } from "./npm-registry.ts"
import { pythonIndex } from "./python-index.ts"
import { makeShelf } from "./shelf.ts"

/** All routes of the index. The packages are in a folder. Links begin with the public url. */
export const packageIndex = (folder: string, publicUrl: string): ReadonlyArray<IndexRoute> => [
  ...pythonIndex(makeShelf(join(folder, "python"))),
  ...npmRegistry(makeShelf(join(folder, "npm")), publicUrl)
]

/** The index on either framework, as a listener for Node's server. */
export const listeners = {
  hono: (auth: Auth, index: ReadonlyArray<IndexRoute>): RequestListener =>
    getRequestListener(honoApp(auth, index).fetch, { hostname: "localhost" }), // for clients of HTTP/1.0 that name no host
  express: (auth: Auth, index: ReadonlyArray<IndexRoute>): RequestListener => expressApp(auth, index)
}
