import { english, type Texts } from "@latchkey/http"
import { german } from "@latchkey/http/german"
import { parse } from "parse5"
import { expect, test } from "vitest"
import { kinds, sampleMail, token } from "../test/sample-mails.ts"
import { mailWriter } from "./mail-writer.ts"

const bilingual = mailWriter({ texts: [english, german] })

interface Node {
  readonly tagName?: string
  readonly value?: string
  readonly attrs?: ReadonlyArray<{ readonly name: string; readonly value: string }>
  readonly childNodes?: ReadonlyArray<Node>
}

/** Every element and text of an HTML document, as a browser would read it. */
const nodesOf = (html: string): ReadonlyArray<Node> => {
  const below = (node: Node): ReadonlyArray<Node> => [node, ...(node.childNodes ?? []).flatMap(below)]
  return below(parse(html) as unknown as Node) // the fields of it that are named above
}

/** What a reader sees of an HTML document. */
const shown = (html: string): string => {
  const below = ({ tagName, value, childNodes = [] }: Node): string =>
    tagName === "head" ? "" : (value ?? childNodes.map(below).join(tagName === "p" || tagName === "div" ? " " : ""))
  return below(parse(html) as unknown as Node)
    .replace(/\s+/g, " ")
    .trim()
}

test("MAI-10 every mail says in its language what it is for, for how long, and what to do if one did not expect it", async () => {
  for (const [lang, texts] of [
    ["en", english],
    ["de", german]
  ] as const)
    for (const kind of kinds) {
      const { subject, text, html, language } = await bilingual(sampleMail(kind, { lang }))
      const { about, action, unexpected } = texts.mail[kind]
      expect([language, subject]).toEqual([lang, texts.mail[kind].subject("Harbour")])
      for (const sentence of [about("Harbour"), action, unexpected, texts.mail.linkLasts(24, "hour")]) {
        expect(text).toContain(sentence)
        expect(shown(html ?? "")).toContain(sentence)
      }
      expect(text).toContain("Harbour")
    }
})

test("the text of a mail, whole", async () => {
  const link = "https://app.example.org/reset?token=abc"
  const { text } = await bilingual(sampleMail("reset", { link, expiresAt: Date.now() + 3_600_000 }))
  expect(text).toMatchInlineSnapshot(`
    "Somebody asked for a new password for your account at Harbour. If it was you, choose one now.

    Choose a new password:
    https://app.example.org/reset?token=abc

    The link works once, for 1 hour.

    If it was not you, ignore this message. Your password then stays as it is.
    "
  `)
  const inGerman = await bilingual(sampleMail("email-changed", { link, lang: "de-AT" }))
  expect(inGerman.text).toMatchInlineSnapshot(`
    "Ihr Konto bei Harbour hat jetzt eine andere E-Mail-Adresse. An diese hier gehen keine Nachrichten mehr.

    Änderung rückgängig machen:
    https://app.example.org/reset?token=abc

    Der Link gilt 24 Stunden lang und nur einmal.

    Wenn Sie das nicht waren, machen Sie die Änderung rückgängig. Ihr Konto erhält dann diese Adresse zurück, alle werden davon abgemeldet, und Sie wählen ein neues Passwort.
    "
  `)
})

test("the HTML of a mail, whole", async () => {
  const link = "https://app.example.org/reset?token=abc&x=1"
  const { html } = await bilingual(sampleMail("reset", { link }))
  expect(html).toMatchInlineSnapshot(`
    "<!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="supported-color-schemes" content="light dark">
    <title>Choose a new password for Harbour</title>
    <style>
    @media (prefers-color-scheme: dark) {
      .page { background-color: #121514 !important; }
      .card { background-color: #1a1e1c !important; border-color: #303432 !important; }
      .text { color: #eceeec !important; }
      .muted { color: #adb0ae !important; }
      .link { color: #7fd3b6 !important; }
      .button { background-color: #7fd3b6 !important; color: #121514 !important; }
      .line { border-color: #303432 !important; }
    }
    </style>
    </head>
    <body class="page" style="margin:0;padding:24px 12px;background-color:#f6f5f2;font-family:system-ui,-apple-system,&#39;Segoe UI&#39;,Roboto,&#39;Helvetica Neue&#39;,Arial,sans-serif;font-size:16px;line-height:1.5">
    <div class="card" style="max-width:480px;margin:0 auto;padding:24px 20px;background-color:#ffffff;border:1px solid #dfe0e0;border-radius:8px">
    <h1 class="text" style="margin:0 0 16px;font-size:18px;font-weight:600;color:#1b1f1d;overflow-wrap:anywhere">Harbour</h1>
    <p class="text" style="margin:0 0 16px;color:#1b1f1d;overflow-wrap:anywhere">Somebody asked for a new password for your account at Harbour. If it was you, choose one now.</p>
    <p style="margin:0 0 16px"><a class="button" href="https://app.example.org/reset?token=abc&#38;x=1" style="display:inline-block;padding:12px 20px;border-radius:8px;background-color:#14614f;color:#ffffff;font-weight:600;text-decoration:none">Choose a new password</a></p>
    <p class="muted" style="margin:0 0 16px;font-size:14px;color:#5f6260">If the button does not work, open this link:<br><a class="link" href="https://app.example.org/reset?token=abc&#38;x=1" style="color:#14614f;word-break:break-all;overflow-wrap:anywhere">https://app.example.org/reset?token=abc&#38;x=1</a></p>
    <p class="muted" style="margin:0 0 16px;font-size:14px;color:#5f6260">The link works once, for 24 hours.</p>
    <p class="muted line" style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid #dfe0e0;font-size:14px;color:#5f6260">If it was not you, ignore this message. Your password then stays as it is.</p>
    </div>
    </body>
    </html>
    "
  `)
})

