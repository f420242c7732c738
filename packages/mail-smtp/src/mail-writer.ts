import { ConfigurationError, type Mail, mailKinds, optionsProblem } from "@latchkey/core"
import { acceptedLanguage, type Catalogues, english, readTexts, type Texts } from "@latchkey/http/texts"
import type { MailContent, MailTemplates } from "./mail-content.ts"
import { mailHtml } from "./mail-html.ts"
import { mailParts } from "./mail-parts.ts"
import { mailText } from "./mail-text.ts"

export interface MailWriterOptions {
  /** The catalogues, as the pages have them. A mail is in the language of the request that led to it, or else in the first. */
  readonly texts?: Texts | Catalogues
  /** Templates of your own, by the kind of mail. */
  readonly templates?: MailTemplates
}

/** A mail in words. `language` is a tag of BCP 47. */
export interface WrittenMail extends MailContent {
  readonly language: string
}

/**
 * Makes the function that puts mails into words: for `smtpMailer`, and for mailers of your own. Throws for a catalogue that lacks
 * sentences, and for a template of no kind. The function rejects only with what a template of your own throws.
 */
export const mailWriter = (options: MailWriterOptions = {}): MailWriter => {
  refuseIf("mailWriter", optionsProblem(options, ["texts", "templates"]))
  return writerOf(options)
}

type MailWriter = (mail: Mail) => Promise<WrittenMail>

/** The same for options of which more is known than these. */
export const writerOf = ({ texts = english, templates = {} }: MailWriterOptions): MailWriter => {
  refuseIf("templates", optionsProblem(templates, mailKinds))
  for (const [kind, template] of Object.entries(templates))
    refuseIf(`templates.${kind}`, isTemplate(template) ? null : "must be a function from a mail to what it says")
  const catalogues = readTexts(texts)
  const languages = catalogues.map(({ language }) => language)
  return async (mail) => {
    const language = acceptedLanguage(mail.lang, languages)
    const catalogue = catalogues.find((each) => each.language === language) ?? catalogues[0]
    const { subject, text, html } = await (templates[mail.kind] ?? builtIn)(mail, catalogue)
    return { subject, text, html, language: catalogue.language }
  }
}

const isTemplate = (given: unknown): boolean => given === undefined || typeof given === "function"

const refuseIf = (setting: string, problem: string | null): void => {
  if (problem !== null) throw new ConfigurationError({ problems: [{ setting, problem }] })
}

const builtIn = (mail: Mail, texts: Texts): MailContent => {
  const parts = mailParts(mail, texts, Date.now())
  return { subject: parts.subject, text: mailText(parts), html: mailHtml(parts, texts, mail.application) }
}
