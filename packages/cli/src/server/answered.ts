import { type Answer, exchange, type JsonAnswer, type Link, type OtherAnswer } from "./exchange.ts"
import { NotAnAuthorizationServer, ServerUnreachable } from "./server-errors.ts"

/** Sends one request. Fails with `ServerUnreachable` if the answer tells nothing but that the server cannot answer now. */
export const answered = async (
  link: Link,
  server: string,
  url: string,
  init?: RequestInit
): Promise<JsonAnswer | OtherAnswer> => notAway(await exchange(link, url, init), server)

/** The answer, unless it tells nothing but that the server cannot answer now: then fails with `ServerUnreachable`. */
export const notAway = (answer: Answer, server: string): JsonAnswer | OtherAnswer => {
  if (answer.kind === "failed") throw new ServerUnreachable({ server, reason: answer.reason })
  const { status, retryAfter } = answer
  if (isAway(status)) throw new ServerUnreachable({ server, reason: `http ${status}`, retryAfter })
  return answer
}

/** The same request may be answered later. */
export const isAway = (status: number): boolean => status >= 500 || status === 429 || status === 408 || status === 425

/** The answer, if it may be believed. Fails with `NotAnAuthorizationServer` otherwise. */
export const believed = (answer: JsonAnswer | OtherAnswer, server: string): JsonAnswer => {
  if (answer.kind === "other") throw new NotAnAuthorizationServer({ server, reason: `${answer.reason}.` })
  return answer
}
