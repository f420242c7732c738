import { adapterConformance } from "@latchkey/http/testing"
import { test } from "vitest"
import { bareServer } from "./bare-server.ts"

adapterConformance(test, bareServer)
