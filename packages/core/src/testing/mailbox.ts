import type { Mail, Mailer, MailKind } from "../mail/mail.ts"

/** A mailer that keeps what it is given, for tests. */
export interface Mailbox {
  readonly mailer: Mailer
  /** All mails so far, oldest first. */
  readonly mails: ReadonlyArray<Mail>
  /** The newest mail of a kind; throws if there is none. Move the clock on by a second first, for mails go out within one. */
  readonly newest: (kind: MailKind) => Mail
  /**
   * The oldest mail of a kind that `next` has not given yet. Waits for it if there is none, for tests on the real clock: without such
   * a mail it never resolves.
   */
  readonly next: (kind: MailKind) => Promise<Mail>
}

/** Makes an empty mailbox: `createTestAuth({ mailer: mailbox.mailer })`. It refuses mails to addresses that begin with `refused@`. */
export const mailbox = (): Mailbox => {
  const mails: Array<Mail> = []
  const unread: Array<Mail> = []
  const readers: Array<{ readonly kind: MailKind; readonly give: (mail: Mail) => void }> = []

  const keep = (mail: Mail) => {
    mails.push(mail)
    const reader = readers.findIndex(({ kind }) => kind === mail.kind)
    if (reader < 0) unread.push(mail)
    else for (const { give } of readers.splice(reader, 1)) give(mail)
  }

  return {
    mails,
    mailer: {
      send: async (mail) => {
        if (mail.to.startsWith("refused@")) throw Object.assign(new Error("no such mailbox"), { isPermanent: true })
        keep(mail)
      }
    },
    newest: (kind) => {
      const mail = mails.findLast((each) => each.kind === kind)
      if (mail === undefined) throw new Error(`no mail of the kind "${kind}" was sent`)
      return mail
    },
    next: (kind) =>
      new Promise((give) => {
        const at = unread.findIndex((each) => each.kind === kind)
        if (at < 0) readers.push({ kind, give })
        else for (const mail of unread.splice(at, 1)) give(mail)
      })
  }
}
