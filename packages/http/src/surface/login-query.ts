import type { Caller } from "./caller.ts"
import { type Head, pathOf } from "./head.ts"
import type { Problem } from "./problem.ts"
import { plainProblem } from "./problems.ts"

/**
 * The query of the login page for whom a problem leads there, with the reason. After the login the browser returns to the page
 * that it requested, or to the page of the form that it sent: `isForm` tells that the form is one of ours, and so that its address
 * leads to its page. What was posted is not posted again (RED-05).
 */
export const loginQuery = (
  head: Head,
  problem: Pick<Problem, "code">,
  prefix: string,
  caller: Pick<Caller, "sessionSecretOf">,
  isForm: boolean
): string => {
  const query = new URLSearchParams()
  const back = wayBack(head, prefix, isForm)
  if (back !== null) query.set("next", back)
  if (isNotFresh(problem)) query.set("done", "fresh")
  else if (caller.sessionSecretOf(head) !== null || isLeftOver(head, isForm)) query.set("done", "ended")
  return query.size === 0 ? "" : `?${query}`
}

/** The page that a browser requested, or the page of the form of ours that it sent; null for anything else. */
export const wayBack = (head: Head, prefix: string, isForm: boolean): string | null => {
  if (head.method === "GET" || head.method === "HEAD") return `${prefix}${head.target}`
  return isForm ? `${prefix}${pathOf(head.target)}` : null
}

/** Our forms are shown to people who are logged in, so whoever sends one without any credential has logged out since. */
const isLeftOver = (head: Head, isForm: boolean): boolean => isForm && head.header("authorization") === null

/** Whether the caller must log in although they are logged in. */
export const isNotFresh = ({ code }: Pick<Problem, "code">): boolean => code === plainProblem.notFresh.code
