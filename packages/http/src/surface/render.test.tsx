import * as Logger from "effect/Logger"
import { html } from "hono/html"
import { expect, test } from "vitest"
import { openSite } from "../../test/site.ts"
import { Layout } from "../page/layout.tsx"
import { sampleMessage as message } from "../page/sample.ts"
import type { Markup } from "../page/view.ts"
import { renderPage } from "./render.ts"

const hostile = `"><script>alert('x')</script>&amp;`
const harmless = "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;"

test("an asynchronous page is a mistake of the host, and says what to do, in JSX and in a template", () => {
  const Slow = async () => <p>later</p>
  const plainFunctions = "pages must be plain functions"
  expect(() => renderPage(<Slow />)).toThrow(plainFunctions)
  expect(() => renderPage(html`<p>${Promise.resolve("later")}</p>`)).toThrow(plainFunctions)
})

test("a page that is no page, as when its function forgets to return, is a mistake of the host, and says what to do", () => {
  for (const page of [undefined, null, 5, true, { title: "x" }, [html`x`]])
    expect(() => renderPage(page as unknown as Markup)).toThrow(
      /^A page returned (?:undefined|null|5|true|an object|an array)\. It must return/
    )
})

test("ERR-02 the host's log says what to change in a page, and nothing of what a page threw", async () => {
  const logged = async (login: () => Markup | string) => {
    const lines: Array<unknown> = []
    const ambient = Logger.layer([Logger.make(({ message }) => lines.push(message))])
    const { ask } = await openSite({ ambient }, { pages: { login } })
    expect((await ask({ target: "/login" })).status).toBe(500)
    return JSON.stringify(lines)
  }
  expect(await logged((async () => "later") as unknown as () => string)).toContain("must be plain functions")
  expect(await logged((() => undefined) as unknown as () => string)).toContain("A page returned undefined")
  const thrown = await logged(() => {
    throw new Error("canary")
  })
  expect(thrown).toContain("a request failed unexpectedly")
  expect(thrown).not.toContain("canary")
})

test("HTM-01 a template escapes its values, in text and in attributes, alone and inside of our layout", () => {
  const template = html`<p title="${hostile}">${[hostile]}</p>`
  const escaped = `<p title="${harmless}">${harmless}</p>`
  expect(renderPage(template)).toBe(`<!doctype html>${escaped}`)
  const framed = Layout({ view: message, title: hostile, width: "narrow", children: template })
  expect(renderPage(framed)).toContain(`<main id="main">${escaped}</main>`)
  expect(renderPage(framed)).not.toContain("<script>")
})

test("a page with a doctype of its own keeps it, and gets no second one", () => {
  for (const page of [html`<!DOCTYPE html><p>x</p>`, html`\n  <!doctype html SYSTEM "about:legacy-compat"><p>x</p>`])
    expect(renderPage(page)).toBe(String(page))
  expect(renderPage(html`<p>the &lt;!doctype html> of others</p>`)).toMatch(/^<!doctype html><p>/)
})

test("HTM-06 a page that is a plain string is sent as it is", async () => {
  const text = "<!doctype html><title>Acme</title><p>5 > 3 &amp; 2"
  const site = await openSite({}, { pages: { login: () => text } })
  const page = await site.ask({ target: "/login" })
  expect([page.status, page.body]).toEqual([200, text])
})
