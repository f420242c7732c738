import { ada, headerOf, navigation, type WireAnswer } from "@latchkey/conformance/adapter"
import fc from "fast-check"
import { type DefaultTreeAdapterTypes, parse } from "parse5"
import { expect, test } from "vitest"
import { openSite, type Site } from "../../test/site.ts"

const ORIGIN = "http://localhost:3000"

/** What leads away from this origin, or would be read as another path by some browser. */
const hostile = [
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r\n/evil.example",
  "\t//evil.example",
  " //evil.example",
  "/ /evil.example ",
  "/..//evil.example",
  "/.//evil.example",
  "/a/..//..//evil.example",
  "http://evil.example",
  "https:evil.example",
  "http:evil.example",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,x",
  "//evil.example@localhost:3000",
  "http://localhost:3000@evil.example",
  "http://localhost:3000/reports",
  "evil.example",
  "?next=x",
  "#x",
  "",
  "/\0",
  "/\x7f",
  `/${"a".repeat(2_048)}`,
  "\u2028//evil.example"
]

/** What is a path on this origin, and what is made of it. */
const friendly: Readonly<Record<string, string>> = {
  "/": "/",
  "/reports": "/reports",
  "/reports?a=1&b=2": "/reports?a=1&b=2",
  "/reports#part": "/reports",
  "/a/../b": "/b",
  "/ü": "/%C3%BC",
  "/a%2F%2Fevil.example": "/a%2F%2Fevil.example",
  "/:80": "/:80",
  "/@evil.example": "/@evil.example",
  "/?next=//evil.example": "/?next=//evil.example",
  '/a"b<c>': "/a%22b%3Cc%3E"
}

const withAda = async (): Promise<Site> => {
  const site = await openSite({ throttle: { perAccount: 10_000 } })
  await site.auth.users.create(ada)
  return site
}

/** Where each way through the surface leads, when someone wishes to go on to `next`. */
const waysOn: Readonly<Record<string, (site: Site, next: string) => Promise<WireAnswer>>> = {
  "log-in by form": ({ ask }, next) =>
    ask({ target: "/login", form: { username: ada.username, password: ada.password, next } }),
  "log-in by address": ({ ask }, next) =>
    ask({
      target: `/login?${new URLSearchParams({ next })}`,
      form: { username: ada.username, password: ada.password }
    }),
  "logged in already": async (site, next) =>
    site.ask({ target: `/login?${new URLSearchParams({ next })}`, headers: await site.browser() }),
  "registered already": async (site, next) =>
    site.ask({ target: `/register?${new URLSearchParams({ next })}`, headers: await site.browser() })
}

test("RED-01 what leads to another origin, in whatever disguise, leads to the profile instead", async () => {
  const site = await withAda()
  for (const [way, goOn] of Object.entries(waysOn)) {
    for (const next of hostile) {
      const answer = await goOn(site, next)
      expect([answer.status, headerOf(answer, "location")], `${way} ${JSON.stringify(next)}`).toEqual([
        303,
        "/profile/"
      ])
    }
  }
})

test("RED-01 a path on this origin is gone on to, as a browser would read it", async () => {
  const site = await withAda()
  for (const [way, goOn] of Object.entries(waysOn)) {
    for (const [next, location] of Object.entries(friendly)) {
      const answer = await goOn(site, next)
      expect([answer.status, headerOf(answer, "location")], `${way} ${next}`).toEqual([303, location])
    }
  }
})

test("RED-01 whatever is wished for, a browser stays on this origin", async () => {
  const site = await withAda()
  const headers = await site.browser()
  const piece = fc.constantFrom(
    ..."/\\.:@?#%\t\n\r \0ae",
    "..",
    "//",
    "%2f",
    "%5c",
    "http:",
    "evil.example",
    "／",
    "\u2028",
    "\ud83d\ude00"
  )
  const wish = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""))
  await fc.assert(
    fc.asyncProperty(wish, async (next) => {
      const answer = await site.ask({ target: `/login?${new URLSearchParams({ next })}`, headers })
      expect(new URL(headerOf(answer, "location") ?? "", ORIGIN).origin).toBe(ORIGIN)
    }),
    { numRuns: 300 }
  )
})

