import { adapterConformance } from "@latchkey/conformance/adapter"
import { describe, test } from "vitest"
import { honoServer } from "./hono-server.ts"

describe("Hono", () => adapterConformance(test, honoServer()))
