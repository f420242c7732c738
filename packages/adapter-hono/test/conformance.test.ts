import { adapterConformance } from "@latchkey/http/testing"
import { test } from "vitest"
import { honoServer } from "./hono-server.ts"

adapterConformance(test, honoServer)
