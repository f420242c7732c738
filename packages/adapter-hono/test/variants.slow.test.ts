import { adapterConformance } from "@latchkey/conformance/adapter"
import type { MiddlewareHandler } from "hono"
import { describe, test } from "vitest"
import { copies } from "./copies.ts"
import { honoServer, serverOf } from "./hono-server.ts"

describe("Hono, moved", () => adapterConformance(test, honoServer(), { paths: "moved" }))

const reader: MiddlewareHandler = async (c, next) => {
  await c.req.text().catch(() => undefined)
  await next()
}
describe("Hono behind a reader", () => adapterConformance(test, honoServer(reader), { bodies: "parsed" }))

/** Another copy of Hono in the host must change nothing, so everything is asked again. */
describe.each(copies.slice(1))("a host with %s", (_, Host) => adapterConformance(test, serverOf(Host)))
