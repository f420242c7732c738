import { expect, test } from "vitest"
import type { Judged } from "./claims.ts"
import { nameOfToken, verifiedTokens } from "./verified-tokens.ts"

const judged = {} as Judged // only that it is there matters

test("JWT-14 what was verified is remembered, and what is in use stays", () => {
  const verified = verifiedTokens(10)
  verified.add("used", judged)
  for (let count = 0; count < 1_000; count++) {
    verified.add(`token ${count}`, judged)
    expect(verified.get(`token ${count}`)).toBe(judged)
    expect(verified.get("used")).toBe(judged)
  }
})

test("JWT-14 no more is remembered than the bound", () => {
  const verified = verifiedTokens(10)
  const names = Array.from({ length: 1_000 }, (_, at) => `token ${at}`)
  for (const name of names) verified.add(name, judged)
  // From the newest on: asking for an old one may make room by forgetting.
  const known = names.toReversed().filter((name) => verified.get(name) !== undefined)
  expect(known.length).toBeGreaterThanOrEqual(5)
  expect(known.length).toBeLessThanOrEqual(10)
})

test("JWT-14 a token's name is no part of it", () => {
  const name = nameOfToken("header.claims.signature")
  expect(name).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(name).not.toContain("claims")
})
