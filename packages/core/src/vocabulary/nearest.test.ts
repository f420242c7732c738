import { expect, test } from "vitest"
import { didYouMean, nearest } from "./nearest.ts"

const known = ["notes:read", "notes:write", "sessions.idle", "LATCHKEY_SESSIONS_IDLE"]

test.each([
  ["notes:wirte", "notes:write"],
  ["notes:rea", "notes:read"],
  ["Notes:Write", "notes:write"],
  ["session.idle", "sessions.idle"],
  ["LATCHKEY_SESSION_IDEL", "LATCHKEY_SESSIONS_IDLE"]
])("%s was most likely meant to be %s", (typed, meant) => {
  expect(nearest(typed, known)).toBe(meant)
})

test.each(["", "x", "packages:publish", "n".repeat(10_000)])("nothing is near %j", (typed) => {
  expect(nearest(typed, known)).toBeNull()
  expect(didYouMean(typed, known)).toBe("")
})

test("of several names the nearest is named, and of equals the first", () => {
  expect(nearest("writes", ["write", "writer"])).toBe("write")
  expect(didYouMean("edtor", ["auditor", "editor"])).toBe(": did you mean editor?")
})
