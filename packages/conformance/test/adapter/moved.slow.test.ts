import { adapterConformance } from "@latchkey/conformance/adapter"
import { describe, test } from "vitest"
import { bareServer } from "./bare-server.ts"

describe("moved", () => adapterConformance(test, bareServer, { paths: "moved" }))
