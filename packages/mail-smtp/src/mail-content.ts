import type { Mail, MailKind } from "@latchkey/core"
import type { Texts } from "@latchkey/http/texts"

/** What a mail says. */
export interface MailContent {
  readonly subject: string
  readonly text: string
  /** A whole HTML document; null for a mail of text alone. */
  readonly html: string | null
}

/** Writes a mail in the words of a catalogue. What it puts into HTML it must escape itself. */
export type MailTemplate = (mail: Mail, texts: Texts) => MailContent | Promise<MailContent>

/** Templates of a host, in place of the built-in ones. */
export type MailTemplates = { readonly [Kind in MailKind]?: MailTemplate }
