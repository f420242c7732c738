import fc from "fast-check"
import { type DefaultTreeAdapterTypes, parse } from "parse5"
import { expect, test } from "vitest"
import type { Notice } from "../src/page/notice.tsx"
import type { Markup, PageView } from "../src/page/view.ts"
import { renderPage } from "../src/surface/render.ts"
import type { Sentence } from "../src/texts/sentence.ts"
import { markedTexts, wordsOutside } from "./words.ts"

// HTM-01: every page is rendered twice, once with a harmless word and once with anything at all in each of its dynamic
// places. A real parser must see the same elements and attributes in both, and read back exactly what went in.

const WORD = "zqwordqz"

const anything = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc
    .array(
      fc.constantFrom(
        ..."<>\"'&`=/; \0\r\n\t\f\u00a0\u2028\ufeff\ud800\udc00😀",
        ..."<script>|</script>|<style>|</title>|<!--|-->|]]>|<![CDATA[|&lt;|&#0;|&#x27;|&amp|onload=x|javascript:|</bdi>".split(
          "|"
        )
      ),
      { minLength: 1 }
    )
    .map((parts) => parts.join(""))
)

/** What every page has. */
export const frameOf = (text: string): PageView => ({
  site: {
    name: text,
    home: text,
    stylesheet: text,
    hostStylesheet: text,
    script: text,
    logo: text,
    unsafeDevMode: true,
    paths: {
      login: text,
      logout: text,
      register: text,
      setup: text,
      password: text,
      profile: text,
      tokens: text,
      admin: text,
      settings: text,
      impersonation: text,
      cliLogin: text,
      forgot: text,
      verifyEmail: text
    }
  },
  texts: markedTexts,
  loggedInAs: text,
  impersonation: { as: text, stopPath: text },
  navigation: [
    { label: text, href: text, current: true },
    { label: text, href: text, method: "post" }
  ]
})

/** A sentence of an error, for tests that draw pages. */
export const said = (text: string): Sentence => ({ code: "anything", text })

/** Of every form. */
export const errorsOf = (text: string) => ({
  form: said(text),
  username: said(text),
  email: said(text),
  password: said(text),
  password_confirm: said(text),
  current_password: said(text),
  token: said(text),
  name: said(text),
  expires_in_days: said(text),
  scopes: said(text),
  code: said(text)
})

export const noticeOf = (text: string): Notice => ({ code: "anything", kind: "warning", text })

/**
 * Whatever a page shows, its structure stays and the text comes back; and all else that it says is in the catalogue. `page` puts
 * a text in each of its dynamic places.
 */
export const testEscaping = (name: string, page: (text: string) => Markup): void => {
  test(`every sentence of a ${name} page comes from the catalogue`, () => {
    expect(wordsOutside(renderPage(page(WORD)), [WORD])).toEqual([])
  })

  test(`HTM-01 whatever a ${name} page shows, its structure stays and the text comes back`, () => {
    const harmless = readBack(page, WORD)
    expect(harmless.flatMap(({ values }) => values).some((value) => value.includes(WORD))).toBe(true)
    fc.assert(
      fc.property(anything, (text) => {
        const expected = harmless.map((element) => ({
          ...element,
          values: element.values.map((value) => value.replaceAll(WORD, () => text.toWellFormed()))
        }))
        expect(readBack(page, text).map(plain)).toEqual(expected.map(plain))
      }),
      { numRuns: 200 }
    )
  })
}

interface ReadElement {
  readonly path: string
  /** The names of the attributes, in order. */
  readonly names: ReadonlyArray<string>
  /** The element's own text, then the values of its attributes. */
  readonly values: ReadonlyArray<string>
}

/** What a parser makes of the page's bytes, element by element. */
const readBack = (page: (text: string) => Markup, text: string): ReadonlyArray<ReadElement> => {
  const bytes = new TextEncoder().encode(renderPage(page(text)))
  return readElements(parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)), "")
}

const readElements = (parent: DefaultTreeAdapterTypes.ParentNode, path: string): ReadonlyArray<ReadElement> =>
  parent.childNodes.flatMap((node) => {
    if (!("tagName" in node)) return node.nodeName === "#comment" ? [{ path: "comment", names: [], values: [] }] : []
    const own = node.childNodes.map((child) => ("value" in child ? child.value : "")).join("")
    const names = node.attrs.map(({ name }) => name)
    const here = `${path}/${node.tagName}`
    const values = [own, ...node.attrs.map(({ value }) => decodeNext(value))]
    return [{ path: here, names, values }, ...readElements(node, here)]
  })

/** A link to the login or register page carries `next` encoded for a url. */
const decodeNext = (value: string): string => {
  const at = value.indexOf("?next=")
  const next = at < 0 ? null : new URLSearchParams(value.slice(at)).get("next")
  return next === null ? value : `${value.slice(0, at)}?next=${next}`
}

/** The HTML standard itself changes these: carriage returns become line feeds, and NUL is dropped or replaced. */
const plain = (element: ReadElement): ReadElement => ({
  ...element,
  values: element.values.map((value) => value.replaceAll(/\r\n?/g, "\n").replaceAll(/[\0\ufffd]/g, ""))
})
