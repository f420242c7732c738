import { StoreError } from "@latchkey/core"
import { StoreProblem } from "@latchkey/core/store"
import { expect, test } from "vitest"
import { startAdvice, startFailure } from "../src/start-failure.ts"

test("a port in use says how to choose another: PORT=3001 npm start", () => {
  const inUse = Object.assign(new Error("listen EADDRINUSE: address already in use 127.0.0.1:3000"), {
    code: "EADDRINUSE",
    syscall: "listen"
  })
  expect(startFailure(inUse)).toBe("listen EADDRINUSE: address already in use 127.0.0.1:3000")
  expect(startAdvice(inUse)).toContain("choose another port: PORT=3001 npm start")
  expect(startAdvice(new Error("other"))).toBeNull()
})

test("what a store says itself is told once, and what its driver says is told to the operator", () => {
  const told = (cause: unknown) => startFailure(new StoreError({ operation: "open", cause }))
  expect(told(new StoreProblem({ message: "run npm install redis" }))).toBe(
    "the store failed at open: run npm install redis"
  )
  expect(told(new Error("file is not a database"))).toBe("the store failed at open: file is not a database")
})
