import type { Auth } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { showStylesheet } from "./documents/routes.ts"
import { defaultPages, entrances, type GroupName, type Pages, routeTable } from "./features.ts"
import type { Page } from "./page/view.ts"
import { announceSetup } from "./setup/announce-setup.ts"
import { type Surface, surfaceOf } from "./surface/surface.ts"

/** How a host changes the surface. */
export interface SurfaceOptions {
  /** Pages of one's own in the place of ours; each is a function from its view to markup. */
  readonly pages?: Partial<Pages>
  /** Groups of routes to leave out or to move: `{ register: false, users: "/v1/users" }`. */
  readonly routes?: { readonly [Group in GroupName]?: boolean | string }
  /**
   * A path in front of all routes, moved ones too: `/auth`. Mount them at the root or at this path. Default: nothing. Where a
   * proxy takes such a path off, it belongs to `publicUrl` instead.
   */
  readonly basePath?: string
  /** Where the application's name in the header leads. Default: the path of `publicUrl`. */
  readonly home?: string | null
}

/**
 * Builds the surface of an `Auth`. Throws when its options cannot serve HTTP: without `publicUrl`, or with a path that no
 * route can have. Logs the link that makes the first administrator, once, while there is none and `setup.announce` is on.
 */
export const makeSurface = (auth: Auth, options: SurfaceOptions = {}): Surface => {
  checkNames(options)
  const { basePath, routes, home, pages = {} } = options
  const surface = surfaceOf(auth, {
    routes: routeTable,
    entrances,
    stylesheet: showStylesheet,
    placement: { basePath, routes },
    home: readHome(home),
    replacements: replacementsOf(pages)
  })
  if (auth.settings.setup.announce && routes?.setup !== false && !announced.has(auth)) {
    announced.add(auth)
    Effect.runForkWith(auth.context)(announceSetup(surface.setupUrl))
  }
  return surface
}

/** Whose link has been logged: a second one would end the first, and two surfaces may serve one `Auth`. */
const announced = new WeakSet<Auth>()

/** Every option, so that the compiler asks for a new one. */
const optionNames: { readonly [Name in keyof Required<SurfaceOptions>]: true } = {
  pages: true,
  routes: true,
  basePath: true,
  home: true
}

/** A wrong name would be a wish that nobody fulfils. */
const checkNames = (options: SurfaceOptions): void => {
  for (const name of Object.keys(options))
    if (!Object.hasOwn(optionNames, name))
      throw new Error(`There is no option ${name}: there are ${Object.keys(optionNames).join(", ")}.`)
}

/** A path on this host, or an address of the web: a link must not run a script. */
const readHome = (home: string | null | undefined): string | null | undefined => {
  if (home === undefined || home === null || /^(?:\/(?![/\\])|https?:\/\/)/.test(home)) return home
  throw new Error(
    `home is ${JSON.stringify(home)}: it must be a path such as "/dashboard", a web address, or null for no link.`
  )
}

const replacementsOf = (pages: Partial<Pages>): ReadonlyMap<Page<never>, Page<never>> =>
  new Map(
    Object.entries(pages).flatMap(([name, page]) => {
      if (!Object.hasOwn(defaultPages, name))
        throw new Error(`pages.${name} is not a page: there are ${Object.keys(defaultPages).join(", ")}.`)
      if (page === undefined) return []
      if (typeof page !== "function") throw new Error(`pages.${name} must be a function from its view to markup.`)
      return [[defaultPages[name as keyof Pages], page]] // it is one of its keys
    })
  )
