import { RouteProblem } from "../surface/problem.ts"
import type { RouteError } from "../surface/problems.ts"

/** The same failures have different codes when a user is changed than at registration (wire.md §2). */
export const asUpdateError = (error: RouteError): RouteError => {
  if (error._tag === "AccountNameTaken") {
    const detail = `UPDATE_USER_${error.kind.toUpperCase()}_ALREADY_EXISTS`
    return new RouteProblem({ status: 400, code: "update-user-already-exists", detail })
  }
  if (error._tag === "PasswordRefused") {
    const detail = { code: "UPDATE_USER_INVALID_PASSWORD", reason: error.message }
    return new RouteProblem({ status: 400, code: "invalid-password", detail })
  }
  return error
}
