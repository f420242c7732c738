import { type Auth, type Identity, isImpersonated } from "@latchkey/core"
import type { NavigationEntry, PagePaths } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"

/**
 * The menu entries for the caller. `current` is the path of the page that shows them, `texts` the catalogue to take their labels
 * from; by default the first one.
 */
export type Navigation = (identity: Identity | null, current?: string, texts?: Texts) => ReadonlyArray<NavigationEntry>

/** The menu of a site, without the pages that are not served. */
export const makeNavigation = (
  { mode, tokens }: Pick<Auth["settings"], "mode" | "tokens">,
  paths: PagePaths,
  usual: Texts,
  offers: (place: keyof PagePaths) => boolean
): Navigation => {
  type Entry = keyof Texts["page"]["navigation"]
  const isOffered = (place: Entry): boolean => offers(place) && (place !== "logout" || mode === "session")
  /** Tokens may be turned off while the site runs. */
  const isOn = (place: Entry): boolean => place !== "tokens" || tokens.enabled
  const forNobody = (["login"] as const).filter(isOffered)
  const forSomebody = (["profile", "tokens", "admin", "logout"] as const).filter(isOffered)
  const forPending = forSomebody.filter((place) => place === "logout") // nothing else is open to them (SES-25), nor to who acts for them (IMP-04)

  return (identity, current, { page } = usual) => {
    const entryOf = (place: Entry): NavigationEntry => ({
      label: page.navigation[place],
      href: paths[place],
      ...(paths[place] === current ? { current: true } : {}),
      ...(place === "logout" ? { method: "post" } : {})
    })
    // A page for nobody in particular need not offer itself.
    if (identity === null) return forNobody.filter((place) => paths[place] !== current).map(entryOf)
    if (identity.pending !== null || isImpersonated(identity)) return forPending.map(entryOf)
    const isFor = (place: Entry): boolean => isOn(place) && (place !== "admin" || identity.user.isSuperuser)
    return forSomebody.filter(isFor).map(entryOf)
  }
}
