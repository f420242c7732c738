import type { Texts } from "../texts/texts.ts"
import { BrandPicture, favicon } from "./brand.tsx"
import type { ActingView, Content, Markup, NavigationEntry, PageView, Site } from "./view.ts"

/** What a page passes to its layout. */
export interface LayoutProps {
  readonly view: PageView
  /** The page's name: the application's name is added to it in the title. */
  readonly title: string
  /** Whether a form came back with errors: the title then begins with "Error:", which is what a screen reader says first. */
  readonly failed?: boolean
  /** `narrow` for one small form or text, `wide` for several sections. */
  readonly width: "narrow" | "wide"
  readonly children: Content
}

/** The document around every page: head, skip link, header with the menu, and `main`. */
export const Layout = ({ view, title, failed, width, children }: LayoutProps): Markup => (
  <html lang={view.texts.language}>
    <head>
      <meta charset="utf-8" />
      <title>{`${failed ? view.texts.page.failedTitle : ""}${title} · ${view.site.name}`}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      {/* Stronger than a `Referrer-Policy` that a proxy replaced, under which our own forms would have `Origin: null` (CSR-13). */}
      <meta name="referrer" content="same-origin" />
      <link rel="stylesheet" href={view.site.stylesheet} />
      {view.site.hostStylesheet === null ? null : <link rel="stylesheet" href={view.site.hostStylesheet} />}
      <link rel="icon" href={view.site.logo ?? favicon} />
      <script src={view.site.script} defer />
    </head>
    <body class={`page page-${width}`}>
      <a class="skip-link" href="#main">
        {view.texts.page.skipLink}
      </a>
      <header class="header">
        <Brand site={view.site} />
        {view.loggedInAs === null ? null : (
          <p class="user">
            <span class="visually-hidden">{view.texts.page.loggedInAs} </span>
            <bdi>{view.loggedInAs}</bdi>
          </p>
        )}
        <Navigation entries={view.navigation} texts={view.texts} />
      </header>
      <Banners view={view} />
      <main id="main">{children}</main>
    </body>
  </html>
)

/** What every page says of its state, above its content. Nothing where all is as usual. */
const Banners = ({ view: { impersonation, site, texts } }: { readonly view: PageView }): Markup | null =>
  impersonation === null && !site.unsafeDevMode ? null : (
    <div class="banners">
      {site.unsafeDevMode ? <DevModeBanner texts={texts} /> : null}
      {impersonation === null ? null : <ActingBanner acting={impersonation} texts={texts} />}
    </div>
  )

/** Whoever sees it on a site that others reach knows what to turn off (HTM-20). */
const DevModeBanner = ({ texts: { page } }: { readonly texts: Texts }): Markup => (
  <section class="notice notice-warning" aria-label={page.devMode.label}>
    <p>{page.devMode.text}</p>
  </section>
)

/** Says on every page that an administrator acts as somebody else, with the button that ends it (IMP-08). */
const ActingBanner = ({ acting, texts: { page } }: { readonly acting: ActingView; readonly texts: Texts }): Markup => (
  <section class="notice notice-warning actions acting" aria-label={page.acting.label}>
    <p>
      {page.acting.before}
      <bdi class="strong">{acting.as}</bdi>
      {page.acting.after}
    </p>
    <form method="post" action={acting.stopPath}>
      <button class="button button-quiet" type="submit">
        {page.acting.stop}
      </button>
    </form>
  </section>
)

/** The application's name with its picture, which links to the home page if there is one. */
export const Brand = ({ site }: { readonly site: Site }): Markup =>
  site.home === null ? (
    <p class="brand">
      <BrandPicture logo={site.logo} />
      <bdi>{site.name}</bdi>
    </p>
  ) : (
    <a class="brand" href={site.home}>
      <BrandPicture logo={site.logo} />
      <bdi>{site.name}</bdi>
    </a>
  )

interface NavigationProps {
  readonly entries: ReadonlyArray<NavigationEntry>
  readonly texts: Texts
}

/** The menu: links, and one-button forms for entries that change something. Nothing without entries. */
export const Navigation = ({ entries, texts }: NavigationProps): Markup | null =>
  entries.length === 0 ? null : (
    <nav class="navigation" aria-label={texts.page.menu}>
      <ul>
        {entries.map((entry) => (
          <li>
            <NavigationItem entry={entry} />
          </li>
        ))}
      </ul>
    </nav>
  )

const NavigationItem = ({ entry }: { readonly entry: NavigationEntry }): Markup =>
  entry.method === "post" ? (
    <form method="post" action={entry.href}>
      <button class="navigation-item" type="submit">
        {entry.label}
      </button>
    </form>
  ) : (
    <a class="navigation-item" href={entry.href} aria-current={entry.current ? "page" : undefined}>
      {entry.label}
    </a>
  )
