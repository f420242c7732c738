import { type DefaultTreeAdapterTypes, parse } from "parse5"
import { describe, expect, test } from "vitest"
import { renderPage } from "./render.ts"
import { sampleViews } from "./sample-views.ts"
import { defaultPages, type Markup } from "./views.ts"

type Element = DefaultTreeAdapterTypes.Element

const { login, register, setup, profile, logout, message } = sampleViews
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
  ["logout", defaultPages.logout(logout)],
  ["message", defaultPages.message(message)],
  ["message without a way on", defaultPages.message({ ...message, status: null, link: null })]
]

describe.each(pages)("the %s page", (_, page) => {
  const elements = elementsOf(page)
  const ids = elements.flatMap((element) => attribute(element, "id") ?? [])
  const inputs = elements.filter(({ tagName }) => tagName === "input")
  const visible = inputs.filter((input) => attribute(input, "type") !== "hidden" && attribute(input, "hidden") === null)

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
      "tagName" in node ? [node.tagName === "input" ? (attribute(node, "name") ?? []) : [], namesIn(node)].flat() : []
    )
  return elementsOf(page)
    .filter(({ tagName }) => tagName === "form")
    .map((form) => ({ action: attribute(form, "action"), fields: namesIn(form) }))
}
