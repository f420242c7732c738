import type { FormProblems } from "../surface/or-page-again.ts"
import type { RoleChoice } from "./view.ts"

const PREFIX = "role:"

/** The name that the box of a role is posted under. */
const boxOf = (role: string): string => `${PREFIX}${role}`

/** The roles whose boxes are ticked in a form. */
export const rolesIn = (fields: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  Object.keys(fields)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length))
    .sort()

/** Whether a box is ticked: one that is not is not posted. */
export const isTicked = (field: string | null | undefined): boolean => field !== undefined && field !== null

/** A box for each role that the host declares, and for one that the user still has from before. */
export const roleChoices = (
  declared: Readonly<Record<string, string>>,
  held: ReadonlyArray<string>,
  chosen: ReadonlyArray<string>
): ReadonlyArray<RoleChoice> => {
  const undeclared = [...new Set([...held, ...chosen])].filter((role) => !Object.hasOwn(declared, role))
  return [...Object.entries(declared), ...undeclared.map((role) => [role, ""] as const)].map(([name, about]) => ({
    name,
    about,
    field: boxOf(name),
    isChosen: chosen.includes(name)
  }))
}

/** A role that was declared when the form was drawn, and is no longer. */
export const roleProblems = {
  UnknownRole: ({ role }) => ({ status: 422, errors: { roles: ["role-unknown", role] } })
} satisfies FormProblems
