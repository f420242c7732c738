import type { Mail, Mailer, MailKind } from "../mail/mail.ts"

/** A mailer that keeps what it is given, for tests. */
export interface Mailbox {
  readonly mailer: Mailer
  /** All mails so far, oldest first. */
  readonly mails: ReadonlyArray<Mail>
  /** The newest mail of a kind; throws if there is none. Move the clock on by a second first, for mails go out within one. */
  readonly newest: (kind: MailKind) => Mail
}

/** Makes an empty mailbox: `createTestAuth({ mailer: mailbox.mailer })`. It refuses mails to addresses that begin with `refused@`. */
export const mailbox = (): Mailbox => {
  const mails: Array<Mail> = []
  return {
    mails,
    mailer: {
      send: async (mail) => {
        if (mail.to.startsWith("refused@")) throw Object.assign(new Error("no such mailbox"), { isPermanent: true })
        mails.push(mail)
      }
    },
    newest: (kind) => {
      const mail = mails.findLast((each) => each.kind === kind)
      if (mail === undefined) throw new Error(`no mail of the kind "${kind}" was sent`)
      return mail
    }
  }
}
