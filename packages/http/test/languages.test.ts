import { headerOf, navigation } from "@latchkey/conformance/adapter"
import { admin, anyone } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { english, headOf, makeSurface, type SurfaceOptions, type Texts } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import * as Logger from "effect/Logger"
import { expect, onTestFinished, test } from "vitest"
import { bodyOf, NEW_PASSWORD, textOf, withAda } from "./answers.ts"
import { openSite, type Site } from "./site.ts"

const both = { texts: [english, german] } satisfies SurfaceOptions

/** A browser that prefers these languages. */
const speaking = (languages: string) => ({
  ...navigation,
  "sec-fetch-site": "same-origin",
  "accept-language": languages
})

const languageOf = ({ body }: { readonly body: string }): string | undefined => /<html lang="([^"]*)">/.exec(body)?.[1]

const loginIn = async ({ ask }: Site, languages: string) => {
  const page = await ask({ target: "/login", headers: speaking(languages) })
  return [languageOf(page), textOf(page).includes(german.login.password) ? "de" : "en"]
}

const head = (headers: Readonly<Record<string, string>>) =>
  headOf(new Request("http://localhost:3000/", { headers }), null)

test("with one catalogue, pages are in its language whatever the browser prefers, and depend on no header", async () => {
  const site = await openSite({}, { texts: german })
  expect(await loginIn(site, "en")).toEqual(["de", "de"])
  expect(headerOf(await site.ask({ target: "/login" }), "vary")).toBe("Authorization, Cookie")
  expect(site.surface.securityHeaders.page.Vary).toBe("Authorization, Cookie")
})

test("without the option, pages are in English", async () => {
  expect(await loginIn(await openSite(), "de")).toEqual(["en", "en"])
})

test("of several catalogues the browser's preference chooses, and the first is for all others", async () => {
  const site = await openSite({}, both)
  for (const languages of ["de", "de-AT,de;q=0.9,en;q=0.8", "DE-ch", "fr, de;q=0.3, en;q=0.2"])
    expect(await loginIn(site, languages), languages).toEqual(["de", "de"])
  for (const languages of ["", "*", "fr", "en, de;q=0.9", "de;q=0", "nonsense;;q"])
    expect(await loginIn(site, languages), languages).toEqual(["en", "en"])
  const other = await openSite({}, { texts: [german, english] })
  expect(await loginIn(other, "fr")).toEqual(["de", "de"])
  expect(await loginIn(other, "en-GB")).toEqual(["en", "en"])
})

test("pages that depend on the language say so to caches; data and redirects do not depend on it", async () => {
  const { ask, surface } = await openSite({}, both)
  const varyOf = async (target: string, headers: Readonly<Record<string, string>>) =>
    headerOf(await ask({ target, headers }), "vary")
  for (const target of ["/login", "/register", "/nowhere"])
    expect(await varyOf(target, navigation), target).toBe("Authorization, Cookie, Accept-Language")
  for (const target of ["/profile/", "/users/me"]) // a redirect to the login page, and a problem for programs
    expect(await varyOf(target, target === "/users/me" ? {} : navigation), target).toBe("Authorization, Cookie")
  expect(surface.securityHeaders.page.Vary).toBe("Authorization, Cookie, Accept-Language")
  expect(surface.securityHeaders.data.Vary).toBe("Authorization, Cookie")
})

test("the language that the host knows comes before the browser's; with none, or one without a catalogue, the browser's counts", async () => {
  const known = new Map<string, string | null | undefined>([
    ["english", "en"],
    ["austrian", "de-AT"],
    ["french", "fr"],
    ["empty", ""],
    ["null", null],
    ["hostile", "de; q=2, <b>"]
  ])
  const lang: SurfaceOptions["lang"] = ({ header }) => known.get(header("cookie") ?? "")
  const { ask } = await openSite({}, { ...both, lang })
  const language = async (cookie: string, languages: string) =>
    languageOf(await ask({ target: "/login", headers: { ...speaking(languages), cookie } }))
  expect(await language("english", "de")).toBe("en")
  expect(await language("austrian", "en")).toBe("de")
  for (const cookie of ["french", "empty", "null", "unknown", "hostile"]) {
    expect(await language(cookie, "de"), cookie).toBe("de")
    expect(await language(cookie, "fr"), cookie).toBe("en")
  }
})

test("a language that comes later is a mistake of the host, and the log says what to change", async () => {
  const lines: Array<unknown> = []
  const ambient = Logger.layer([Logger.make(({ message }) => lines.push(message))])
  const lang = (async () => "de") as unknown as () => string
  const { ask } = await openSite({ ambient }, { ...both, lang })
  expect((await ask({ target: "/login", headers: speaking("de") })).status).toBe(500)
  expect(JSON.stringify(lines)).toContain("lang returned neither text nor null.")
})

test("a refused form has its errors in the reader's language, beside the same codes", async () => {
  const codes: Array<unknown> = []
  const site = await openSite(
    {},
    {
      ...both,
      pages: {
        login: (view) => {
          codes.push([view.errors.form?.code, view.errors.form?.text])
          return view.site.name as never
        }
      }
    }
  )
  for (const languages of ["de", "en"]) {
    const form = { username: "ada", password: "wrong" }
    await site.ask({ target: "/login", form, headers: speaking(languages) })
  }
  expect(codes).toEqual([german, english].map(({ errors }) => ["invalid-credentials", errors["invalid-credentials"]]))
  const form = { username: "a b", password: NEW_PASSWORD, password_confirm: "another" }
  const page = textOf(await site.ask({ target: "/register", form, headers: speaking("de") }))
  expect(page).toContain(german.page.problemTitle)
  expect(page).toContain(german.errors["passwords-differ"])
})

