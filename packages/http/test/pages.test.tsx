import { type DefaultTreeAdapterTypes, parse } from "parse5"
import { describe, expect, test } from "vitest"
import { renderPage } from "../src/page/render.ts"
import { sampleViews } from "../src/page/sample-views.ts"
import { defaultPages, type Markup } from "../src/page/view.ts"

type Element = DefaultTreeAdapterTypes.Element

const { login, register, setup, profile, tokens, logout, message } = sampleViews
const issued = { name: "Nightly build", secret: "lk_pat_shown0this0once" }
const wrongToken = {
  form: "Nothing was made.",
  name: "Too long.",
  expires_in_days: "Too many.",
  scopes: "No such scope.",
  current_password: "Not yours."
}
const wrong = { form: "Nothing was saved.", username: "Taken.", email: "Not an address.", password: "Too short." }

const pages: ReadonlyArray<readonly [string, Markup]> = [
  ["login", defaultPages.login(login)],
  ["login by e-mail only", defaultPages.login({ ...login, logins: "email", registrationOpen: false, next: null })],
  ["login that failed", defaultPages.login({ ...login, username: "ada", errors: { form: "Wrong." } })],
  ["register", defaultPages.register(register)],
  ["register that failed", defaultPages.register({ ...register, errors: wrong })],
  ["register by username only", defaultPages.register({ ...register, logins: "username" })],
  ["setup", defaultPages.setup(setup)],
  ["setup from a link", defaultPages.setup({ ...setup, token: { kind: "known", value: "t" } })],
  [
    "setup that failed",
    defaultPages.setup({ ...setup, errors: { ...wrong, token: "Wrong.", password_confirm: "No." } })
  ],
  ["profile", defaultPages.profile(profile)],
  ["profile that failed", defaultPages.profile({ ...profile, details: { ...profile.details, errors: wrong } })],
  ["profile with a password to change", defaultPages.profile({ ...profile, mustChangePassword: true })],
  ["tokens", defaultPages.tokens(tokens)],
  ["tokens with one that was just made", defaultPages.tokens({ ...tokens, issued })],
  ["tokens that failed", defaultPages.tokens({ ...tokens, form: { ...tokens.form, errors: wrongToken } })],
  [
    "tokens that failed where no field is asked for",
    defaultPages.tokens({ ...tokens, scopes: [], form: { ...tokens.form, errors: wrongToken } })
  ],
  ["tokens without scopes", defaultPages.tokens({ ...tokens, scopes: [] })],
  ["tokens of a log-in that is no longer fresh", defaultPages.tokens({ ...tokens, asksCurrentPassword: true })],
  ["tokens of who has none", defaultPages.tokens({ ...tokens, tokens: [] })],
  ["profile without a session", defaultPages.profile({ ...profile, sessions: [], canLogOut: false })],
  ["logout", defaultPages.logout(logout)],
  ["message", defaultPages.message(message)],
  ["message without a way on", defaultPages.message({ ...message, status: null, link: null })]
]

