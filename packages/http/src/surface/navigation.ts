import type { Auth, Identity } from "@latchkey/core"
import { pageTexts } from "../page/texts.ts"
import type { NavigationEntry, PagePaths } from "../page/view.ts"

/** The menu entries for the caller. `current` is the path of the page that shows them. */
export type Navigation = (identity: Identity | null, current?: string) => ReadonlyArray<NavigationEntry>

/** The menu of a site, without the pages that are not served. */
export const makeNavigation = (
  { mode, tokens }: Pick<Auth["settings"], "mode" | "tokens">,
  paths: PagePaths,
  offers: (place: keyof PagePaths) => boolean
): Navigation => {
  const { login, profile, tokens: tokensLabel, logout } = pageTexts.navigation
  const entry = (place: keyof PagePaths, label: string): ReadonlyArray<NavigationEntry> =>
    offers(place) ? [{ label, href: paths[place] }] : []
  const forNobody = entry("login", login)
  const forSomebody = [
    ...entry("profile", profile),
    ...(tokens.enabled ? entry("tokens", tokensLabel) : []),
    ...(mode === "session" ? entry("logout", logout).map((each) => ({ ...each, method: "post" as const })) : [])
  ]
  return (identity, current) =>
    (identity === null ? forNobody : forSomebody).map((each) =>
      each.href === current ? { ...each, current: true } : each
    )
}
