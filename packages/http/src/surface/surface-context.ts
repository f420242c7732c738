import { type Auth, type Identity, isImpersonated, Outbox } from "@latchkey/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { raw } from "hono/html"
import type { Markup, Page, PagePaths, PageView, Site } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import type { Administration } from "./administration.ts"
import { type Caller, makeCaller } from "./caller.ts"
import type { Endpoint } from "./endpoint.ts"
import type { Head } from "./head.ts"
import { type LanguageOptions, makeLanguages } from "./languages.ts"
import { makeNavigation, type Navigation } from "./navigation.ts"
import type { Places } from "./places.ts"
import { type ChooseRequestId, makeRequestIds } from "./request-ids.ts"

/**
 * What the handlers of a surface share: the settings, how to read the caller, all paths, and the pages. Some settings change while the
 * site runs, so read what depends on them when a request needs it.
 */
export interface SurfaceContext {
  readonly settings: Auth["settings"]
  readonly publicUrl: URL
  readonly caller: Caller
  readonly places: Places
  readonly site: Site
  readonly navigation: Navigation
  /** Whether a page is served, in this mode and with the host's choice of routes. */
  readonly offers: (place: keyof PagePaths) => boolean
  /** Where people go after a log-in or a registration that they did not come to from elsewhere. */
  readonly landing: string
  /** Whether to offer registration. */
  readonly canRegister: boolean
  /** What the host adds to the pages of administrators. */
  readonly administration: Administration
  /** The part that all views share. */
  readonly viewFor: (call: { readonly identity: Identity | null; readonly texts: Texts }, current?: string) => PageView
  /** The catalogue in the language of a request. */
  readonly textsFor: (head: Head) => Texts
  /** Draws a page, or the host's replacement for it. */
  readonly draw: <View>(page: Page<View>, view: View) => Markup
}

/** What the host adds to the look of the pages: paths of its own, as browsers request them. */
export interface Looks {
  readonly stylesheet: string | null
  readonly logo: string | null
}

/** What pages need to know of the features and of the host. */
export interface SurfaceParts {
  /** The routes that pages of other features link to. */
  readonly entrances: Readonly<Record<keyof PagePaths, Endpoint>>
  readonly stylesheet: Endpoint
  readonly script: Endpoint
  readonly looks: Looks
  /** Where the application's name leads; undefined for the path of `publicUrl`. */
  readonly home: string | null | undefined
  /** Where a log-in leads; undefined for the profile, or for the path of `publicUrl` where the profile is left out. */
  readonly landing: string | undefined
  readonly languages: LanguageOptions
  readonly administration: Administration
  /** How the host names requests. */
  readonly requestId: ChooseRequestId | undefined
  /** The host's pages, by the built-in pages that they replace. */
  readonly replacements: ReadonlyMap<Page<never>, Page<never>>
}

const nameOf = (identity: Identity | null): string | null =>
  identity === null ? null : (identity.user.username ?? identity.user.email)

export const makeSurfaceContext = (auth: Auth, publicUrl: URL, places: Places, parts: SurfaceParts): SurfaceContext => {
  const { settings } = auth
  const {
    entrances,
    stylesheet,
    script,
    looks,
    home = `${places.prefix}/`,
    landing,
    languages,
    requestId,
    replacements
  } = parts
  const endpointOf = (place: keyof PagePaths): Endpoint =>
    place === "login" && settings.mode === "basic" ? entrances.profile : entrances[place]
  const linkTo = (place: keyof PagePaths) => places.linkTo(endpointOf(place))
  const paths: PagePaths = {
    login: linkTo("login"),
    logout: linkTo("logout"),
    register: linkTo("register"),
    setup: linkTo("setup"),
    password: linkTo("password"),
    profile: linkTo("profile"),
    tokens: linkTo("tokens"),
    admin: linkTo("admin"),
    settings: linkTo("settings"),
    impersonation: linkTo("impersonation"),
    cliLogin: linkTo("cliLogin"),
    forgot: linkTo("forgot"),
    verifyEmail: linkTo("verifyEmail")
  }
  const site: Site = {
    get name() {
      return settings.name
    },
    home,
    stylesheet: places.linkTo(stylesheet),
    hostStylesheet: looks.stylesheet,
    script: places.linkTo(script),
    logo: looks.logo,
    unsafeDevMode: settings.unsafeDevMode,
    paths
  }
  const { hasMailer } = Context.get(auth.context, Outbox)
  const needsMailer: ReadonlyArray<keyof PagePaths> = ["forgot", "verifyEmail"]
  const offers = (place: keyof PagePaths) =>
    places.serves(endpointOf(place)) && (hasMailer || !needsMailer.includes(place))
  const warn = (text: string) => void Effect.runForkWith(auth.context)(Effect.logWarning(text))
  const navigation = makeNavigation(settings, paths, languages.catalogues[0], offers)
  return {
    settings,
    publicUrl,
    caller: makeCaller(auth, publicUrl, makeRequestIds(requestId, warn)),
    places,
    site,
    navigation,
    offers,
    landing: landing ?? (offers("profile") ? paths.profile : `${places.prefix}/`),
    administration: parts.administration,
    get canRegister() {
      return settings.registration === "open" && places.serves(entrances.register)
    },
    viewFor: ({ identity, texts }, current) => ({
      site,
      texts,
      loggedInAs: nameOf(identity),
      impersonation:
        identity !== null && isImpersonated(identity)
          ? { as: nameOf(identity) ?? "", stopPath: paths.impersonation }
          : null,
      navigation: navigation(identity, current, texts)
    }),
    textsFor: makeLanguages(languages),
    draw: (page, view) => {
      const drawn = (replacements.get(page) ?? page) as typeof page // a page's replacement takes the same view
      const content = drawn(view)
      return typeof content === "string" ? raw(content) : content // a host's own string, which it has escaped
    }
  }
}
