import { adapterConformance } from "@latchkey/conformance/adapter"
import { test } from "vitest"
import { bareServer } from "./bare-server.ts"

adapterConformance(test, bareServer)
