import type { Identity } from "@latchkey/core"
import type { NavigationEntry } from "../pages/views.ts"
import { paths } from "./paths.ts"

/** The menu entries that Latchkey has for who is calling: for the host's own layout, and used by ours. */
export const navigation = (identity: Identity | null, current?: string): ReadonlyArray<NavigationEntry> => {
  const entries: ReadonlyArray<NavigationEntry> =
    identity === null
      ? [{ label: "Log in", href: paths.login }]
      : [
          { label: "Profile", href: paths.profile },
          { label: "Log out", href: paths.logout, method: "post" }
        ]
  return entries.map((entry) => (entry.href === current ? { ...entry, current: true } : entry))
}