describe.each(pages)("the %s page", (_, page) => {
  const elements = elementsOf(page)
  const ids = elements.flatMap((element) => attribute(element, "id") ?? [])
  const inputs = elements.filter(({ tagName }) => tagName === "input")
  const fields = elements.filter(({ tagName }) => tagName === "input" || tagName === "select")
  const visible = fields.filter((input) => attribute(input, "type") !== "hidden" && attribute(input, "hidden") === null)

  test("needs no script and no inline style, so the strict policy holds (HTM-02)", () => {
    const names = elements.flatMap(({ attrs }) => attrs.map(({ name }) => name))
    expect(elements.filter(({ tagName }) => ["script", "style", "iframe", "base"].includes(tagName))).toEqual([])
    expect(names.filter((name) => name === "style" || name.startsWith("on"))).toEqual([])
  })

  test("says its language, its name and that nobody should index it", () => {
    expect(attribute(first(elements, "html"), "lang")).toBe("en")
    expect(textOf(first(elements, "title"))).toContain("Harbour Packages")
    const metas = elements.filter(({ tagName }) => tagName === "meta").map((meta) => attribute(meta, "name"))
    expect(metas).toEqual([null, "viewport", "color-scheme", "robots"])
  })

  test("gives every visible input a label of its own", () => {
    const labelled = elements.filter(({ tagName }) => tagName === "label").map((label) => attribute(label, "for"))
    expect(labelled).toEqual(visible.map((input) => attribute(input, "id")))
  })

  test("uses each id once, and points only at ids that exist", () => {
    const pointers = elements.flatMap((element) => [
      ...(attribute(element, "aria-describedby")?.split(" ") ?? []),
      ...(attribute(element, "aria-labelledby")?.split(" ") ?? []),
      ...(attribute(element, "href")?.startsWith("#") ? [attribute(element, "href")?.slice(1)] : [])
    ])
    expect(ids).toEqual([...new Set(ids)])
    expect(pointers.filter((pointer) => pointer === undefined || !ids.includes(pointer))).toEqual([])
  })

  test("never sends a password back, and helps password managers (PWD-21)", () => {
    const passwords = inputs.filter((input) => attribute(input, "type") === "password")
    expect(inputs.filter((input) => attribute(input, "name")?.includes("password"))).toEqual(passwords)
    for (const input of passwords) {
      expect(attribute(input, "value")).toBeNull()
      expect(attribute(input, "autocomplete")).toMatch(/^(current|new)-password$/)
      expect(attribute(input, "maxlength")).toBeNull()
    }
  })

  test("changes things by POST only", () => {
    const forms = elements.filter(({ tagName }) => tagName === "form")
    expect(forms.filter((form) => attribute(form, "method") !== "post" || !attribute(form, "action"))).toEqual([])
    expect(elements.filter(({ attrs }) => attrs.some(({ name }) => name === "formaction"))).toEqual([])
  })

  test("has one main heading, then headings without gaps", () => {
    const levels = elements.flatMap(({ tagName }) => (/^h[1-6]$/.test(tagName) ? [Number(tagName[1])] : []))
    expect(levels.filter((level) => level === 1)).toEqual([1])
    expect(levels[0]).toBe(1)
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([])
  })

  test("puts the focus in one place at most, without tabindex", () => {
    const focused = elements.filter((element) => attribute(element, "autofocus") !== null)
    expect(focused.length).toBeLessThanOrEqual(1)
    expect(elements.filter((element) => attribute(element, "tabindex") !== null)).toEqual([])
  })
})

test("the login form posts what the wire says, and keeps where to go", () => {
  const page = defaultPages.login(login)
  expect(formsOf(page)).toEqual([{ action: "/login", fields: ["next", "username", "password"] }])
  expect(linksOf(page)).toContain("/register?next=%2Fpackages%2F%3Fpage%3D2")
})

test("the login page offers no registration where there is none", () => {
  expect(linksOf(defaultPages.login({ ...login, registrationOpen: false }))).toEqual(["#main", "/"])
})

test("a failed login keeps the name and asks for the password again", () => {
  const page = defaultPages.login({ ...login, username: "ada", errors: { form: "Wrong username or password." } })
  expect(attribute(input(page, "username"), "value")).toBe("ada")
  expect(attribute(input(page, "password"), "autofocus")).toBe("")
  expect(attribute(input(page, "password"), "aria-describedby")).toBe("login-problem")
  expect(textOf(first(elementsOf(page), "title"))).toBe("Error: Log in · Harbour Packages")
})

test("a field in error gets the focus, says so, and is linked from the summary", () => {
  const page = defaultPages.register({
    ...register,
    username: "ada",
    errors: { password: "Use at least 15 characters." }
  })
  expect(attribute(input(page, "username"), "value")).toBe("ada")
  expect(attribute(input(page, "password"), "autofocus")).toBe("")
  expect(attribute(input(page, "password"), "aria-invalid")).toBe("true")
  expect(attribute(input(page, "password"), "aria-describedby")).toBe("register-password-hint register-password-error")
  expect(linksOf(page)).toContain("#register-password")
})

test("the register form has the fields that users log in by", () => {
  const fields = (logins: "username" | "email" | "both") => formsOf(defaultPages.register({ ...register, logins }))
  expect(fields("username")).toEqual([{ action: "/register", fields: ["username", "password"] }])
  expect(fields("email")).toEqual([{ action: "/register", fields: ["email", "password"] }])
  expect(fields("both")).toEqual([{ action: "/register", fields: ["username", "email", "password"] }])
})

