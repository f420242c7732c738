import { expect, test } from "vitest"
import { english } from "../texts/english.ts"
import { agoText, momentText } from "./moment.tsx"

const now = Date.UTC(2026, 10, 21, 20, 35)

test("an instant is printed in UTC, with its zone", () => {
  expect(momentText(now, english)).toBe("21 Nov 2026, 20:35 UTC")
  expect(momentText(Date.UTC(2026, 8, 1, 0, 5), english)).toBe("1 Sep 2026, 00:05 UTC")
})

test("an age is told in its largest whole unit", () => {
  expect(agoText(now - 59_999, now, english)).toBe("just now")
  expect(agoText(now - 60_000, now, english)).toBe("1 minute ago")
  expect(agoText(now - 3 * 3_600_000, now, english)).toBe("3 hours ago")
  expect(agoText(now - 50 * 3_600_000, now, english)).toBe("2 days ago")
})

test("an instant of another server's faster clock is just now", () => {
  expect(agoText(now + 5_000, now, english)).toBe("just now")
})
