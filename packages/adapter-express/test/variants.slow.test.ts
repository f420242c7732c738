import { adapterConformance } from "@latchkey/conformance/adapter"
import express from "express"
import express4 from "express4"
import { describe, test } from "vitest"
import { expressServer } from "./express-server.ts"

describe("Express 4", () => adapterConformance(test, expressServer(express4)))
describe("Express 5, moved", () => adapterConformance(test, expressServer(express), { paths: "moved" }))

const parsers5 = [express.json(), express.urlencoded()]
describe("Express 5 behind parsers", () =>
  adapterConformance(test, expressServer(express, ...parsers5), { bodies: "parsed" }))

const parsers4 = [express4.json(), express4.urlencoded({ extended: false })]
describe("Express 4 behind parsers", () =>
  adapterConformance(test, expressServer(express4, ...parsers4), { bodies: "parsed" }))
