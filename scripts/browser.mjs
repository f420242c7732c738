// What a person does with the pages of a server in a browser without script: follow links and redirects, keep cookies, fill
// in forms. A form is filled in as the page has it, so a field with another name, or a lost hidden field, is noticed.
import { parse } from "parse5"

/** A new private window. Its `open` and `submit` resolve with the page that one lands on: `{ path, status, html }`. */
export const openBrowser = (origin) => {
  const cookies = new Map()
  const ask = async (path, init = {}) => {
    const headers = { accept: "text/html", origin, cookie: [...cookies].map((pair) => pair.join("=")).join("; ") }
    const response = await fetch(new URL(path, origin), { ...init, headers, redirect: "manual" })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)
      if (value === "") cookies.delete(name)
      else cookies.set(name, value)
    }
    const html = await response.text()
    const to = response.headers.get("location")
    return to === null ? { path, status: response.status, html } : ask(to)
  }
  return {
    open: (path) => ask(path),
    post: (path, fields = {}) => ask(path, { method: "POST", body: new URLSearchParams(fields) }),
    /** Fills in the form that posts to a path, and sends it. */
    submit: (page, action, values) => ask(action, { method: "POST", body: filledIn(page, action, values) })
  }
}

/** The elements of a page with one of these names. */
export const elementsOf = (html, ...names) => elementsIn(parse(html), names)

const elementsIn = ({ childNodes = [] }, names) =>
  childNodes.flatMap((node) => [...(names.includes(node.tagName) ? [node] : []), ...elementsIn(node, names)])

export const attributeOf = (element, name) => element.attrs.find((attribute) => attribute.name === name)?.value

const filledIn = ({ path, html }, action, values) => {
  const forms = elementsOf(html, "form").filter((form) => attributeOf(form, "action") === action)
  const form = forms.find((each) => namesOf(each).some((name) => name in values))
  if (!form) throw new Error(`${path} has no form to ${action} with the fields ${Object.keys(values)}:\n${html}`)
  const missing = Object.keys(values).filter((name) => !namesOf(form).includes(name))
  if (missing.length > 0) throw new Error(`the form to ${action} on ${path} has no field ${missing}:\n${html}`)
  const body = new URLSearchParams()
  for (const field of fieldsOf(form)) {
    const name = attributeOf(field, "name")
    const value = values[name] ?? givenValue(field, values)
    if (name !== undefined && value !== undefined) body.set(name, value)
  }
  return body
}

const fieldsOf = (form) => elementsIn(form, ["input", "select"])
const namesOf = (form) => fieldsOf(form).map((field) => attributeOf(field, "name"))

/** What a field has without being filled in. A password manager types a new password into every field for one. */
const givenValue = (field, { password }) => {
  if (attributeOf(field, "type") === "checkbox") return attributeOf(field, "checked") === undefined ? undefined : "on"
  if (attributeOf(field, "autocomplete") === "new-password") return password
  if (field.tagName === "input") return attributeOf(field, "value") ?? ""
  const options = elementsIn(field, ["option"])
  const chosen = options.find((option) => attributeOf(option, "selected") !== undefined) ?? options[0]
  return attributeOf(chosen, "value")
}
