import * as Effect from "effect/Effect"
import { UnknownRole } from "./user-errors.ts"

/** As scopes are named: needs no quoting in a url, a header or a variable. */
const ROLE = /^[A-Za-z0-9](?:[A-Za-z0-9:._/-]{0,62}[A-Za-z0-9])?$/

/** Whether a host may declare a role of this name. */
export const isRoleName = (role: string): boolean => ROLE.test(role)

/**
 * Roles in the form that is stored: sorted, each once. Fails for one that is not declared, unless the user has it already, from
 * before the host stopped declaring it.
 */
export const checkRoles = Effect.fnUntraced(function* (
  wanted: ReadonlyArray<string>,
  declared: Readonly<Record<string, string>>,
  held: ReadonlyArray<string>
) {
  const roles = [...new Set(wanted)].sort()
  const unknown = roles.find((role) => !Object.hasOwn(declared, role) && !held.includes(role))
  return unknown === undefined ? roles : yield* new UnknownRole({ role: unknown })
})
