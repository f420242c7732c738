import { type Auth, type Identity, permits } from "@latchkey/core"
import { html } from "hono/html"
import { type LayoutView, type Links, layout } from "./layout.ts"
import { type Probe, probesFor } from "./probes.ts"

interface HomeView extends LayoutView {
  readonly settings: Auth["settings"]
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

const draw = (view: HomeView) =>
  layout(
    view,
    { title: "Reference server", width: "wide" },
    html`<div class="page-head">
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
        <div class="card"><ul class="sessions">${probesFor(view.settings).map((probe) => probeItem(probe, view))}</ul></div>
      </section>
      <section class="section">
        <div class="section-head"><h2>For programs</h2></div>
        <div class="card"><p>The OpenAPI document describes the whole API: <a href="/openapi.json">/openapi.json</a>.</p></div>
      </section>`
  )

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

const probeItem = ({ path, policy, about }: Probe, { identity, now }: HomeView) => {
  const isOpen = permits<Identity | null>(policy, identity, now)
  return html`<li class="session">
    <div>
      <h3 class="session-name"><a href="${path}">${path}</a> ${isOpen ? html`<span class="badge">Open to you</span>` : ""}</h3>
      <p class="hint">${about}</p>
    </div>
  </li>`
}
