import type { Markup, PageView } from "./view.ts"

/** A user as a page names them to the browser. */
export interface PageUser {
  readonly id: string
  readonly username: string | null
  readonly email: string | null
}

/** Says for whom a form was drawn, so that one from a tab left open does not act for whoever is logged in by then (CSR-16). */
export const FormOwner = ({ user }: { readonly user: PageUser }): Markup => (
  <input type="hidden" name="user" value={user.id} />
)

/** Tells password managers whose password it is. It has no `name`, so the form does not send it. */
export const AccountName = ({ view }: { readonly view: PageView }): Markup => (
  <input type="text" autocomplete="username" value={view.loggedInAs ?? ""} readonly hidden />
)