test("the setup form posts what the wire says", () => {
  const fields = ["token", "username", "email", "password", "password_confirm"]
  expect(formsOf(defaultPages.setup(setup))).toEqual([{ action: "/setup/", fields }])
})

test("a setup token from the link stays hidden until it proves wrong; then it must be typed", () => {
  const token = { kind: "known", value: "lk_set_x" } as const
  const known = input(defaultPages.setup({ ...setup, token }), "token")
  const refused = input(defaultPages.setup({ ...setup, token, errors: { token: "This is not the token." } }), "token")
  expect([attribute(known, "type"), attribute(known, "value")]).toEqual(["hidden", "lk_set_x"])
  expect([attribute(refused, "type"), attribute(refused, "value")]).toEqual(["text", ""])
})

test("setup without a token does not ask for one", () => {
  const [form] = formsOf(defaultPages.setup({ ...setup, token: { kind: "unneeded" } }))
  expect(form?.fields).not.toContain("token")
})

test("the profile's forms post what the wire says, one for each session", () => {
  expect(formsOf(defaultPages.profile(profile))).toEqual([
    { action: "/logout", fields: [] },
    { action: "/profile/details", fields: ["username", "email", "current_password"] },
    { action: "/profile/password", fields: ["current_password", "password", "password_confirm"] },
    { action: "/sessions/s1/revoke", fields: [] },
    { action: "/sessions/s2/revoke", fields: [] },
    { action: "/sessions/s3/revoke", fields: [] },
    { action: "/sessions/revoke-others", fields: [] }
  ])
})

test("the profile always has a way to log out (HTM-08)", () => {
  const [form] = formsOf(defaultPages.profile({ ...profile, navigation: [] }))
  expect(form).toEqual({ action: "/logout", fields: [] })
})

test("the profile marks this session, and offers to end the others only where there are any", () => {
  const alone = defaultPages.profile({ ...profile, sessions: profile.sessions.slice(0, 1) })
  expect(renderPage(alone).match(/This session/g)).toHaveLength(1)
  expect(formsOf(alone).map(({ action }) => action)).not.toContain("/sessions/revoke-others")
})

