import { expect, it } from "vitest"
import { readBearerChallenge } from "./bearer-challenge.ts"

it("a challenge of Latchkey's tells whether the token was the reason", () => {
  const basic = 'Basic realm="latchkey", charset="UTF-8"'
  expect(readBearerChallenge(`${basic}, Bearer realm="latchkey", error="invalid_token"`)).toBe("rejected")
  expect(readBearerChallenge(`${basic}, Bearer realm="latchkey"`)).toBe("wanted")
  expect(readBearerChallenge("bearer error=invalid_token")).toBe("rejected")
  expect(readBearerChallenge("Bearer")).toBe("wanted")
})

it("other challenges say nothing about the token", () => {
  expect(readBearerChallenge(null)).toBeNull()
  expect(readBearerChallenge('Basic realm="a", Digest error="invalid_token"')).toBeNull()
  expect(readBearerChallenge('Basic realm="x, Bearer error=\\"invalid_token\\""')).toBeNull()
  expect(readBearerChallenge('Bearer realm="invalid_token", error="insufficient_scope"')).toBe("wanted")
  expect(readBearerChallenge('Bearer realm="a", Digest error="invalid_token"')).toBe("wanted")
})

it("a hostile header costs no time", () => {
  const start = performance.now()
  readBearerChallenge(`Bearer a="${"\\".repeat(100_000)}`)
  readBearerChallenge("a".repeat(100_000))
  readBearerChallenge("a= ".repeat(50_000))
  expect(performance.now() - start).toBeLessThan(200)
})
