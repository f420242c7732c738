import { headerOf, navigation, root, type WireRequest } from "@latchkey/conformance/adapter"
import { describe, expect, test } from "vitest"
import { defaultPages, type Pages, routeTable } from "../src/features.ts"
import { loggedOut } from "../src/page/sample.ts"
import type { Markup, PageView } from "../src/page/view.ts"
import { renderPage } from "../src/surface/render.ts"
import { english } from "../src/texts/english.ts"
import { german } from "../src/texts/german.ts"
import { pageStates } from "./page-states.ts"
import { openSite } from "./site.ts"
import { ruledStore } from "./stores.ts"

/** How often a page says that the site runs in development mode. */
const timesSaid = (html: string, { page }: typeof english | typeof german = english): number =>
  html.split(`<p>${page.devMode.text}</p>`).length - 1

describe.each([english, german].map((texts) => [texts.language, texts] as const))("in %s", (_, texts) => {
  test.each(Object.keys(defaultPages) as ReadonlyArray<keyof Pages>)(
    "HTM-20 %s says in each of its states that the site runs in development mode, and is silent otherwise",
    (name) => {
      const draw = defaultPages[name] as (view: PageView) => Markup
      for (const unsafeDevMode of [true, false]) {
        const states = pageStates(texts, { ...loggedOut.site, unsafeDevMode })[name] as Readonly<
          Record<string, PageView>
        >
        for (const [state, view] of Object.entries(states)) {
          const site = { ...view.site, unsafeDevMode }
          expect(timesSaid(renderPage(draw({ ...view, site })), texts), state).toBe(unsafeDevMode ? 1 : 0)
        }
      }
    }
  )
})

/** Everything that a browser may ask for, from the route table, and what is nobody's. */
const requests: ReadonlyArray<WireRequest> = [
  ...routeTable.flatMap(({ path }) =>
    ["GET", "POST", "DELETE"].map((method) => ({
      method,
      target: path.replace(/:\w+/g, "x"),
      ...(method === "GET" ? {} : { form: {} })
    }))
  ),
  { target: "/nowhere" },
  { method: "POST", target: "/login", form: {}, headers: { "sec-fetch-site": "cross-site" } },
  { method: "POST", target: "/login", body: "{", headers: { "content-type": "application/xml" } }
]

test("HTM-20 every page that the site answers says so, refusals and failures too: from the route table", async () => {
  const ruled = ruledStore()
  const site = await openSite({ unsafeDevMode: true, store: ruled.store })
  const browser = await site.browser(root)
  const seen = new Set<number>()
  const silent: Array<string> = []
  const ask = async (request: WireRequest, who: Readonly<Record<string, string>>) => {
    const answer = await site.ask({ ...request, headers: { ...navigation, ...who, ...request.headers } })
    if (!headerOf(answer, "content-type")?.startsWith("text/html")) return
    seen.add(answer.status)
    if (timesSaid(answer.body) !== 1) silent.push(`${answer.status} ${request.method ?? "GET"} ${request.target}`)
  }
  for (const who of [{}, browser]) for (const request of requests) await ask(request, who)
  for (const fate of ["fail", "throw"] as const) {
    ruled.rule = () => fate
    for (const request of requests) await ask(request, browser)
  }
  ruled.rule = () => "pass"
  expect(silent).toEqual([])
  expect([...seen].sort()).toEqual(expect.arrayContaining([200, 400, 403, 404, 405, 415, 422, 500, 503]))
})
