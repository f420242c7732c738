import type { Clock } from "../clock.ts"
import type { Screen } from "./world.ts"

/** A line that tells how long the code is still valid. */
export interface Countdown {
  readonly stop: () => void
}

const CLEAR_LINE = "\r\u001b[2K"

/** On a terminal, one line that changes each second. Elsewhere, such as in a log, one line and no more. */
export const startCountdown = ({ err, isTerminal }: Screen, clock: Clock, endsAt: Date): Countdown => {
  if (!isTerminal) {
    err("Waiting for the approval.\n")
    return { stop: () => undefined }
  }
  const draw = () =>
    err(`${CLEAR_LINE}Waiting for your approval. ${timeLeft(endsAt.getTime() - clock.now())} left; Ctrl-C stops.`)
  draw()
  const timer = setInterval(draw, 1000)
  return {
    stop: () => {
      clearInterval(timer)
      err(CLEAR_LINE)
    }
  }
}

/** Minutes and seconds: `4:07`. */
export const timeLeft = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}
