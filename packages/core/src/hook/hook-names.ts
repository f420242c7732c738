import { afterHookNames } from "./after-table.ts"
import type { DecidingHooks } from "./hooks.ts"

/** The compiler asks for a new one. */
const deciding: { readonly [Name in keyof DecidingHooks]-?: true } = {
  validatePassword: true,
  validateEmail: true,
  beforeRegister: true,
  beforeDelete: true
}

/** Of all hooks. */
export const hookNames: ReadonlySet<string> = new Set([...Object.keys(deciding), ...afterHookNames])

/** The entries that are no hooks: by a name that no hook has, or no function. */
export const wrongHooks = (hooks: object): ReadonlyArray<{ readonly name: string; readonly isKnown: boolean }> =>
  Object.entries(hooks)
    .filter(([name, given]) => !hookNames.has(name) || (given !== undefined && typeof given !== "function"))
    .map(([name]) => ({ name, isKnown: hookNames.has(name) }))
