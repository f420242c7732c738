import { createInterface } from "node:readline/promises"
import { Writable } from "node:stream"
import { Aborted } from "./exit-codes.ts"

/** Reads a line from standard input. Fails with `Aborted` when the input ends. */
export const askOnTerminal = async (question: string, signal: AbortSignal): Promise<string> => {
  // Not as a terminal of readline's own, so that Ctrl-C stays a signal.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  return answer(lines, question, signal)
}

/** The same, without showing what is typed. */
export const askSecretOnTerminal = async (question: string, signal: AbortSignal): Promise<string> => {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  // As a terminal, so that readline itself would show the letters: to nowhere. Before the question, because the system shows
  // what is typed until then.
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  process.stderr.write(question)
  lines.once("SIGINT", () => process.emit("SIGINT"))
  try {
    return await answer(lines, "", signal)
  } finally {
    process.stderr.write("\n")
  }
}

const answer = async (
  lines: ReturnType<typeof createInterface>,
  question: string,
  signal: AbortSignal
): Promise<string> => {
  const ended = new Promise<never>((_, fail) => lines.once("close", () => fail(new Aborted())))
  try {
    return await Promise.race([lines.question(question, { signal }), ended])
  } catch (error) {
    throw signal.aborted ? new Aborted() : error
  } finally {
    lines.close()
  }
}
