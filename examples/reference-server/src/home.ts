import { type Auth, type Identity, permits } from "@latchkey/core"
import type { NavigationEntry, Surface } from "@latchkey/http"
import { html } from "hono/html"
import { probes } from "./probes.ts"

/** What the home page uses from Latchkey: the paths of its pages, and the menu. */
export type Links = Pick<Surface, "site" | "navigation">

interface HomeView extends Links {
  readonly settings: Auth["settings"]
  readonly identity: Identity | null
  /** Whether the first administrator still has to be created. */
  readonly needsSetup: boolean
  readonly now: number
}

/** The home page, as the caller sees it. */
export const homePage = async (auth: Auth, links: Links, identity: Identity | null): Promise<string> => {
  const needsSetup = identity === null && (await auth.setup.needed())
  const { site, navigation } = links
  return String(await draw({ site, navigation, settings: auth.settings, identity, needsSetup, now: Date.now() }))
}

/** A host's own layout, with the menu entries that Latchkey has for the caller. */
const draw = (view: HomeView) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${view.settings.name}: reference server</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="stylesheet" href="${view.site.stylesheet}" />
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" />
  </head>
  <body class="page page-wide">
    <header class="header">
      <a class="brand" href="/">${view.settings.name}</a>
      <nav class="navigation" aria-label="Account"><ul>${view.navigation(view.identity).map(menuEntry)}</ul></nav>
    </header>
    <main id="main">
      <div class="page-head">
        <h1>Reference server</h1>
        <p class="hint">A small application that shows how to guard routes with Latchkey.</p>
      </div>
      <section class="section">
        <div class="section-head"><h2>Who you are</h2></div>
        <div class="card">${greeting(view)}</div>
      </section>
      <section class="section">
        <div class="section-head">
          <h2>Guarded routes</h2>
          <p class="hint">Each route shows who is calling. If you are not logged in, you log in first and then come back.</p>
        </div>
        <div class="card"><ul class="sessions">${probes.map((probe) => probeItem(probe, view))}</ul></div>
      </section>
      <section class="section">
        <div class="section-head"><h2>For programs</h2></div>
        <div class="card"><p>The OpenAPI document describes the whole API: <a href="/openapi.json">/openapi.json</a>.</p></div>
      </section>
    </main>
  </body>
</html>`

const menuEntry = ({ label, href, method }: NavigationEntry) =>
  method === "post"
    ? html`<li><form method="post" action="${href}"><button class="navigation-item" type="submit">${label}</button></form></li>`
    : html`<li><a class="navigation-item" href="${href}">${label}</a></li>`

const greeting = ({ identity, needsSetup, settings, site: { paths } }: HomeView) => {
  if (identity !== null) {
    const { username, email, isSuperuser } = identity.user
    const role = isSuperuser ? ", a superuser" : ""
    return html`<p>You are logged in as <bdi class="strong">${username ?? email}</bdi>${role}.</p>`
  }
  if (needsSetup)
    return html`<p>Nobody can log in yet. <a href="${paths.setup}">Create the first administrator</a>.</p>`
  const registering = settings.registration === "open" ? html` or <a href="${paths.register}">register</a>` : ""
  return html`<p>You are not logged in. <a href="${paths.login}">Log in</a>${registering}.</p>`
}

const probeItem = ({ path, policy, about }: (typeof probes)[number], { identity, now }: HomeView) => {
  const isOpen = permits<Identity | null>(policy, identity, now)
  return html`<li class="session">
    <div>
      <h3 class="session-name"><a href="${path}">${path}</a> ${isOpen ? html`<span class="badge">Open to you</span>` : ""}</h3>
      <p class="hint">${about}</p>
    </div>
  </li>`
}
