/** Every call to the store ends within this time, in milliseconds (ERR-04). */
const CALL_LIMIT = 2_000

interface Wait {
  readonly end: number
  readonly onLate: () => void
}

/** In order of their ends, because all waits are equally long. So one timer serves them all. */
const waits = new Set<Wait>()
let isTimed = false

/** Calls back after the limit, unless the returned function is called before. */
export const afterDeadline = (onLate: () => void): (() => void) => {
  const wait = { end: performance.now() + CALL_LIMIT, onLate }
  waits.add(wait)
  if (!isTimed) lookAgainIn(CALL_LIMIT)
  return () => waits.delete(wait)
}

const lookAgainIn = (milliseconds: number): void => {
  isTimed = true
  const timer = setTimeout(endLateWaits, milliseconds)
  timer.unref?.()
}

const endLateWaits = (): void => {
  isTimed = false
  const now = performance.now()
  for (const wait of waits) {
    if (wait.end > now) {
      lookAgainIn(wait.end - now + 1)
      return
    }
    waits.delete(wait)
    wait.onLate()
  }
}