test("RED-02 a wish that comes twice, or as a list, is none, and never an error", async () => {
  const site = await withAda()
  const headers = await site.browser()
  for (const query of [
    "next=/a&next=/b",
    "next=/a&next=/a",
    "next[]=/a",
    "next[0]=/a",
    "next.x=/a",
    "next",
    "NEXT=/a",
    "next=%"
  ]) {
    for (const path of ["/login", "/register"]) {
      const answer = await site.ask({ target: `${path}?${query}`, headers })
      expect([answer.status, headerOf(answer, "location")], `${path}?${query}`).toEqual([303, "/profile/"])
    }
  }
  const form = { username: ada.username, password: ada.password }
  const posted = await site.ask({ target: "/login?next=/a&next=/b", form })
  expect([posted.status, headerOf(posted, "location")]).toEqual([303, "/profile/"])
  const body = `${new URLSearchParams(form)}&next=/a&next=/b`
  const type = { "content-type": "application/x-www-form-urlencoded" }
  expect((await site.ask({ target: "/login", headers: type, body })).status).toBe(422)
  for (const next of [["/a"], { a: "/a" }, 1]) {
    expect((await site.ask({ target: "/login", json: { ...form, next } })).status).toBe(422)
  }
})

/** Every element of a page, as its name and attributes. */
const elementsOf = (html: string): ReadonlyArray<readonly [string, Readonly<Record<string, string>>]> => {
  const found: Array<readonly [string, Readonly<Record<string, string>>]> = []
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ("attrs" in node)
      found.push([node.tagName, Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]))])
    if ("childNodes" in node) node.childNodes.forEach(visit)
  }
  parse(html).childNodes.forEach(visit)
  return found
}

test("RED-03 a page repeats a wish only in its hidden field and its link, and a name only in its field (HTM-01)", async () => {
  const { ask } = await openSite()
  const wishes = ["/a", '/a"><script>alert(1)</script>', "/a'onload=x", "/a`<img/src=x>", "/?a=<b>&c=</title>"]
  const plain = elementsOf((await ask({ target: "/login?next=/a" })).body)
  for (const next of wishes) {
    const page = await ask({ target: `/login?${new URLSearchParams({ next })}` })
    const elements = elementsOf(page.body)
    expect(elements.map(([name]) => name)).toEqual(plain.map(([name]) => name))
    expect(elements.filter(([, { value }]) => value?.startsWith("/")).map(([name]) => name)).toEqual(["input"])
  }
  const names = [
    '"><script>alert(1)</script>',
    "' autofocus onfocus=alert(1) x='",
    "</title><img src=x>",
    "javascript:alert(1)"
  ]
  for (const username of names) {
    for (const target of ["/login", "/register"]) {
      const page = await ask({ target, form: { username, password: "x" }, headers: navigation })
      const elements = elementsOf(page.body)
      expect(elements.find(([, { name }]) => name === "username")?.[1].value).toBe(username)
      expect(elements.filter(([name]) => name === "script").map(([, { src }]) => src?.slice(0, 10))).toEqual([
        "/latchkey-"
      ])
      expect(elements.flatMap(([, attributes]) => Object.keys(attributes)).filter((name) => /^on/.test(name))).toEqual(
        []
      )
    }
  }
})

test("RED-04 every absolute address comes from the options, whatever the request says", async () => {
  const site = await openSite({ publicUrl: "https://app.example.org" })
  const headers = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" }
  const document = JSON.parse((await site.ask({ target: "/openapi.json", headers })).body)
  expect(document.servers).toEqual([{ url: "https://app.example.org" }])
  for (const target of ["/login", "/register", "/profile/", "/setup/"]) {
    const answer = await site.ask({ target, headers: { ...headers, ...navigation } })
    expect(JSON.stringify(answer)).not.toContain("evil")
  }
  const setup = await openSite({ admin: null, setup: { token: "a-setup-token-for-tests" } })
  expect((await setup.ask({ target: "/setup/?token=https://evil.example", headers })).body).not.toContain(
    'href="https://evil'
  )
})

test("RED-05 who sends a form of a page without a session comes back to that page, and is told why; what was posted is gone", async () => {
  const site = await openSite()
  const forms = {
    "/tokens/": "/tokens/",
    "/tokens/x/revoke?a=1": "/tokens/x/revoke",
    "/profile/details": "/profile/details",
    "/sessions/revoke-others": "/sessions/revoke-others"
  }
  for (const [target, next] of Object.entries(forms)) {
    const answer = await site.ask({ target, form: { name: "Laptop" }, headers: navigation })
    const login = `/login?${new URLSearchParams({ next, done: "ended" })}`
    expect([answer.status, headerOf(answer, "location")]).toEqual([303, login])
  }
  const program = await site.ask({ target: "/auth/jwt/logout", form: {}, headers: navigation })
  expect(headerOf(program, "location")).toBe("/login")
})
