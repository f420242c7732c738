import { createInterface } from "node:readline/promises"
import { Aborted } from "../server/server-errors.ts"
import type { AskNumber, NumberQuestion } from "./number.ts"
import { codeText, type ShownCode } from "./shown-code.ts"

/** How `logIn` talks to people where a program does not do it itself. Standard output stays the program's own. */

/** Whether a person sits there who sees standard error and can type. */
export const isTerminal = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

export const printCode = (shown: ShownCode): void => void process.stderr.write(codeText(shown, (text) => text))

export const askForNumber: AskNumber = (question) => askOnTerminal(numberText(question), question.signal)

/** Reads a line from standard input. Fails with `Aborted` when the input ends. */
export const askOnTerminal = async (question: string, signal: AbortSignal): Promise<string> => {
  // Not as a terminal of readline's own, so that Ctrl-C stays a signal.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  const ended = new Promise<never>((_, fail) => lines.once("close", () => fail(new Aborted())))
  try {
    return await Promise.race([lines.question(question, { signal }), ended])
  } finally {
    lines.close()
  }
}

export const numberText = ({ reason, attemptsLeft }: NumberQuestion): string => {
  const left = attemptsLeft === 1 ? "one attempt left" : `${attemptsLeft} attempts left`
  if (reason === "first") return "Approved. Enter the number that the page shows: "
  return reason === "wrong"
    ? `That is not the number (${left}). Enter the number that the page shows: `
    : "Only digits, please. Enter the number that the page shows: "
}
