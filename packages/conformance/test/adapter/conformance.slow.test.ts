import { adapterConformance } from "@latchkey/conformance/adapter"
import { describe, test } from "vitest"
import { bareServer } from "./bare-server.ts"

describe("where Latchkey puts it", () => adapterConformance(test, bareServer))
describe("moved", () => adapterConformance(test, bareServer, { paths: "moved" }))
