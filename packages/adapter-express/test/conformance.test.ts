import { adapterConformance } from "@latchkey/conformance/adapter"
import express from "express"
import { describe, test } from "vitest"
import { expressServer } from "./express-server.ts"

describe("Express 5", () => adapterConformance(test, expressServer(express)))
