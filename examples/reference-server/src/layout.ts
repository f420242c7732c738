import type { Identity } from "@latchkey/core"
import type { NavigationEntry, Surface } from "@latchkey/http"
import { html } from "hono/html"

/** What our own pages use from Latchkey: the paths of its pages, and the menu. */
export type Links = Pick<Surface, "site" | "navigation">

export interface LayoutView extends Links {
  readonly identity: Identity | null
}

/** A host's own layout, with the menu entries that Latchkey has for the caller. */
export const layout = (
  { site, navigation, identity }: LayoutView,
  { title, width }: { readonly title: string; readonly width: "narrow" | "wide" },
  main: ReturnType<typeof html>
) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${site.name}: ${title}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="stylesheet" href="${site.stylesheet}" />
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" />
  </head>
  <body class="page page-${width}">
    <header class="header">
      <a class="brand" href="/">${site.name}</a>
      <nav class="navigation" aria-label="Account"><ul>${navigation(identity).map(menuEntry)}</ul></nav>
    </header>
    <main id="main">
      ${main}
    </main>
  </body>
</html>`

const menuEntry = ({ label, href, method }: NavigationEntry) =>
  method === "post"
    ? html`<li><form method="post" action="${href}"><button class="navigation-item" type="submit">${label}</button></form></li>`
    : html`<li><a class="navigation-item" href="${href}">${label}</a></li>`