test("a mail that has no page to open says its code, in text and HTML", async () => {
  for (const kind of kinds) {
    const { text, html } = await bilingual(sampleMail(kind, { link: null }))
    expect(text.split("\n")).toContain(token)
    expect(text).toContain(english.mail.enterCode)
    expect(text).toContain(english.mail.codeLasts(24, "hour"))
    expect(shown(html ?? "")).toContain(`${english.mail.enterCode} ${token}`)
    expect(html).not.toContain("<a ")
  }
})

test("a change that cannot be undone says whom to tell instead, and no time", async () => {
  const { text, html } = await bilingual(sampleMail("email-changed", { link: null, token: null, expiresAt: null }))
  for (const said of [text, shown(html ?? "")]) {
    expect(said).toContain(english.mail["email-changed"].final("Harbour"))
    expect(said).not.toContain(english.mail["email-changed"].unexpected)
    expect(said).not.toMatch(/null|works once/)
  }
})

test("MAI-10 the language of the request is used if there is a catalogue for it, and else the first", async () => {
  const language = async (lang: string | null) => (await bilingual(sampleMail("reset", { lang }))).language
  expect(await Promise.all(["de", "de-AT", "DE", "en", "fr", "", null, ",;q=", "x".repeat(999)].map(language))).toEqual(
    [...["de", "de", "de", "en", "en", "en", "en", "en", "en"]]
  )
  const { language: byDefault } = await mailWriter()(sampleMail("reset", { lang: "de" }))
  expect(byDefault).toBe("en")
})

test("MAI-05 no mail holds what a user chose, so that nobody can send words of theirs to strangers", async () => {
  const mark = "Visit-evil.example"
  for (const kind of kinds) {
    const sent = sampleMail(kind)
    const chosen = { ...sent, to: `${mark}@x.org`, user: { ...sent.user, username: mark, email: `${mark}@x.org` } }
    const { subject, text, html } = await bilingual(chosen)
    expect(`${subject}${text}${html}`).not.toContain(mark)
  }
})

test("MAI-05 whatever stands in a sentence, a name or a link stays text in the HTML", async () => {
  const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;</style></title>`
  const hostile = (entry: unknown): unknown => {
    if (typeof entry === "string") return `${entry}${evil}`
    if (typeof entry === "function") return (...values: ReadonlyArray<unknown>) => `${entry(...values)}${evil}`
    return Object.fromEntries(Object.entries(Object(entry)).map(([key, below]) => [key, hostile(below)]))
  }
  const texts: Texts = { ...english, mail: hostile(english.mail) as Texts["mail"] }
  const write = mailWriter({ texts })
  const plain = mailWriter()
  for (const kind of kinds)
    for (const link of [`https://app.example.org/?a=${evil}`, null]) {
      const { html } = await write(sampleMail(kind, { link, token: evil, application: `Harbour${evil}` }))
      const { html: usual } = await plain(sampleMail(kind, { link: link === null ? null : "https://app.example.org/" }))
      const shape = (text: string | null) =>
        nodesOf(text ?? "").flatMap(({ tagName, attrs = [] }) =>
          tagName ? [[tagName, ...attrs.map(({ name }) => name)]] : []
        )
      expect(shape(html)).toEqual(shape(usual))
    }
})

test("MAI-06 the HTML loads nothing and runs nothing: its only addresses are the link's", async () => {
  for (const kind of kinds) {
    const { link, ...rest } = sampleMail(kind)
    const { html } = await bilingual({ link, ...rest })
    const nodes = nodesOf(html ?? "")
    const names = new Set(nodes.map(({ tagName }) => tagName))
    for (const loads of ["script", "img", "link", "iframe", "form", "object", "video", "base", "svg"])
      expect(names.has(loads), loads).toBe(false)
    const attributes = nodes.flatMap(({ attrs = [] }) => attrs)
    expect(attributes.filter(({ name }) => /^(?:on|src|srcset|background|ping|action)/.test(name))).toEqual([])
    expect(new Set(attributes.filter(({ name }) => name === "href").map(({ value }) => value))).toEqual(new Set([link]))
    expect(html).not.toMatch(/url\(|@import|@font-face/)
  }
})

test("a host's template takes the place of one kind, gets the catalogue of the language, and may take its time", async () => {
  const write = mailWriter({
    texts: [english, german],
    templates: {
      invite: async (mail, texts) => ({ subject: texts.mail.invite.action, text: `${mail.link}`, html: null })
    }
  })
  expect(await write(sampleMail("invite", { lang: "de", link: "https://a.example" }))).toEqual({
    subject: "Passwort wählen",
    text: "https://a.example",
    html: null,
    language: "de"
  })
  expect((await write(sampleMail("reset"))).subject).toBe("Choose a new password for Harbour")
})

test("a catalogue that lacks the sentences of the mails is refused at start", () => {
  const { mail: _, ...rest } = english
  expect(() => mailWriter({ texts: rest as Texts })).toThrow("lacks mail.")
})

test("a template of no kind, a template that is no function and options that are none are refused when the writer is made", () => {
  const written = (options: unknown) => () => mailWriter(options as never) // as a host in JavaScript could give it
  expect(written({ templates: { rest: () => "" } })).toThrow("templates cannot have rest: did you mean reset?")
  expect(written({ templates: { reset: "Hello" } })).toThrow("templates.reset must be a function")
  expect(written({ templates: Promise.resolve({}) })).toThrow("a promise, of which `await` is missing")
  expect(written({ text: german })).toThrow("mailWriter cannot have text: did you mean texts?")
  expect(written(Promise.resolve({ texts: german }))).toThrow("mailWriter must be an object of options")
})
