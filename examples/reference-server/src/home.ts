import type { Identity } from "@latchkey/core"
import { navigation, stylesheetPath } from "@latchkey/http"
import { html } from "hono/html"

/** The probe routes, and what each lets pass. */
export const probes = [
  { path: "/demo/optional", allows: "everyone, logged in or not" },
  { path: "/demo/signed-in", allows: "whoever is logged in" },
  { path: "/demo/verified", allows: "users with a verified e-mail address" },
  { path: "/demo/admin", allows: "superusers" }
] as const

const entry = ({ label, href, method }: ReturnType<typeof navigation>[number]) =>
  method === "post"
    ? html`<li><form method="post" action="${href}"><button class="navigation-item" type="submit">${label}</button></form></li>`
    : html`<li><a class="navigation-item" href="${href}">${label}</a></li>`

const greeting = (identity: Identity | null) =>
  identity === null
    ? html`<p>You are not logged in. <a href="/login">Log in</a> or <a href="/register">register</a>.</p>`
    : html`<p>You are logged in as <strong><bdi>${identity.user.username ?? identity.user.email}</bdi></strong>${
        identity.user.isSuperuser ? ", a superuser" : ""
      }.</p>`

/** The home page: a host's own layout around the menu entries that Latchkey has for who is calling. */
export const homePage = (name: string, identity: Identity | null) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${name}: reference server</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="stylesheet" href="${stylesheetPath}" />
  </head>
  <body class="page page-wide">
    <header class="header">
      <a class="brand" href="/">${name}</a>
      <nav class="navigation" aria-label="Account"><ul>${navigation(identity).map(entry)}</ul></nav>
    </header>
    <main id="main">
      <div class="page-head"><h1>${name} reference server</h1></div>
      <section class="section card">
        <div class="section-head"><h2>Who you are</h2></div>
        ${greeting(identity)}
      </section>
      <section class="section card">
        <div class="section-head">
          <h2>Guarded routes</h2>
          <p class="hint">Each answers with who is calling. A browser that may not see one is sent to log in.</p>
        </div>
        <ul>
          ${probes.map(({ path, allows }) => html`<li><a href="${path}">${path}</a>: ${allows}</li>`)}
        </ul>
        <p>The whole API is described in <a href="/openapi.json">/openapi.json</a>.</p>
      </section>
    </main>
  </body>
</html>`
