import type { AuditEvent } from "./audit-event.ts"

/** How many events are kept for a reader that is behind: minutes of a busy server, in about a megabyte. */
const EVENTS_KEPT = 1_000

/**
 * Events as they happen: `for await (const event of auth.events())`. A reader that is behind has the newest thousand; older ones are
 * lost to it. It ends when Latchkey closes, and when the loop is left. Leave the loop, or call `return()`, to end it sooner.
 */
export interface EventReader extends AsyncIterableIterator<AuditEvent, undefined, undefined> {
  readonly return: () => Promise<IteratorResult<AuditEvent, undefined>>
  /** How many events were lost to this reader so far, because it was behind. */
  readonly lost: number
}

/** What feeds a reader. */
interface Feeding {
  readonly add: (event: AuditEvent) => void
  readonly end: () => void
}

type Result = IteratorResult<AuditEvent, undefined>

const ended: Result = { done: true, value: undefined }

/** `begin` connects the reader, and returns what disconnects it. */
export const makeEventReader = (begin: (feeding: Feeding) => () => void): EventReader => {
  const kept: Array<AuditEvent> = []
  const waiting: Array<(result: Result) => void> = []
  let lost = 0
  let hasEnded = false

  const add = (event: AuditEvent): void => {
    if (hasEnded) return
    const next = waiting.shift()
    if (next !== undefined) {
      next({ done: false, value: event })
      return
    }
    kept.push(event)
    if (kept.length <= EVENTS_KEPT) return
    kept.shift()
    lost += 1
  }

  const end = (): void => {
    hasEnded = true
    for (const next of waiting.splice(0)) next(ended)
  }

  const stop = begin({ add, end })

  return {
    get lost() {
      return lost
    },
    next: () => {
      const event = kept.shift()
      if (event !== undefined) return Promise.resolve({ done: false, value: event })
      return hasEnded ? Promise.resolve(ended) : new Promise((resolve) => void waiting.push(resolve))
    },
    return: () => {
      stop()
      kept.length = 0
      end()
      return Promise.resolve(ended)
    },
    [Symbol.asyncIterator]() {
      return this
    }
  }
}
