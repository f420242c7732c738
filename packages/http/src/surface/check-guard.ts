/**
 * Throws for arguments of a guard that cannot be meant, when the host makes the guard. A check that is given and undefined is a
 * name that a program mistyped, or an entry that a table lacks: without this, everybody would pass whom the policy allows.
 */
export const checkGuard = (given: ReadonlyArray<unknown>): void => {
  const [policy, check] = given
  if (!isPolicy(policy))
    throw new Error("A guard needs a policy, such as guard(signedIn). A check of your own is its second argument.")
  if (given.length > 1 && typeof check !== "function")
    throw new Error(`The check of a guard is ${check === null ? "null" : typeof check}. It must be a function.`)
}

const isPolicy = (policy: unknown): boolean =>
  typeof policy === "object" && policy !== null && "judge" in policy && typeof policy.judge === "function"
