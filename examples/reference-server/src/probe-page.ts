import type { Identity } from "@latchkey/core"
import { html } from "hono/html"
import { type Links, layout } from "./layout.ts"
import type { Probe } from "./probes.ts"

/** What a probe answers in a browser: the caller, and the way home. */
export const probePage = async ({ path, about }: Probe, links: Links, identity: Identity | null): Promise<string> => {
  const who =
    identity === null
      ? html`<p>You are not logged in.</p>`
      : html`<p>You are <bdi class="strong">${identity.user.username ?? identity.user.email}</bdi>.</p>`
  const main = html`<div class="card">
        <h1>${path}</h1>
        <p class="hint">${about}</p>
        ${who}
        <p class="actions"><a class="button button-quiet" href="/">Go to the home page</a></p>
      </div>`
  return String(await layout({ ...links, identity }, { title: path, width: "narrow" }, main))
}

/** Whether a person's browser is asking: it prefers a page to everything else. */
export const wantsPage = (accept: string | undefined): boolean => accept?.startsWith("text/html") === true
