import { type DefaultTreeAdapterTypes, parse } from "parse5"
import { describe, expect, test } from "vitest"
import type { Markup } from "../src/page/view.ts"
import { renderPage } from "../src/surface/render.ts"

export type Element = DefaultTreeAdapterTypes.Element

/** What holds for every page, whatever it shows. */
export const describePage = (name: string, page: Markup): void => {
  describe(`the ${name} page`, () => {
    const elements = elementsOf(page)
    const ids = elements.flatMap((element) => attribute(element, "id") ?? [])
    const inputs = elements.filter(({ tagName }) => tagName === "input")
    const fields = elements.filter(({ tagName }) => tagName === "input" || tagName === "select")
    const visible = fields.filter(
      (input) => attribute(input, "type") !== "hidden" && attribute(input, "hidden") === null
    )

    test("runs only our script file, nothing inline, so the strict policy holds (HTM-02, HTM-09)", () => {
      const names = elements.flatMap(({ attrs }) => attrs.map(({ name }) => name))
      const scripts = elements.filter(({ tagName }) => tagName === "script")
      expect(scripts.map((script) => [attribute(script, "src"), textOf(script)])).toEqual([["/latchkey.js", ""]])
      expect(elements.filter(({ tagName }) => ["style", "iframe", "base"].includes(tagName))).toEqual([])
      expect(names.filter((name) => name === "style" || name.startsWith("on"))).toEqual([])
    })

    test("says its language, its name and that nobody should index it", () => {
      expect(attribute(first(elements, "html"), "lang")).toBe("en")
      expect(textOf(first(elements, "title"))).toContain("Harbour Packages")
      const metas = elements.filter(({ tagName }) => tagName === "meta").map((meta) => attribute(meta, "name"))
      expect(metas).toEqual([null, "viewport", "color-scheme", "robots", "referrer"]) // the last keeps our forms' Origin (CSR-13)
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
      expect(inputs.filter(isNamedPassword)).toEqual(passwords)
      for (const input of passwords) {
        expect(attribute(input, "value")).toBeNull()
        expect(attribute(input, "autocomplete")).toMatch(/^(current|new)-password$/)
        expect(attribute(input, "maxlength")).toBeNull()
      }
    })

    test("needs no script: what only the script makes work is hidden until it runs (HTM-02)", () => {
      const helpers = elements.filter(({ attrs }) => attrs.some(({ name }) => /^data-(?:reveal|copy)$/.test(name)))
      expect(helpers.filter((button) => attribute(button, "hidden") === null)).toEqual([])
      const asking = elements.filter((element) => attribute(element, "data-ask") !== null)
      expect(asking.filter((link) => !attribute(link, "href")?.startsWith("/"))).toEqual([])
    })

    test("changes things by POST only", () => {
      const forms = elements.filter((element) => element.tagName === "form" && !isInDialog(element))
      const changing = forms.filter((form) => form.parentNode?.nodeName !== "search") // which asks for a page
      expect(changing.filter((form) => attribute(form, "method") !== "post" || !attribute(form, "action"))).toEqual([])
      expect(elements.filter(({ attrs }) => attrs.some(({ name }) => name === "formaction"))).toEqual([])
    })

    test("has one main heading, then headings without gaps", () => {
      const levels = elements.flatMap(({ tagName }) => (/^h[1-6]$/.test(tagName) ? [Number(tagName[1])] : []))
      expect(levels.filter((level) => level === 1)).toEqual([1])
      expect(levels[0]).toBe(1)
      expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([])
    })

    test("puts the focus in one place at most, and changes the order of no key", () => {
      const focused = elements.filter((element) => attribute(element, "autofocus") !== null)
      const tabbed = elements.filter((element) => attribute(element, "tabindex") !== null)
      expect(focused.length).toBeLessThanOrEqual(1)
      // A heading can have the focus when the page opens, but no key leads to it.
      expect(tabbed.filter((element) => attribute(element, "tabindex") !== "-1" || !focused.includes(element))).toEqual(
        []
      )
    })
  })
}

export function elementsOf(page: Markup): ReadonlyArray<Element> {
  const below = (parent: DefaultTreeAdapterTypes.ParentNode): ReadonlyArray<Element> =>
    parent.childNodes.flatMap((node) => ("tagName" in node ? [node, ...below(node)] : []))
  return below(parse(renderPage(page)))
}

export function attribute(element: Element, name: string): string | null {
  return element.attrs.find((candidate) => candidate.name === name)?.value ?? null
}

export function first(elements: ReadonlyArray<Element>, tagName: string): Element {
  const found = elements.find((element) => element.tagName === tagName)
  if (found === undefined) throw new Error(`There is no <${tagName}>.`)
  return found
}

export function textOf(element: Element): string {
  return element.childNodes
    .map((node) => ("value" in node ? node.value : "tagName" in node ? textOf(node) : ""))
    .join("")
}

export function input(page: Markup, name: string): Element {
  return first(
    elementsOf(page).filter((element) => attribute(element, "name") === name),
    "input"
  )
}

export function linksOf(page: Markup): ReadonlyArray<string> {
  return elementsOf(page).flatMap((element) => (element.tagName === "a" ? (attribute(element, "href") ?? []) : []))
}

/** The links that ask first: where each leads, and what it asks. */
export function questionsOf(page: Markup): ReadonlyArray<readonly [href: string | null, question: string]> {
  return elementsOf(page).flatMap((element) => {
    const question = attribute(element, "data-ask")
    return question === null ? [] : [[attribute(element, "href"), question] as const]
  })
}

/** Not a box about passwords. */
const isNamedPassword = (input: Element): boolean =>
  attribute(input, "type") !== "checkbox" && attribute(input, "name")?.includes("password") === true

/** The form in the dialog that asks. The script gives it an action. */
const isInDialog = (element: Element): boolean => element.parentNode?.nodeName === "dialog"

/** Each form's target and the names that it sends. */
export function formsOf(page: Markup): ReadonlyArray<{ action: string | null; fields: ReadonlyArray<string> }> {
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
    .filter((element) => element.tagName === "form" && !isInDialog(element))
    .map((form) => ({ action: attribute(form, "action"), fields: namesIn(form) }))
}
