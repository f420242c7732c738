import { missingName, requiredNames } from "@latchkey/core"
import { given } from "../surface/body-fields.ts"
import type { Route } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

type Values = Readonly<Record<string, unknown>>
type Settings = SurfaceContext["settings"]

/** The name that the settings ask for and a program's body lacks. */
export const missingNames = (values: Values, settings: Settings): ReadonlyArray<string> =>
  missingAmong(values, settings, isAbsent)

/** What a program leaves out of a form for a new user. A browser gets the form again instead, with a text beside the field. */
export const missingInForm: NonNullable<Route["missing"]> = (values, { settings, wantsJson }) => {
  if (!wantsJson) return []
  const names = missingAmong(values, settings, isAbsentInForm)
  return values.password === undefined ? [...names, "password"] : names
}

const missingAmong = (values: Values, { logins, sessions }: Settings, isLeftOut: (value: unknown) => boolean) => {
  const name = (field: string) => (isLeftOut(values[field]) ? null : "given") // whether it is valid is not asked here
  const required = requiredNames(logins, sessions.requireVerified)
  const missing = missingName({ username: name("username"), email: name("email") }, required)
  return missing === null ? [] : [missing]
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null

const isAbsentInForm = (value: unknown): boolean =>
  isAbsent(value) || (typeof value === "string" && given(value) === null)
