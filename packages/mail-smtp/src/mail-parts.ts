import type { Mail } from "@latchkey/core"
import type { Texts } from "@latchkey/http/texts"
import { lasting } from "./lasting.ts"

/** What a mail says, apart from how it looks. Nothing in it was chosen by a user: no mail carries the words of a stranger. */
export interface MailParts {
  readonly subject: string
  readonly about: string
  /** What the reader can do; null in a mail that only tells something. */
  readonly step: LinkStep | CodeStep | null
  readonly unexpected: string
}

/** A page to open. */
export interface LinkStep {
  readonly link: string
  readonly label: string
  readonly orOpen: string
  readonly lasts: string | null
}

/** A code to copy, where there is no page to open. */
export interface CodeStep {
  readonly code: string
  readonly enterCode: string
  readonly lasts: string | null
}

/** The sentences of a mail, as they are true at `now`. */
export const mailParts = (mail: Mail, { mail: texts }: Texts, now: number): MailParts => {
  const { application } = mail
  const { subject, about, action, unexpected } = texts[mail.kind]
  const lasts = (say: typeof texts.linkLasts) =>
    mail.expiresAt === null ? null : say(...lasting(mail.expiresAt - now))
  const step = (): MailParts["step"] => {
    if (mail.link !== null)
      return { link: mail.link, label: action, orOpen: texts.orOpen, lasts: lasts(texts.linkLasts) }
    if (mail.token !== null) return { code: mail.token, enterCode: texts.enterCode, lasts: lasts(texts.codeLasts) }
    return null
  }
  const canAct = mail.link !== null || mail.token !== null
  return {
    subject: subject(application),
    about: about(application),
    step: step(),
    unexpected: mail.kind === "email-changed" && !canAct ? texts["email-changed"].final(application) : unexpected
  }
}
