import type { Auth, Identity } from "@latchkey/core"
import { stylesheetPath } from "../page/stylesheet.ts"
import { defaultPages, type Pages, type PageView, type Site } from "../page/view.ts"
import type { Route, RouteGroup } from "./route.ts"
import { type Caller, makeCaller } from "./caller.ts"
import { entrance, navigation } from "../page/navigation.ts"
import { openApiDocument } from "../documents/openapi.ts"
import { paths } from "../page/paths.ts"

/** How a host changes the surface. */
export interface SurfaceOptions {
  /** Pages of one's own in the place of ours; each is a function from its view to markup. */
  readonly pages?: Partial<Pages>
  /** Groups of routes to leave out: `{ register: false }`. */
  readonly routes?: { readonly [Group in RouteGroup]?: boolean }
  /** Where the application's name in the header leads. Default `/`. */
  readonly home?: string | null
}

/** What handlers share: the settings, the pages, and who is calling. */
export interface Toolkit {
  readonly settings: Auth["settings"]
  readonly publicUrl: URL
  readonly caller: Caller
  readonly pages: Pages
  readonly site: Site
  readonly openApi: unknown
  /** Whether to offer registration. */
  readonly canRegister: boolean
  /** What every page's view begins with. */
  readonly viewFor: (identity: Identity | null, current?: string) => PageView
}

export const makeToolkit = (auth: Auth, options: SurfaceOptions, routes: ReadonlyArray<Route>): Toolkit => {
  const { settings } = auth
  if (settings.publicUrl === null) {
    throw new Error(
      "createAuth needs `publicUrl` for the HTTP surface: the address under which people reach this server, such as " +
        '"https://app.example.org", or "http://localhost:3000" while developing.'
    )
  }
  const publicUrl = new URL(settings.publicUrl)
  const site: Site = {
    name: settings.name,
    home: options.home === undefined ? "/" : options.home,
    stylesheet: stylesheetPath,
    paths: { ...paths, login: entrance(settings.mode) }
  }
  const hrefs = new Set(routes.map(({ path }) => path))
  const caller = makeCaller(auth, publicUrl)
  const documented = {
    name: settings.name,
    origin: publicUrl.origin,
    cookieName: caller.sessionCookie.name,
    mode: settings.mode
  }
  return {
    settings,
    publicUrl,
    caller,
    pages: { ...defaultPages, ...options.pages },
    site,
    openApi: openApiDocument(documented, routes),
    canRegister: settings.registration === "open" && options.routes?.register !== false,
    viewFor: (identity, current) => ({
      site,
      navigation: navigation(settings, identity, current).filter(({ href }) => hrefs.has(href))
    })
  }
}
