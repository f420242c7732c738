import { afterEach, expect, it, vi } from "vitest"
import { startCountdown, timeLeft } from "./countdown.ts"

afterEach(() => void vi.useRealTimers())

const clock = { now: () => Date.now(), sleep: async () => {} }
const screen = (isTerminal: boolean) => {
  const written: string[] = []
  const err = (text: string) => void written.push(text)
  return { written, screen: { out: err, err, isTerminal, ask: async () => "" } }
}

it("on a terminal one line counts down, and is gone in the end", () => {
  vi.useFakeTimers({ now: 0 })
  const { written, screen: terminal } = screen(true)
  const countdown = startCountdown(terminal, clock, new Date(62_000))
  vi.advanceTimersByTime(2000)
  countdown.stop()
  vi.advanceTimersByTime(5000)
  expect(written.map((text) => /\d:\d\d/.exec(text)?.[0])).toEqual(["1:02", "1:01", "1:00", undefined])
  expect(written.every((text) => text.startsWith("\r\u001b[2K"))).toBe(true)
  expect(written.join("")).not.toContain("\n")
})

it("elsewhere it is one line, without anything that moves a cursor", () => {
  vi.useFakeTimers({ now: 0 })
  const { written, screen: log } = screen(false)
  const countdown = startCountdown(log, clock, new Date(62_000))
  vi.advanceTimersByTime(10_000)
  countdown.stop()
  expect(written).toEqual(["Waiting for the approval.\n"])
})

it("time left is minutes and seconds, and never negative", () => {
  expect([timeLeft(300_000), timeLeft(61_001), timeLeft(999), timeLeft(-5)]).toEqual(["5:00", "1:02", "0:01", "0:00"])
})
