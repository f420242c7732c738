import type { Caller } from "./caller.ts"
import type { Head } from "./head.ts"
import type { Problem } from "./problem.ts"
import { plainProblem } from "./problems.ts"

/**
 * The query of the login page for whom a problem leads there, with the reason. After the login the browser returns to the page
 * that it requested. A post is not repeated (RED-05).
 */
export const loginQuery = (
  head: Head,
  problem: Pick<Problem, "code">,
  prefix: string,
  caller: Pick<Caller, "sessionSecretOf">
): string => {
  const query = new URLSearchParams()
  if (head.method === "GET" || head.method === "HEAD") query.set("next", `${prefix}${head.target}`)
  if (isNotFresh(problem)) query.set("done", "fresh")
  else if (caller.sessionSecretOf(head) !== null) query.set("done", "ended")
  return query.size === 0 ? "" : `?${query}`
}

/** Whether the caller must log in although they are logged in. */
export const isNotFresh = ({ code }: Pick<Problem, "code">): boolean => code === plainProblem.notFresh.code
