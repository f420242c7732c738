import { expect, test } from "vitest"
import {
  attribute,
  describePage,
  elementsOf,
  first,
  formsOf,
  input,
  linksOf,
  questionsOf,
  textOf
} from "../../test/page-checks.ts"
import { errorsOf, frameOf, noticeOf, said, testEscaping } from "../../test/page-escaping.ts"
import type { Markup } from "../page/view.ts"
import { renderPage } from "../surface/render.ts"
import { TokensPage } from "./page.tsx"
import { sampleTokens as tokens } from "./sample.ts"

const secret = "lk_pat_shown0this0once"
const issued = {
  name: "Nightly build",
  secret,
  usage: [
    { label: "With curl:", command: `curl -H "Authorization: Bearer ${secret}" https://example.org/users/me` },
    { label: "With pip:", command: `pip install --index-url https://__token__:${secret}@example.org/simple/ PACKAGE` }
  ]
}
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

test("the tokens page's form posts what the wire says, and each token has links to its questions (CSR-15, PAT-14)", () => {
  const fields = ["user", "idempotency_key", "name", "expires_in_days", "scope:packages:read", "scope:packages:write"]
  const page = TokensPage({ ...tokens, navigation: [] })
  expect(formsOf(page)).toEqual([{ action: "/tokens/", fields }])
  expect(attribute(input(page, "idempotency_key"), "value")).toBe(tokens.form.idempotencyKey)
  expect(linksOf(page).filter((href) => href.startsWith("/tokens/t"))).toEqual([
    "/tokens/t1/rotate",
    "/tokens/t1/revoke",
    "/tokens/t2/rotate",
    "/tokens/t2/revoke",
    "/tokens/t3/revoke",
    "/tokens/t4/rotate",
    "/tokens/t4/revoke"
  ])
  expect(questionsOf(page)[1]).toEqual([
    "/tokens/t2/revoke",
    "Revoke the token “Laptop”? Programs that use it stop working at once."
  ])
  expect(questionsOf(page)).toHaveLength(4) // rotating has something to choose, so its page asks
})

test("PAT-04 the tokens page asks for the password where the log-in is old", () => {
  const forms = formsOf(TokensPage({ ...tokens, navigation: [], scopes: [], asksCurrentPassword: true }))
  expect(forms).toEqual([
    { action: "/tokens/", fields: ["user", "idempotency_key", "name", "expires_in_days", "current_password"] }
  ])
})

test("PAT-03 the page of a token that was just made shows it once, and once in each line that uses it; no form sends it", () => {
  const page = TokensPage({ ...tokens, issued })
  const lines = elementsOf(page).filter((element) => attribute(element, "class") === "secret")
  expect(lines.map(textOf)).toEqual([secret, ...issued.usage.map(({ command }) => command)])
  expect(renderPage(page).split(secret)).toHaveLength(4)
  const focused = elementsOf(page).filter((element) => attribute(element, "autofocus") !== null)
  expect(focused.map(textOf)).toEqual(["Your new token “Nightly build”"])
  expect(renderPage(TokensPage(tokens))).not.toContain("issued-")
})

test("a page of older tokens leads back to the newest", () => {
  expect(linksOf(TokensPage({ ...tokens, newestPath: "/tokens/#tokens" }))).toContain("/tokens/#tokens")
  expect(linksOf(TokensPage(tokens))).not.toContain("/tokens/#tokens")
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
  const page = TokensPage({ ...tokens, form: { ...tokens.form, name: "Laptop", expiresInDays: "7", errors } })
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
    user: { id: text, username: text, email: text },
    tokens: tokens.tokens.map((token) => ({
      ...token,
      name: text,
      hint: `…${text}`,
      scopes: token.scopes.map(() => text),
      revokePath: text,
      rotatePath: text
    })),
    issued: { name: text, secret: text, usage: [{ label: text, command: text }] },
    scopes: tokens.scopes.map((each) => ({ ...each, name: text, about: text, field: text })),
    lifetimes: [text, `${text}!`],
    form: { name: text, expiresInDays: "90", idempotencyKey: text, errors: errorsOf(text) },
    asksCurrentPassword: true,
    notice: noticeOf(text)
  })
)
