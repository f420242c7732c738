import { type Auth, Links, Setup } from "@latchkey/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { showScript, showStylesheet } from "./documents/routes.ts"
import { defaultPages, entrances, type GroupName, type Pages, routeTable } from "./features.ts"
import type { Page } from "./page/view.ts"
import { mailPages } from "./recovery/routes.ts"
import { type Administration, readAdministration } from "./surface/administration.ts"
import { checkNames, type Named } from "./surface/check-names.ts"
import type { Head } from "./surface/head.ts"
import { isLink, isPath } from "./surface/link.ts"
import { type Surface, surfaceOf } from "./surface/surface.ts"
import { english } from "./texts/english.ts"
import { type Catalogues, readTexts } from "./texts/read-texts.ts"
import type { Texts } from "./texts/texts.ts"

/** How a host changes the surface. */
export interface SurfaceOptions {
  /** The host's own pages, which replace the built-in ones. Each is a function from its view to markup or a string. */
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
  /**
   * The path of a stylesheet of your own, which comes after the built-in one: `/brand.css`. As with `logo`, the path is what
   * browsers request, and you serve the file.
   */
  readonly stylesheet?: string | null
  /** The path of a picture that stands beside the application's name instead of the built-in mark: `/logo.svg`. */
  readonly logo?: string | null
  /**
   * Where people go after a log-in or a registration, unless they came from a page that asked for it: a path of this host.
   * Default: the profile; without it, the path of `publicUrl`.
   */
  readonly landing?: string
  /**
   * The sentences of the pages: one catalogue, or several for `Accept-Language` to choose from, the usual one first. Default:
   * `english`.
   */
  readonly texts?: Texts | Catalogues
  /**
   * The language that you know of the reader, such as from a cookie of yours. Null, or a language without a catalogue, leaves the
   * choice to `Accept-Language`.
   */
  readonly lang?: (head: Head) => string | null | undefined
  /** What you add to the pages of administrators: columns of the list of users, and actions on the page of one. */
  readonly administration?: Administration
  /**
   * The id that you give a request, such as `(head) => head.header("x-request-id")` where a proxy in front sets that header: the trail,
   * the log and the `instance` of a 500 then have it. At most 64 letters, digits and `. _ ~ = + -`; anything else, or null, leaves
   * the id to us: a random UUID.
   */
  readonly requestId?: (head: Head) => string | null | undefined
}

/**
 * Builds the surface of an `Auth`. Throws if its options cannot serve HTTP: without `publicUrl`, or with an invalid path.
 * Logs the setup link, once, if there is no administrator and `setup.announce` is on.
 */
export const makeSurface = (auth: Auth, options: SurfaceOptions = {}): Surface => {
  checkAuth(auth)
  checkNames(options, optionsOfRoutes)
  const {
    basePath,
    routes,
    home,
    landing,
    stylesheet,
    logo,
    pages = {},
    texts = english,
    lang,
    administration,
    requestId
  } = options
  const surface = surfaceOf(auth, {
    routes: routeTable,
    entrances,
    stylesheet: showStylesheet,
    script: showScript,
    looks: { stylesheet: readOwnFile("stylesheet", stylesheet), logo: readOwnFile("logo", logo) },
    placement: { basePath, routes },
    home: readHome(home),
    landing: landing === undefined ? undefined : readLanding(landing),
    administration: readAdministration(administration),
    languages: { catalogues: readTexts(texts), choose: readLang(lang) },
    requestId: readRequestId(requestId),
    replacements: replacementsOf(pages)
  })
  if (routes?.recovery !== false)
    Context.get(auth.context, Links).serve((kind, token) => surface.urlOf(mailPages[kind], { token }))
  if (auth.settings.setup.announce && routes?.setup !== false)
    Effect.runForkWith(auth.context)(Context.get(auth.context, Setup).announce(surface.setupUrl))
  return surface
}

/** The names of all options. The type makes the compiler ask for a new one. */
const optionNames: { readonly [Name in keyof Required<SurfaceOptions>]: true } = {
  pages: true,
  routes: true,
  basePath: true,
  home: true,
  landing: true,
  stylesheet: true,
  logo: true,
  texts: true,
  lang: true,
  administration: true,
  requestId: true
}

/** Mistyped ones are refused, as `createAuth` does. */
const optionsOfRoutes: Named = {
  of: "The options of the routes",
  example: '{ basePath: "/auth" }',
  one: "an option of the routes",
  all: "options",
  names: Object.keys(optionNames),
  isTop: true
}

/** The promise of `createAuth` is what JavaScript gives when `await` is forgotten. */
const checkAuth = (auth: unknown): void => {
  if (typeof auth === "object" && auth !== null && "settings" in auth) return
  throw new Error(
    `The routes need what createAuth resolves to: const auth = await createAuth({ … }).${whatIsWrong(auth)}`
  )
}

const whatIsWrong = (given: unknown): string => {
  if (given instanceof Promise) return " They were given a promise: `await` is missing."
  const isHolder = typeof given === "object" && given !== null && "auth" in given
  return isHolder
    ? " They were given an object that has it as `auth`, such as createTestAuth makes: pass its `auth`."
    : ""
}

const readHome = (home: string | null | undefined): string | null | undefined => {
  if (home === undefined || home === null || isLink(home)) return home
  throw new Error(
    `home is ${JSON.stringify(home)}. It must be a path such as "/dashboard", a web address, or null for no link.`
  )
}

/** A path alone: a browser does not follow a form to another host, by our own policy (HTM-02). */
const readLanding = (landing: string): string => {
  if (isPath(landing)) return landing
  throw new Error(
    `landing is ${JSON.stringify(landing)}. It must be a path of this host, such as "/dashboard". That page can redirect elsewhere.`
  )
}

/** Accepts a path on this host. The policy of the pages lets nothing in from elsewhere (HTM-02). */
const readOwnFile = (option: "stylesheet" | "logo", path: string | null = null): string | null => {
  if (path === null || (isPath(path) && path !== "/")) return path
  const mend =
    typeof path === "string" && /^\w[\w.~-]*(?:\/[\w.~-]+)*$/.test(path) ? ` Write ${JSON.stringify(`/${path}`)}.` : ""
  throw new Error(
    `${option} is ${JSON.stringify(path)}. It must be the path of a file that you serve at the address of the pages, such as ` +
      `"/${option === "logo" ? "logo.svg" : "brand.css"}": they load nothing from elsewhere.${mend}`
  )
}

const readLang = (lang: SurfaceOptions["lang"]): SurfaceOptions["lang"] => {
  if (lang === undefined || typeof lang === "function") return lang
  throw new Error(
    "lang must be a function from the head of a request to a language, or null. For one language, use texts."
  )
}

const readRequestId = (requestId: SurfaceOptions["requestId"]): SurfaceOptions["requestId"] => {
  if (requestId === undefined || typeof requestId === "function") return requestId
  throw new Error(
    'requestId must be a function from the head of a request, such as (head) => head.header("x-request-id").'
  )
}

const replacementsOf = (pages: Partial<Pages>): ReadonlyMap<Page<never>, Page<never>> => {
  checkNames(pages, pagesOfRoutes)
  return new Map(
    Object.entries(pages).flatMap(([name, page]) => {
      if (page === undefined) return []
      if (typeof page !== "function") throw new Error(`pages.${name} must be a function from its view to markup.`)
      return [[defaultPages[name as keyof Pages], page]] // it is one of its keys
    })
  )
}

const pagesOfRoutes: Named = {
  of: "pages",
  example: "{ login: (view) => … }",
  one: "a page",
  all: "pages",
  names: Object.keys(defaultPages)
}
