import { navigation, root, type WireAnswer } from "@latchkey/conformance/adapter"
import type { User } from "@latchkey/core"
import { mailbox } from "@latchkey/core/testing"
import { typedIn } from "./answers.ts"
import { openSite, type Site } from "./site.ts"

/** An answer's text of a field, as a browser reads it. */
const fieldOf = (answer: WireAnswer, name: string): string => (typedIn(answer, name) ?? "").replaceAll("&quot;", '"')

/** The person whom administrators look at in these tests. */
export const grace = { username: "grace", email: "grace@example.org", password: "seven wet umbrellas" }

const ROLES = { editor: "Edits notes", reviewer: "Approves notes" }

/** A site with an administrator in a browser, who looks after grace. */
export interface AdminSite extends Site {
  readonly grace: User
  readonly headers: Readonly<Record<string, string>>
  readonly read: (target: string, headers?: Readonly<Record<string, string>>) => Promise<WireAnswer>
  readonly post: (
    target: string,
    form?: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>
  ) => Promise<WireAnswer>
  /** The form of a user's page, as it is when nobody typed into it. */
  readonly formFor: (user: User) => Promise<Readonly<Record<string, string>>>
}

export const openAdminSite = async (...[options, surfaceOptions]: Parameters<typeof openSite>): Promise<AdminSite> => {
  const site = await openSite({ roles: ROLES, mailer: mailbox().mailer, ...options }, surfaceOptions)
  const user = await site.auth.users.create({ ...grace, isVerified: true, roles: ["editor"] })
  const headers = { ...(await site.browser(root)), ...navigation }
  const read: AdminSite["read"] = (target, more = headers) => site.ask({ target, headers: more })
  return {
    ...site,
    grace: user,
    headers,
    read,
    post: (target, form = {}, more = headers) => site.ask({ method: "POST", target, form, headers: more }),
    formFor: async ({ id, username, email, roles }) => ({
      seen: fieldOf(await read(`/admin/users/${id}`), "seen"),
      username: username ?? "",
      email: email ?? "",
      is_active: "on",
      is_verified: "on",
      ...Object.fromEntries(roles.map((role) => [`role:${role}`, "on"]))
    })
  }
}

/** A form without some of its fields: boxes that are not ticked are not posted. */
export const without = (form: Readonly<Record<string, string>>, ...names: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(form).filter(([name]) => !names.includes(name)))
