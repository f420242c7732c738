import { safeText } from "@latchkey/core"
import { MailNotSent, type MailProblem } from "./mail-not-sent.ts"

/** What nodemailer adds to an error. */
interface SmtpError {
  readonly code?: unknown
  readonly responseCode?: unknown
  readonly response?: unknown
}

const problems: ReadonlyMap<unknown, MailProblem> = new Map([
  ["EAUTH", "log-in-refused"],
  ["ENOAUTH", "log-in-refused"],
  ["EENVELOPE", "refused"],
  ["EMESSAGE", "refused"],
  ["ETIMEDOUT", "too-slow"],
  ["EABORT", "too-slow"]
])

/** An error of nodemailer, without what the server says. */
export const smtpFailure = (error: unknown): MailNotSent => {
  const { code, responseCode, response }: SmtpError = Object(error)
  const problem = problems.get(code) ?? "no-connection"
  const isAnswer = typeof responseCode === "number"
  return new MailNotSent({
    problem,
    detail: isAnswer ? answerOf(responseCode, response) : ownWords(problem, response, error),
    isPermanent: isAnswer && responseCode >= 500 && responseCode < 600
  })
}

/** The enhanced status code of RFC 3463 tells more than the three digits, and cannot hold anything else. */
const answerOf = (code: number, response: unknown): string => {
  const [, enhanced] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})(?!\S)/.exec(String(response)) ?? []
  return enhanced === undefined ? String(code) : `${code} ${enhanced}`
}

/** What happened on this side, such as `connect ECONNREFUSED 127.0.0.1:587`. Of a refused mail it would be the address. */
const ownWords = (problem: MailProblem, response: unknown, error: unknown): string | null =>
  problem === "no-connection" && response === undefined && error instanceof Error ? safeText(error.message, 200) : null
