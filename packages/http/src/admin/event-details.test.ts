import { expect, test } from "vitest"
import { detailsOf } from "./event-details.ts"

test("AUD-01 a change reads by what changed, a name without its text, and an instant as a date", () => {
  const changes = [
    { field: "email" },
    { field: "isActive", from: true, to: false },
    { field: "roles", from: "editor", to: "" }
  ] as const
  expect(detailsOf({ details: { changes } })).toEqual([
    { label: "email", value: "" },
    { label: "isActive", value: "true → false" },
    { label: "roles", value: "editor → –" }
  ])
  const setting = { setting: "sessions.idle", from: "12 hours", to: "1 hour" } as const
  expect(detailsOf({ details: { version: 3, changes: [setting] } })).toEqual([
    { label: "version", value: "3" },
    { label: "sessions.idle", value: "12 hours → 1 hour" }
  ])
  expect(detailsOf({ details: { reason: null, expiresAt: 0 } })).toEqual([
    { label: "expiresAt", value: "1970-01-01T00:00:00.000Z" }
  ])
})
