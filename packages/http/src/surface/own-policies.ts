import { type Identity, inPerson, type Policy } from "@latchkey/core"
import type { Route } from "./route.ts"

/**
 * What a caller must pass, in this order, for a route of our own: to be there in person and the policy of its row. An administrator who
 * acts in a user's place passes only the rows that say so, and those for everybody, which act for nobody in particular (IMP-04). Empty:
 * the route does not identify the caller.
 */
export const ownPolicies = ({
  policy,
  mayImpersonate
}: Pick<Route, "policy" | "mayImpersonate">): ReadonlyArray<Policy<Identity | null>> => {
  if (policy === null) return []
  return mayImpersonate || policy.lets === "everybody" ? [policy] : [inPerson, policy]
}
