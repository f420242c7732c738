import { missingName } from "@latchkey/core"
import { given } from "../surface/body-fields.ts"
import type { Route } from "../surface/route.ts"

type Values = Readonly<Record<string, unknown>>
type Logins = Parameters<typeof missingName>[1]

/** The name that the option `logins` asks for and a program's body lacks. */
export const missingNames = (values: Values, logins: Logins): ReadonlyArray<string> =>
  missingAmong(values, logins, isAbsent)

/** What a program leaves out of a form for a new user. A browser gets the form again instead, with a text beside the field. */
export const missingInForm: NonNullable<Route["missing"]> = (values, { settings, wantsJson }) => {
  if (!wantsJson) return []
  const names = missingAmong(values, settings.logins, isAbsentInForm)
  return values.password === undefined ? [...names, "password"] : names
}

const missingAmong = (values: Values, logins: Logins, isLeftOut: (value: unknown) => boolean) => {
  const name = (field: string) => (isLeftOut(values[field]) ? null : "given") // whether it is valid is not asked here
  const missing = missingName({ username: name("username"), email: name("email") }, logins)
  return missing === null ? [] : [missing]
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null

const isAbsentInForm = (value: unknown): boolean =>
  isAbsent(value) || (typeof value === "string" && given(value) === null)