test("a limit says in the reader's language how long to wait", async () => {
  const site = await withAda({}, both)
  const form = { username: "ada", password: "wrong" }
  const guess = () => site.ask({ target: "/login", form, headers: speaking("de") })
  let last = await guess()
  for (let n = 0; n < 30 && last.status !== 429; n++) last = await guess()
  expect([last.status, textOf(last)]).toEqual([
    429,
    expect.stringMatching(/Versuchen Sie es in \d+ \p{L}+ noch einmal\./u)
  ])
})

test("notices after a redirect, and pages about problems, are in the reader's language", async () => {
  const site = await withAda({}, both)
  const notice = await site.ask({ target: "/login?done=fresh", headers: speaking("de") })
  expect(textOf(notice)).toContain(german.notices.fresh)
  const nowhere = await site.ask({ target: "/nowhere", headers: speaking("de") })
  expect([nowhere.status, languageOf(nowhere)]).toEqual([404, "de"])
  expect(textOf(nowhere)).toContain(german.problems.byStatus[404].text)
  const forged = await site.ask({
    target: "/login",
    form: {},
    headers: { ...speaking("de"), "sec-fetch-site": "cross-site" }
  })
  expect([forged.status, textOf(forged)]).toEqual([
    403,
    expect.stringContaining(german.problems.byCode["forged-request"])
  ])
})

test("a guard of the host's refuses in the reader's language", async () => {
  const { surface, browser } = await withAda({}, both)
  const judged = await surface.guard(admin)(head({ ...(await browser()), ...speaking("de") }))
  if (judged.isAllowed) throw new Error("allowed")
  const body = await judged.response.text()
  expect([judged.response.status, languageOf({ body })]).toEqual([403, "de"])
  expect(body).toContain(german.problems.byCode["admin-required"])
})

test("programs get the same JSON whatever the language", async () => {
  const { ask } = await withAda({}, { texts: [german, english] })
  const asking = async (languages: string) => [
    bodyOf(await ask({ target: "/nowhere", headers: { "accept-language": languages } })),
    bodyOf(
      await ask({
        target: "/auth/register",
        json: { email: "x", password: "y" },
        headers: { "accept-language": languages }
      })
    ),
    bodyOf(
      await ask({
        target: "/register",
        json: { username: "grace", password: NEW_PASSWORD, password_confirm: "another" },
        headers: { accept: "application/json", "accept-language": languages }
      })
    )
  ]
  const inGerman = await asking("de")
  expect(inGerman).toEqual(await asking("en"))
  expect(JSON.stringify(inGerman)).toContain(english.errors["passwords-differ"])
})

test("a host's own layout gets the catalogue of a request, and the menu in its language", async () => {
  const { surface, browser } = await withAda({}, both)
  const texts = surface.textsOf(head({ "accept-language": "de-DE" }))
  expect([texts, surface.textsOf(head({}))]).toEqual([german, english])
  const judged = await surface.guard(anyone)(head(await browser()))
  if (!judged.isAllowed) throw new Error("refused")
  const labels = (of?: Texts) => surface.navigation(judged.identity, undefined, of).map(({ label }) => label)
  expect(labels(texts)).toEqual(["Profil", "Token", "Abmelden"])
  expect(labels()).toEqual(["Profile", "Tokens", "Log out"])
  expect(surface.navigation(null, undefined, texts).map(({ label }) => label)).toEqual(["Anmelden"])
})

test("a replaced sentence is what the page says, and all others stay", async () => {
  const texts: Texts = { ...english, login: { ...english.login, submit: "Sign in" } }
  const { ask } = await openSite({}, { texts })
  const page = await ask({ target: "/login" })
  expect(page.body).toMatch(/<button[^>]*>Sign in<\/button>/)
  expect(textOf(page)).toContain(english.login.password)
})

test("what a scope of the host allows is said in the reader's language where a catalogue says it", async () => {
  const texts = { ...german, tokens: { ...german.tokens, scopes: { "packages:read": "Pakete herunterladen" } } }
  const scopes = { "packages:read": "Download packages", constructor: "Build" }
  const site = await withAda({ tokens: { scopes } }, { texts: [english, texts] })
  const headers = await site.browser()
  const page = async (languages: string) =>
    textOf(await site.ask({ target: "/tokens/", headers: { ...headers, ...speaking(languages) } }))
  expect(await page("en")).toMatch(/Download packages packages:read .*Build constructor/)
  expect(await page("de")).toMatch(/Pakete herunterladen packages:read .*Build constructor/)
})

test("a catalogue that cannot serve every page fails at start", async () => {
  const { auth } = await createTestAuth()
  onTestFinished(() => auth.close())
  const { submit: _, ...login } = german.login
  expect(() => makeSurface(auth, { texts: { ...german, login } as Texts })).toThrow("lacks login.submit")
  expect(() => makeSurface(auth, { texts: [] as never })).toThrow("empty list")
  expect(() => makeSurface(auth, { lang: "de" as never })).toThrow("lang must be a function")
})
