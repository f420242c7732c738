import { adapterConformance } from "@latchkey/conformance/adapter"
import { describe, test } from "vitest"
import { start } from "./fastify-server.ts"

describe("Fastify", () => adapterConformance(test, start))
describe("Fastify, moved", () => adapterConformance(test, start, { paths: "moved" }))
