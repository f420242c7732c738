import { expect, it } from "vitest"
import { readPollAnswer } from "./poll-answer.ts"

const json = (status: number, body: Record<string, unknown>, retryAfter: number | null = null) =>
  readPollAnswer({ kind: "json", status, retryAfter, body })
const token = { access_token: "lk_pat_abc", token_type: "bearer" }

it("a token comes with its lifetime and its scopes, or without", () => {
  expect(json(200, { ...token, expires_in: 60, scope: "a b" })).toEqual({
    kind: "granted",
    token: { token: "lk_pat_abc", lifetime: 60_000, scopes: ["a", "b"] }
  })
  expect(json(200, token)).toEqual({ kind: "granted", token: { token: "lk_pat_abc", lifetime: null, scopes: null } })
  expect(json(200, { ...token, scope: "" })).toMatchObject({ token: { scopes: [] } })
})

it("a token that does not fit into a header, or is of another type, is none", () => {
  for (const access_token of ["", "a b", "a\nb", "a\u00e4", "a".repeat(9000), 7, undefined])
    expect(json(200, { ...token, access_token })).toMatchObject({ kind: "unreadable" })
  expect(json(200, { ...token, token_type: "DPoP" })).toMatchObject({ kind: "unreadable" })
  expect(json(200, { ...token, expires_in: "soon" })).toMatchObject({ kind: "unreadable" })
})

it("every error of RFC 8628 §3.5 is understood", () => {
  expect(json(400, { error: "authorization_pending" })).toEqual({ kind: "pending" })
  expect(json(400, { error: "slow_down" })).toEqual({ kind: "slow-down", interval: null })
  expect(json(400, { error: "slow_down", interval: 20 })).toEqual({ kind: "slow-down", interval: 20_000 })
  expect(json(400, { error: "access_denied" })).toEqual({ kind: "denied", description: "" })
  expect(json(400, { error: "expired_token" })).toEqual({ kind: "expired" })
})

it("a number is wanted after the approval", () => {
  const error = { error: "authorization_pending", confirmation_required: true }
  expect(json(400, { ...error, confirmation_attempts_left: 2 })).toEqual({ kind: "number-wanted", attemptsLeft: 2 })
})

it("what another poll may mend is a failure: no answer, 429, 5xx, an outage", () => {
  expect(readPollAnswer({ kind: "failed", reason: "ECONNRESET" })).toEqual({
    kind: "failed",
    reason: "ECONNRESET",
    wait: null
  })
  expect(json(429, { error: "slow_down" }, 12)).toEqual({ kind: "failed", reason: "http 429", wait: 12_000 })
  expect(json(503, {})).toEqual({ kind: "failed", reason: "http 503", wait: null })
  expect(readPollAnswer({ kind: "other", status: 502, retryAfter: null, reason: "" })).toMatchObject({ kind: "failed" })
  expect(json(400, { error: "temporarily_unavailable" })).toMatchObject({ kind: "failed" })
})

it("everything else ends it, with the server's words made safe", () => {
  expect(json(400, { error: "invalid_grant", error_description: "Used\u001b[31m up" })).toEqual({
    kind: "refused",
    code: "invalid_grant",
    description: "Used[31m up"
  })
  expect(readPollAnswer({ kind: "other", status: 403, retryAfter: null, reason: "" })).toMatchObject({
    code: "http_403"
  })
  expect(readPollAnswer({ kind: "other", status: 302, retryAfter: null, reason: "it redirects" })).toEqual({
    kind: "unreadable",
    reason: "it redirects."
  })
})
