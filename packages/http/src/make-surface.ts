import type { Auth } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { showStylesheet } from "./documents/routes.ts"
import { defaultPages, entrances, type GroupName, type Pages, routeTable } from "./features.ts"
import type { Page } from "./page/view.ts"
import { announceSetup } from "./setup/announce-setup.ts"
import { type Surface, surfaceOf } from "./surface/surface.ts"

/** How a host changes the surface. */
export interface SurfaceOptions {
  /** The host's own pages, which replace the built-in ones. Each is a function from its view to markup. */
  readonly pages?: Partial<Pages>
  /** Groups of routes to leave out or to move: `{ register: false, users: "/v1/users" }`. */
  readonly routes?: { readonly [Group in GroupName]?: boolean | string }
  /**
   * A path in front of all routes, including moved ones: `/auth`. Mount the routes at the root or at this path. Default: none.
   * If a proxy removes such a path, put it into `publicUrl` instead.
   */
  readonly basePath?: string
  /** Where the application's name in the header links to. Default: the path of `publicUrl`. */
  readonly home?: string | null
}

/**
 * Builds the surface of an `Auth`. Throws if its options cannot serve HTTP: without `publicUrl`, or with an invalid path.
 * Logs the setup link if there is no administrator and `setup.announce` is on.
 */
export const makeSurface = (auth: Auth, options: SurfaceOptions = {}): Surface => {
  const { basePath, routes, home, pages = {} } = options
  const surface = surfaceOf(auth, {
    routes: routeTable,
    entrances,
    stylesheet: showStylesheet,
    placement: { basePath, routes },
    home,
    replacements: replacementsOf(pages)
  })
  if (auth.settings.setup.announce) Effect.runForkWith(auth.context)(announceSetup(surface.setupUrl))
  return surface
}

const replacementsOf = (pages: Partial<Pages>): ReadonlyMap<Page<never>, Page<never>> =>
  new Map(
    Object.entries(pages).flatMap(([name, page]) => {
      const replaced = Object.hasOwn(defaultPages, name) ? defaultPages[name as keyof Pages] : undefined // it is one of its keys
      return replaced === undefined || page === undefined ? [] : [[replaced, page]]
    })
  )
