import { expect, test } from "vitest"
import { lasting } from "./lasting.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test("a span is told as people would, also a moment after it began", () => {
  const told = (milliseconds: number) => lasting(milliseconds - 2_000).join(" ")
  expect([15, 59, 60, 90, 120].map((minutes) => told(minutes * MINUTE))).toEqual([
    "15 minute",
    "59 minute",
    "1 hour",
    "90 minute",
    "2 hour"
  ])
  expect([24, 36, 48, 168].map((hours) => told(hours * HOUR))).toEqual(["24 hour", "36 hour", "2 day", "7 day"])
})

test("a link is never told to work longer than it does, beyond half a minute", () => {
  const units = { minute: MINUTE, hour: HOUR, day: 24 * HOUR }
  for (let left = 2 * MINUTE; left < 10 * 24 * HOUR; left += 7_777_777) {
    const [count, unit] = lasting(left)
    expect(count * units[unit] - left).toBeLessThanOrEqual(MINUTE / 2)
  }
})

test("what has ended, as in a mail that was tried for too long, is told as a minute", () => {
  expect([0, -HOUR].map(lasting)).toEqual([
    [1, "minute"],
    [1, "minute"]
  ])
})
