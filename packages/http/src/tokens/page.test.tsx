import { expect, test } from "vitest"
import { attribute, describePage, elementsOf, first, formsOf, input, linksOf, textOf } from "../../test/page-checks.ts"
import { errorsOf, frameOf, noticeOf, said, testEscaping } from "../../test/page-escaping.ts"
import { renderPage } from "../page/render.ts"
import type { Markup } from "../page/view.ts"
import { TokensPage } from "./page.tsx"
import { sampleTokens as tokens } from "./sample.ts"

const issued = { name: "Nightly build", secret: "lk_pat_shown0this0once" }
const wrongToken = {
  form: said("Nothing was made."),
  name: said("Too long."),
  expires_in_days: said("Too many."),
  scopes: said("No such scope."),
  current_password: said("Not yours.")
}

describePage("tokens", TokensPage(tokens))
describePage("tokens with one that was just made", TokensPage({ ...tokens, issued }))
describePage("tokens that failed", TokensPage({ ...tokens, form: { ...tokens.form, errors: wrongToken } }))
describePage(
  "tokens that failed where no field is asked for",
  TokensPage({ ...tokens, scopes: [], form: { ...tokens.form, errors: wrongToken } })
)
describePage("tokens without scopes", TokensPage({ ...tokens, scopes: [] }))
describePage("tokens of a log-in that is no longer fresh", TokensPage({ ...tokens, asksCurrentPassword: true }))
describePage("tokens of who has none", TokensPage({ ...tokens, tokens: [] }))

test("the tokens page's forms post what the wire says: a box for each scope, and two buttons for each token", () => {
  const fields = ["name", "expires_in_days", "scope:packages:read", "scope:packages:write"]
  expect(formsOf(TokensPage({ ...tokens, navigation: [] }))).toEqual([
    { action: "/tokens/t1/rotate", fields: [] },
    { action: "/tokens/t1/revoke", fields: [] },
    { action: "/tokens/t2/rotate", fields: [] },
    { action: "/tokens/t2/revoke", fields: [] },
    { action: "/tokens/t3/revoke", fields: [] },
    { action: "/tokens/t4/rotate", fields: [] },
    { action: "/tokens/t4/revoke", fields: [] },
    { action: "/tokens/", fields }
  ])
})

test("PAT-04 the tokens page asks for the password where the log-in is old, and offers no rotation then", () => {
  const forms = formsOf(TokensPage({ ...tokens, navigation: [], scopes: [], asksCurrentPassword: true }))
  expect(forms.at(-1)).toEqual({ action: "/tokens/", fields: ["name", "expires_in_days", "current_password"] })
  expect(forms.filter(({ action }) => action?.endsWith("/rotate"))).toEqual([])
  expect(forms.filter(({ action }) => action?.endsWith("/revoke"))).toHaveLength(4)
})

test("PAT-03 the page of a token that was just made shows it once, in a field of its own that no form sends", () => {
  const page = TokensPage({ ...tokens, issued })
  expect(renderPage(page).split(issued.secret)).toHaveLength(2)
  const shown = elementsOf(page).filter((element) => attribute(element, "value") === issued.secret)
  expect(shown.map((element) => [attribute(element, "readonly"), attribute(element, "name")])).toEqual([["", null]])
  expect(renderPage(TokensPage(tokens))).not.toContain("issued-token")
})

test("PAT-10 no scope is ticked that the reader did not tick, and those that were stay ticked", () => {
  const ticked = (page: Markup) =>
    elementsOf(page).flatMap((element) =>
      attribute(element, "checked") === null ? [] : [attribute(element, "name") ?? ""]
    )
  expect(ticked(TokensPage(tokens))).toEqual([])
  const scopes = tokens.scopes.map((each) => ({ ...each, isChosen: each.name === "packages:write" }))
  expect(ticked(TokensPage({ ...tokens, scopes }))).toEqual(["scope:packages:write"])
})

test("PAT-05 the tokens page offers the lifetimes there are, with the usual one chosen", () => {
  const page = TokensPage({ ...tokens, lifetimes: ["1", "90", "never"] })
  const options = elementsOf(page).filter(({ tagName }) => tagName === "option")
  expect(
    options.map((option) => [attribute(option, "value"), textOf(option), attribute(option, "selected") !== null])
  ).toEqual([
    ["1", "In 1 day", false],
    ["90", "In 90 days", true],
    ["never", "Never", false]
  ])
})

test("a token that was refused keeps its name, and its first wrong field gets the focus", () => {
  const errors = { expires_in_days: said("Too many."), current_password: said("Not yours.") }
  const page = TokensPage({ ...tokens, form: { name: "Laptop", expiresInDays: "7", errors } })
  expect(attribute(input(page, "name"), "value")).toBe("Laptop")
  const focused = elementsOf(page).filter((element) => attribute(element, "autofocus") !== null)
  expect(focused.map((element) => attribute(element, "name"))).toEqual(["expires_in_days"])
  expect(linksOf(page)).toEqual(expect.arrayContaining(["#token-expires_in_days", "#token-current_password"]))
  expect(textOf(first(elementsOf(page), "title"))).toBe("Error: Your access tokens · Harbour Packages")
})

test("a token says when it was replaced or imported, and what it may", () => {
  const page = renderPage(TokensPage(tokens))
  expect([page.match(/Replaced/g)?.length, page.match(/Imported/g)?.length]).toEqual([1, 1])
  expect(page).toContain("identify you only")
  expect(page).toContain("packages:read, packages:write")
})

testEscaping("tokens", (text) =>
  TokensPage({
    ...tokens,
    ...frameOf(text),
    user: { username: text, email: text },
    tokens: tokens.tokens.map((token) => ({
      ...token,
      name: text,
      hint: `…${text}`,
      scopes: token.scopes.map(() => text),
      revokePath: text,
      rotatePath: text
    })),
    issued: { name: text, secret: text },
    scopes: tokens.scopes.map((each) => ({ ...each, name: text, about: text, field: text })),
    lifetimes: [text, `${text}!`],
    form: { name: text, expiresInDays: "90", errors: errorsOf(text) },
    asksCurrentPassword: true,
    notice: noticeOf(text)
  })
)
