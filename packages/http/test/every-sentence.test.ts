import { ada, headerOf, navigation, root, type WireAnswer } from "@latchkey/conformance/adapter"
import { runtimeEntries } from "@latchkey/core"
import { expect, test } from "vitest"
import { routeTable } from "../src/features.ts"
import type { Route } from "../src/surface/route.ts"
import { NEW_PASSWORD } from "./answers.ts"
import { openSite } from "./site.ts"
import { markedTexts, wordsOutside } from "./words.ts"

/** The values of settings are those of the reference, in every language. */
const CHOICES = runtimeEntries.flatMap(({ setting: { field } }) => (field.kind === "choice" ? field.choices : []))

const SCOPES = { "packages:read": "Download packages" }

/** A site whose every sentence is marked, and what its pages say without a mark. */
const openMarked = async (...[options = {}, more = {}]: Parameters<typeof openSite>) => {
  const site = await openSite({ tokens: { scopes: SCOPES }, ...options }, { texts: markedTexts, ...more })
  await site.auth.users.create({ ...ada, isVerified: false })
  const data = [
    "Latchkey",
    ada.username,
    root.username,
    "root@example.org",
    "Nightly build",
    ...Object.entries(SCOPES).flat(),
    ...CHOICES
  ]
  const outside = (answer: WireAnswer) =>
    headerOf(answer, "content-type")?.startsWith("text/html") ? wordsOutside(answer.body, data) : []
  return { ...site, outside }
}

type Marked = Awaited<ReturnType<typeof openMarked>>

const targetOf = ({ path }: Route): string => path.replace(":id", "x")

/** Everybody who may see pages. */
const callers = {
  nobody: async () => ({}),
  user: ({ browser }: Marked) => browser(),
  administrator: ({ browser }: Marked) => browser(root),
  token: ({ token }: Marked) => token()
}

for (const [who, headersOf] of Object.entries(callers))
  test(`every page that a GET shows to ${who} consists of the catalogue's sentences`, async () => {
    const site = await openMarked()
    await site.token()
    const headers = { ...(await headersOf(site)), ...navigation }
    const seen: Array<string> = []
    for (const row of routeTable.filter(({ method }) => method === "GET")) {
      for (const query of ["", "?done=fresh", "?done=password", "?done=anything"]) {
        const answer = await site.ask({ target: targetOf(row) + query, headers })
        expect(site.outside(answer), `${row.path}${query} for ${who}`).toEqual([])
        if (answer.body.startsWith("<!doctype html>")) seen.push(row.path)
      }
    }
    expect(seen).toContain(who === "nobody" ? "/login" : "/profile/")
  })

const forms = {
  empty: {},
  wrong: {
    username: "a b",
    email: "not an address",
    password: "short",
    password_confirm: "other",
    current_password: "wrong",
    token: "wrong",
    name: "x".repeat(101),
    expires_in_days: "900"
  },
  plausible: {
    username: ada.username,
    password: NEW_PASSWORD,
    password_confirm: NEW_PASSWORD,
    current_password: ada.password,
    name: "Nightly build",
    expires_in_days: "7"
  }
}

for (const who of ["nobody", "user", "administrator"] as const)
  test(`every page that answers a form of ${who} consists of the catalogue's sentences`, async () => {
    const site = await openMarked()
    const statuses = new Set<number>()
    for (const row of routeTable.filter(({ method }) => method === "POST")) {
      for (const [name, form] of Object.entries(forms)) {
        // A form may end the session that sends it, so each comes from a new one.
        const headers = { "sec-fetch-site": "same-origin", ...(await callers[who](site)), ...navigation }
        const answer = await site.ask({ target: targetOf(row), form, headers })
        expect(site.outside(answer), `${name} form to ${row.path} of ${who}`).toEqual([])
        if (headerOf(answer, "content-type")?.startsWith("text/html")) statuses.add(answer.status)
      }
    }
    expect(statuses.size).toBeGreaterThan(1)
  })

/** Settings that change what pages say. */
const settings: ReadonlyArray<Parameters<typeof openMarked>[0]> = [
  { sessions: { requireVerified: true } },
  { registration: "closed" },
  { tokens: { enabled: false } }
]

for (const options of settings)
  test(`every page consists of the catalogue's sentences with ${JSON.stringify(options)}`, async () => {
    const site = await openMarked(options)
    const asking = { ...(await site.browser(root)), ...navigation }
    for (const row of routeTable) {
      for (const headers of [{ ...navigation, "sec-fetch-site": "same-origin" }, asking]) {
        const form = row.method === "POST" ? { form: forms.wrong } : {}
        const answer = await site.ask({ method: row.method, target: targetOf(row), headers, ...form })
        expect(site.outside(answer), `${row.method} ${row.path}`).toEqual([])
      }
    }
  })

test("a page that says a sentence of its own is found", async () => {
  const site = await openMarked({}, { pages: { message: () => "Sorry!" as never } })
  expect(site.outside(await site.ask({ target: "/nowhere", headers: navigation }))).toEqual(["Sorry!"])
})
