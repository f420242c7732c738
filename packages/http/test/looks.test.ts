import { readFileSync } from "node:fs"
import { createTestAuth } from "@latchkey/core/testing"
import { makeSurface, type SurfaceOptions } from "@latchkey/http"
import { expect, onTestFinished, test } from "vitest"
import { stylesheet } from "../src/page/stylesheet.ts"
import { openSite } from "./site.ts"

const guide = readFileSync(new URL("../../../docs/guides/pages.md", import.meta.url), "utf8")

const headOf = async (options: SurfaceOptions): Promise<string> => {
  const { ask } = await openSite({ name: "Acme" }, options)
  return (await ask({ target: "/login" })).body.replace(/<main.*/, "")
}

test("a host's stylesheet comes after ours, so that it wins", async () => {
  const sheets = (head: string) =>
    Array.from(head.matchAll(/<link rel="stylesheet" href="([^"]*)"/g), ([, path]) => path)
  const ours = expect.stringMatching(/^\/latchkey-[0-9a-f]{8}\.css$/)
  expect(sheets(await headOf({}))).toEqual([ours])
  expect(sheets(await headOf({ stylesheet: "/assets/brand.css?v=2" }))).toEqual([ours, "/assets/brand.css?v=2"])
})

test("the guide lists the variables that a host may set, all of them, with their defaults", () => {
  const inGuide = Array.from(guide.matchAll(/^\| `--(latchkey-[a-z-]+)` \| .* \| `(.*)` \|$/gm), ([, ...row]) => row)
  const [first = ""] = stylesheet.split("@supports")
  const inStylesheet = Array.from(first.matchAll(/--(latchkey-[a-z-]+): ([^;]*);/g), ([, ...row]) => row)
  expect(inGuide.length).toBeGreaterThan(10)
  expect(inGuide).toEqual(inStylesheet)
  const used = new Set(stylesheet.match(/(?<=var\(--)latchkey-[a-z-]+/g))
  expect([...used].sort()).toEqual(inStylesheet.map(([name]) => name).sort())
})

test("a host's logo stands in place of our mark, beside the name and in the tab; the name is its text", async () => {
  const head = await headOf({ logo: "/logo.svg" })
  expect(head).toContain('<img class="logo" src="/logo.svg" alt="" height="32"/><bdi>Acme</bdi>')
  expect(head).toContain('<link rel="icon" href="/logo.svg"/>')
  expect(head).not.toContain("<svg")
  const plain = await headOf({ logo: null })
  expect(plain).toContain('<svg class="mark"')
  expect(plain).toContain('<link rel="icon" href="data:image/svg+xml,')
})

test("HTM-02 a stylesheet or logo that the pages' policy would not let in fails at start, and the error says what to write", async () => {
  const { auth } = await createTestAuth({})
  onTestFinished(() => auth.close())
  const elsewhere = [
    "https://cdn.test/a.css",
    "//cdn.test/a.css",
    "/\\cdn.test/a.css",
    "/\t/cdn.test",
    "data:,x",
    "",
    "/",
    "./a",
    7
  ]
  for (const path of elsewhere as ReadonlyArray<string>) {
    expect(() => makeSurface(auth, { stylesheet: path }), path).toThrow(
      'such as "/brand.css": they load nothing from elsewhere.'
    )
    expect(() => makeSurface(auth, { logo: path }), path).toThrow(
      'such as "/logo.svg": they load nothing from elsewhere.'
    )
  }
  expect(() => makeSurface(auth, { stylesheet: "assets/brand.css" })).toThrow('Write "/assets/brand.css".')
  expect(() => makeSurface(auth, { stylesheet: "./brand.css" })).not.toThrow('Write "/./')
})

test("HTM-09 the policy allows the script at the address that browsers request, wherever the host has put it", async () => {
  const { auth } = await createTestAuth({ publicUrl: "https://example.org/app" })
  onTestFinished(() => auth.close())
  const { site, securityHeaders } = makeSurface(auth, { basePath: "/auth" })
  expect(site.script).toMatch(/^\/app\/auth\/latchkey-[0-9a-f]{8}\.js$/)
  expect(securityHeaders.page["Content-Security-Policy"]).toContain(`; script-src https://example.org${site.script}; `)
})