test("the tokens page's forms post what the wire says: a box for each scope, and two buttons for each token", () => {
  const fields = ["name", "expires_in_days", "scope:packages:read", "scope:packages:write"]
  expect(formsOf(defaultPages.tokens({ ...tokens, navigation: [] }))).toEqual([
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
  const forms = formsOf(defaultPages.tokens({ ...tokens, navigation: [], scopes: [], asksCurrentPassword: true }))
  expect(forms.at(-1)).toEqual({ action: "/tokens/", fields: ["name", "expires_in_days", "current_password"] })
  expect(forms.filter(({ action }) => action?.endsWith("/rotate"))).toEqual([])
  expect(forms.filter(({ action }) => action?.endsWith("/revoke"))).toHaveLength(4)
})

test("PAT-03 the page of a token that was just made shows it once, in a field of its own that no form sends", () => {
  const page = defaultPages.tokens({ ...tokens, issued })
  expect(renderPage(page).split(issued.secret)).toHaveLength(2)
  const shown = elementsOf(page).filter((element) => attribute(element, "value") === issued.secret)
  expect(shown.map((element) => [attribute(element, "readonly"), attribute(element, "name")])).toEqual([["", null]])
  expect(renderPage(defaultPages.tokens(tokens))).not.toContain("issued-token")
})

test("PAT-10 no scope is ticked that the reader did not tick, and those that were stay ticked", () => {
  const ticked = (page: Markup) =>
    elementsOf(page).flatMap((element) =>
      attribute(element, "checked") === null ? [] : [attribute(element, "name") ?? ""]
    )
  expect(ticked(defaultPages.tokens(tokens))).toEqual([])
  const scopes = tokens.scopes.map((each) => ({ ...each, isChosen: each.name === "packages:write" }))
  expect(ticked(defaultPages.tokens({ ...tokens, scopes }))).toEqual(["scope:packages:write"])
})

test("PAT-05 the tokens page offers the lifetimes there are, with the usual one chosen", () => {
  const page = defaultPages.tokens({ ...tokens, lifetimes: ["1", "90", "never"] })
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
  const errors = { expires_in_days: "Too many.", current_password: "Not yours." }
  const page = defaultPages.tokens({ ...tokens, form: { name: "Laptop", expiresInDays: "7", errors } })
  expect(attribute(input(page, "name"), "value")).toBe("Laptop")
  const focused = elementsOf(page).filter((element) => attribute(element, "autofocus") !== null)
  expect(focused.map((element) => attribute(element, "name"))).toEqual(["expires_in_days"])
  expect(linksOf(page)).toEqual(expect.arrayContaining(["#token-expires_in_days", "#token-current_password"]))
  expect(textOf(first(elementsOf(page), "title"))).toBe("Error: Your access tokens · Harbour Packages")
})

test("a token says when it was replaced or imported, and what it may", () => {
  const page = renderPage(defaultPages.tokens(tokens))
  expect([page.match(/Replaced/g)?.length, page.match(/Imported/g)?.length]).toEqual([1, 1])
  expect(page).toContain("only say who you are")
  expect(page).toContain("packages:read, packages:write")
})

test("the profile of someone whose browser sends the password by itself has no way to log out", () => {
  const page = defaultPages.profile({ ...profile, navigation: [], canLogOut: false })
  expect(formsOf(page).map(({ action }) => action)).not.toContain("/logout")
})

test("the profile of someone without a session offers to end each that there is, not `the others`; with none it lists none", () => {
  const sessions = profile.sessions.slice(1)
  const actions = formsOf(defaultPages.profile({ ...profile, sessions })).map(({ action }) => action)
  expect(actions).toEqual(expect.arrayContaining(["/sessions/s2/revoke", "/sessions/s3/revoke"]))
  expect(actions).not.toContain("/sessions/revoke-others")
  expect(renderPage(defaultPages.profile({ ...profile, sessions: [] }))).not.toContain("Where you are logged in")
})

test("the logout page asks, and leaves a way back", () => {
  const page = defaultPages.logout({ ...logout, navigation: [] })
  expect(formsOf(page)).toEqual([{ action: "/logout", fields: [] }])
  expect(linksOf(page)).toContain("/profile/")
})

test("an asynchronous page is a mistake of the host, and says what to do", () => {
  const Slow = async () => <p>later</p>
  expect(() => renderPage(<Slow />)).toThrow("Pages are plain functions")
})

function elementsOf(page: Markup): ReadonlyArray<Element> {
  const below = (parent: DefaultTreeAdapterTypes.ParentNode): ReadonlyArray<Element> =>
    parent.childNodes.flatMap((node) => ("tagName" in node ? [node, ...below(node)] : []))
  return below(parse(renderPage(page)))
}

function attribute(element: Element, name: string): string | null {
  return element.attrs.find((candidate) => candidate.name === name)?.value ?? null
}

function first(elements: ReadonlyArray<Element>, tagName: string): Element {
  const found = elements.find((element) => element.tagName === tagName)
  if (found === undefined) throw new Error(`There is no <${tagName}>.`)
  return found
}

function textOf(element: Element): string {
  return element.childNodes
    .map((node) => ("value" in node ? node.value : "tagName" in node ? textOf(node) : ""))
    .join("")
}

function input(page: Markup, name: string): Element {
  return first(
    elementsOf(page).filter((element) => attribute(element, "name") === name),
    "input"
  )
}

function linksOf(page: Markup): ReadonlyArray<string> {
  return elementsOf(page).flatMap((element) => (element.tagName === "a" ? (attribute(element, "href") ?? []) : []))
}

/** Each form's target and the names that it sends. */
function formsOf(page: Markup): ReadonlyArray<{ action: string | null; fields: ReadonlyArray<string> }> {
  const namesIn = (element: Element): ReadonlyArray<string> =>
    element.childNodes.flatMap((node) =>
      "tagName" in node
        ? [
            node.tagName === "input" || node.tagName === "select" ? (attribute(node, "name") ?? []) : [],
            namesIn(node)
          ].flat()
        : []
    )
  return elementsOf(page)
    .filter(({ tagName }) => tagName === "form")
    .map((form) => ({ action: attribute(form, "action"), fields: namesIn(form) }))
}
