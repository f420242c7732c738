import { adapterConformance } from "@latchkey/conformance/adapter"
import type { MiddlewareHandler } from "hono"
import { describe, test } from "vitest"
import { honoServer } from "./hono-server.ts"

describe("Hono, moved", () => adapterConformance(test, honoServer(), { paths: "moved" }))

const reader: MiddlewareHandler = async (c, next) => {
  await c.req.text().catch(() => undefined)
  await next()
}
describe("Hono behind a reader", () => adapterConformance(test, honoServer(reader), { bodies: "parsed" }))
