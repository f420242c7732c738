import { ada, root } from "@latchkey/conformance/adapter"
import { type Auth, reveal } from "@latchkey/core"
import { bodyOf } from "./answers.ts"
import { openSite, type Site } from "./site.ts"

/** Of a form that ids have, and nobody's. */
export const NOBODY = "00000000-0000-7000-8000-000000000000"

/** A site with ada, and a program with which an administrator has just logged in. */
export interface AdminSite extends Site {
  readonly user: Awaited<ReturnType<Auth["users"]["create"]>>
  readonly rootId: string
  readonly headers: Readonly<Record<string, string>>
  /** Sends a request of the administrator's. */
  readonly as: (
    method: string,
    target: string,
    json?: unknown,
    more?: Readonly<Record<string, string>>
  ) => ReturnType<Site["ask"]>
  /** The headers of an administrator's program that acts in a user's place. */
  readonly acting: (id?: string) => Promise<{ readonly authorization: string }>
}

export const openAdminSite = async (...[options, surfaceOptions]: Parameters<typeof openSite>): Promise<AdminSite> => {
  const site = await openSite(
    { ...options, tokens: { scopes: { "latchkey:admin": "Administer" }, ...options?.tokens } },
    surfaceOptions
  )
  const user = await site.auth.users.create({ ...ada, email: "ada@example.org", isVerified: true })
  const headers = await site.program(root)
  const as: AdminSite["as"] = (method, target, json, more = {}) =>
    site.ask({ method, target, headers: { ...headers, ...more }, ...(json === undefined ? {} : { json }) })
  return {
    ...site,
    user,
    headers,
    as,
    rootId: bodyOf(await as("GET", "/users/me")).id,
    acting: async (id = user.id) => ({
      authorization: `Bearer ${bodyOf(await as("POST", `/admin/users/${id}/token`, {})).access_token}`
    })
  }
}

/** A user's own log-in, in a program. */
export const openedBy = async ({ auth }: Pick<Site, "auth">) => {
  const { session, secret } = await auth.sessions.logIn(ada, { kind: "bearer" })
  return { session, headers: { authorization: `Bearer ${reveal(secret)}` } }
}
