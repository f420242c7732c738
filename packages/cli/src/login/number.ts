import type { Clock } from "../clock.ts"
import { Aborted } from "../server/server-errors.ts"
import { LoginExpired } from "./login-errors.ts"

export interface NumberQuestion {
  /** After that many wrong numbers the log-in is denied. */
  readonly attemptsLeft: number
  /** `first`, or why it is asked again. */
  readonly reason: "first" | "wrong" | "not-a-number"
  /** Fires when the code ends, or when the log-in is aborted: nobody waits for the number any more. */
  readonly signal: AbortSignal
}

export type AskNumber = (question: NumberQuestion) => Promise<string>

/** A number that a person has entered, and how many attempts they had then. */
export interface EnteredNumber {
  readonly digits: string
  readonly attemptsLeft: number
  /** The how many-th number it is. */
  readonly question: number
}

interface Asking {
  readonly server: string
  readonly onConfirm: AskNumber
  readonly clock: Clock
  readonly endsAt: number
  readonly signal: AbortSignal
}

/** More often than any person mistypes: a callback that never returns a number would be asked for ever. */
const MOST_QUESTIONS = 20

/**
 * Asks until it gets digits. What cannot be a number is not sent, so it costs no attempt. Fails with `LoginExpired` when
 * the code ends meanwhile, and with `Aborted`.
 */
export const askNumber = async (
  asking: Asking,
  attemptsLeft: number,
  before: EnteredNumber | null
): Promise<EnteredNumber> => {
  let reason: NumberQuestion["reason"] = before === null ? "first" : "wrong"
  for (let times = 0; times < MOST_QUESTIONS; times++) {
    const text = await inTime(asking, (signal) => asking.onConfirm({ attemptsLeft, reason, signal }))
    const digits = text.replace(/[\s-]/g, "")
    if (/^\d{1,20}$/.test(digits)) return { digits, attemptsLeft, question: (before?.question ?? 0) + 1 }
    reason = "not-a-number"
  }
  throw new Error(`logIn: \`onConfirm\` returned no number ${MOST_QUESTIONS} times.`)
}

/** Does not wait for an answer that nobody needs any more, even if the callback ignores its signal. */
const inTime = async <A>({ server, clock, endsAt, signal }: Asking, ask: (signal: AbortSignal) => Promise<A>) => {
  const ended = new AbortController()
  const answered = new AbortController()
  const tooLate = clock
    .sleep(Math.max(0, endsAt - clock.now()), AbortSignal.any([signal, answered.signal]))
    .then(() => {
      if (answered.signal.aborted) return
      ended.abort()
      throw signal.aborted ? new Aborted() : new LoginExpired({ server })
    })
  try {
    return await Promise.race([ask(ended.signal), tooLate as Promise<never>])
  } catch (error) {
    // The callback may notice its signal first, and fail in its own way.
    if (signal.aborted) throw new Aborted()
    throw ended.signal.aborted ? new LoginExpired({ server }) : error
  } finally {
    answered.abort()
  }
}
