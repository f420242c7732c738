import type { Auth, Identity } from "@latchkey/core"
import type { NavigationEntry } from "./view.ts"
import { paths } from "./paths.ts"

/** The menu entries that Latchkey has for who is calling: for the host's own layout, and used by ours. */
export const navigation = (
  { mode, tokens }: Pick<Auth["settings"], "mode" | "tokens">,
  identity: Identity | null,
  current?: string
): ReadonlyArray<NavigationEntry> => {
  const profile = { label: "Profile", href: paths.profile }
  const entries: ReadonlyArray<NavigationEntry> =
    identity === null
      ? [{ label: "Log in", href: entrance(mode) }]
      : [
          profile,
          ...(tokens.enabled ? [{ label: "Tokens", href: paths.tokens }] : []),
          ...(mode === "session" ? [{ label: "Log out", href: paths.logout, method: "post" } as const] : [])
        ]
  return entries.map((entry) => (entry.href === current ? { ...entry, current: true } : entry))
}

/** Where people go to be known: the log-in page, or in mode `basic` any page for which the browser asks them itself. */
export const entrance = (mode: Auth["settings"]["mode"]): string => (mode === "session" ? paths.login : paths.profile)
