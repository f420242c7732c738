import type { Browser } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { defaultPages, type Pages } from "../src/features.ts"
import { MessagePage } from "../src/page/message.tsx"
import { sampleMessage } from "../src/page/sample.ts"
import type { Markup, PageView } from "../src/page/view.ts"
import { renderPage } from "../src/surface/render.ts"
import { english } from "../src/texts/english.ts"
import { german } from "../src/texts/german.ts"
import { noChromium, openBrowser } from "./chromium.ts"
import { openInspector } from "./page-faults.ts"
import { openPageServer, type PageServer } from "./page-server.ts"
import { pageStates } from "./page-states.ts"
import { openAlbum } from "./screenshots.ts"

/** What a page may weigh with all that it loads from here, in bytes. That of the settings has the most fields. */
const HEAVIEST = 34_000

const catalogues = [english, german]

/** A page by its name. Its states are views of its own, which the compiler has seen in `pageStates`. */
const drawn = (name: keyof Pages) => defaultPages[name] as (view: PageView) => Markup

let browser: Browser
let server: PageServer
if (!noChromium) {
  beforeAll(async () => {
    server = await openPageServer()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })
}

describe.skipIf(noChromium).concurrent("every page, in all of its states", () => {
  describe.each(catalogues.map((texts) => [texts.language, texts] as const))("in %s", (language, texts) => {
    const names = Object.keys(defaultPages) as ReadonlyArray<keyof Pages>

    test.each(names)(
      "HTM-11 %s: axe-core finds nothing, nothing is wider than the window, and it is light",
      async (name) => {
        const states = Object.entries(pageStates(texts, server.site)[name] as Readonly<Record<string, PageView>>)
        expect(states.length, `${name} has no state in page-states.ts`).toBeGreaterThan(0)
        const album = openAlbum(`${name}-${language}`)
        const inspector = await openInspector(browser)
        const found: Record<string, ReadonlyArray<string>> = {}
        const inspect = async (state: string, hasScript: boolean) => {
          const faults = await inspector.faults()
          if (faults.length > 0) found[`${state}, ${hasScript ? "with" : "without"} the script`] = faults
          await album?.take(inspector.page, state, hasScript)
        }
        let longest = 0
        for (const [index, [state, view]] of states.entries()) {
          const html = renderPage(drawn(name)(view))
          const address = server.show(html)
          await inspector.open(address, true)
          await inspect(state, true)
          // A dialog differs by its question alone, so a longer one is looked at, and no other.
          const question = /data-ask="([^"]*)/.exec(html)?.[1] ?? ""
          if (question.length > longest) {
            longest = question.length
            await inspector.open(address, true)
            await inspector.ask()
            await inspect(`${state}, asking`, true)
          }
          // Without the script a page has less on it, in each of its states alike.
          if (index === 0 || album !== undefined) {
            await inspector.open(address, false)
            await inspect(state, false)
          }
          const bytes = await server.weigh(html)
          if (bytes > HEAVIEST) found[`${state}, weighed`] = [`${bytes} bytes, which is more than ${HEAVIEST}`]
        }
        await album?.bind(browser)
        await inspector.page.context().close()
        expect(found).toEqual({})
      },
      // Pictures of everything take minutes.
      600_000
    )
  })
})

describe.skipIf(noChromium).concurrent("what is found on a page with one fault", () => {
  const faultsOf = async (content: string, css: string): Promise<ReadonlyArray<string>> => {
    const inspector = await openInspector(browser)
    const own = `<link rel="stylesheet" href="${server.style(css)}">`
    await inspector.open(
      server.show(
        renderPage(MessagePage(sample())).replace("</main>", `${content}</main>`).replace("</head>", `${own}</head>`)
      ),
      true
    )
    const faults = await inspector.faults()
    await inspector.page.context().close()
    return faults
  }
  const sample = () => ({ ...sampleMessage, site: server.site })

  test.each([
    ["nothing without the fault", "<p>All is well.</p>", "", null],
    ["a field without a label", "<input>", "", /^light: label/],
    ["a picture without a text", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "", /^light: image-alt/],
    ["a heading that is left out", "<h4>Fourth</h4>", "", /^light: heading-order/],
    ["pale letters", "", "@media (prefers-color-scheme: light) { h1 { color: #aaa } }", /^light: color-contrast/],
    [
      "letters that are pale in the dark only",
      "",
      "@media (prefers-color-scheme: dark) { h1 { color: #444 } }",
      /^dark: color-contrast/
    ],
    [
      "small targets",
      '<p class="tiny"><a href="/a">a</a><a href="/b">b</a></p>',
      ".tiny a { display: block; inline-size: 9px; font-size: 8px; line-height: 9px }",
      /target-size/
    ],
    [
      "a word that is wider than a narrow screen",
      "",
      "h1 { font-size: 40px; white-space: nowrap }",
      /^320 px: scrolls sideways/
    ],
    [
      "a word that is cut on a narrow screen",
      "",
      "h1 { font-size: 40px; white-space: nowrap; overflow: hidden }",
      /^320 px: h1 cuts/
    ],
    [
      "a word of usual length that is broken",
      '<p class="slim">Einzelheiten</p>',
      ".slim { inline-size: 5rem }",
      /^320 px: p.slim breaks the word Einzelheiten/
    ],
    [
      "a block that is too wide when all is enlarged",
      "",
      "@media (max-width: 640px) { .card { inline-size: 660px } }",
      /^200 %: div.card hangs out/
    ],
    [
      "a block that is too wide for large letters",
      "",
      ".card { inline-size: 50rem }",
      /^letters of 200 %: div.card hangs out/
    ],
    ["a script in the page", "<script>document.title = 'run'</script>", "", /Content Security Policy/],
    ["a style in the page", '<p style="color: red">Red</p>', "", /Content Security Policy/]
  ])("%s", async (_, content, css, fault) => {
    const faults = await faultsOf(content, css)
    if (fault === null) expect(faults).toEqual([])
    else expect(faults).toContainEqual(expect.stringMatching(fault))
  })

  test("a page that is too heavy weighs what it and its stylesheet and script have", async () => {
    const html = renderPage(MessagePage(sample()))
    const own = Buffer.byteLength(html)
    const loaded = [...html.matchAll(/<(?:link rel="stylesheet"|script)[^>]* (?:href|src)="([^"]+)"/g)].map(
      ([, path]) => path
    )
    expect(loaded).toContain(server.site.stylesheet)
    const sizes = await Promise.all(
      loaded.map(async (path) => (await (await fetch(new URL(path ?? "", server.show("")))).arrayBuffer()).byteLength)
    )
    expect(await server.weigh(html)).toBe(sizes.reduce((sum, size) => sum + size, own))
  })
})
