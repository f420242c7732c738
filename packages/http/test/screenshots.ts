import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"

/** Pictures of the states of a page, for people to look at. */
export interface Album {
  /** Takes the page that is open, on a wide and a narrow screen, light and dark. */
  readonly take: (page: Page, name: string, hasScript: boolean) => Promise<void>
  /** Puts those of one kind side by side, twenty at a glance: one picture for each kind. */
  readonly bind: (browser: Browser) => Promise<void>
}

/** Begins an album in the folder that `LATCHKEY_SCREENSHOTS` names; undefined without one, since pictures take their time. */
export const openAlbum = (title: string): Album | undefined => {
  const folder = process.env.LATCHKEY_SCREENSHOTS
  if (!folder) return undefined
  mkdirSync(folder, { recursive: true })
  const taken = new Map<string, Array<{ readonly name: string; readonly file: string }>>()

  return {
    take: async (page, name, hasScript) => {
      for (const width of [1280, 360])
        for (const colorScheme of ["light", "dark"] as const) {
          await page.setViewportSize({ width, height: 800 })
          await page.emulateMedia({ colorScheme })
          const kind = `${width}-${colorScheme}-${hasScript ? "script" : "none"}`
          const file = `${title}-${name.replaceAll(/[^\w-]+/g, "_")}-${kind}.png`
          await page.screenshot({ path: join(folder, file), fullPage: true, animations: "disabled" })
          taken.set(kind, [...(taken.get(kind) ?? []), { name, file }])
        }
    },
    bind: async (browser) => {
      const page = await browser.newPage({ viewport: { width: 2000, height: 800 } })
      for (const [kind, pictures] of taken) {
        const sheet = join(folder, `sheet-${title}-${kind}`)
        writeFileSync(`${sheet}.html`, sheetOf(pictures.map((each) => ({ ...each, source: each.file }))))
        const inline = pictures.map((each) => ({ ...each, source: dataOf(join(folder, each.file)) }))
        await page.setContent(sheetOf(inline))
        await page.screenshot({ path: `${sheet}.png`, fullPage: true })
      }
      await page.close()
    }
  }
}

const dataOf = (file: string): string => `data:image/png;base64,${readFileSync(file).toString("base64")}`

const sheetOf = (
  pictures: ReadonlyArray<{ readonly name: string; readonly source: string }>
): string => `<!doctype html>
<meta charset="utf-8">
<style>
  body { margin: 10px; display: grid; grid-template-columns: repeat(7, 1fr); gap: 10px; background: #888; font: 14px sans-serif; }
  figure { margin: 0; }
  img { width: 100%; max-height: 1500px; object-fit: cover; object-position: top; }
</style>
${pictures.map(({ name, source }) => `<figure><figcaption>${name}</figcaption><img src="${source}"></figure>`).join("\n")}`
