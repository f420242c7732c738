import { createHmac, randomBytes } from "node:crypto"
import { domainToASCII } from "node:url"
import type { Mail, Mailer } from "@latchkey/core"
import { createTransport } from "nodemailer"
import { MailNotSent } from "./mail-not-sent.ts"
import { writerOf } from "./mail-writer.ts"
import { smtpFailure } from "./smtp-failure.ts"
import { isMailAddress, readSmtpOptions, type SmtpOptions, type SmtpPlan } from "./smtp-options.ts"

/** A mailer with connections of its own. */
export interface SmtpMailer extends Mailer {
  /**
   * Connects and logs in, and sends nothing: call it at start to learn of a wrong password before a user does. Rejects with
   * `MailNotSent`.
   */
  readonly check: () => Promise<void>
  /** Waits for mails under way, then closes the connections. Call it after `auth.close()`, which sends what is waiting. */
  readonly close: () => Promise<void>
}

/**
 * Sends mails by SMTP. STARTTLS is required unless the server is on this machine, and certificates are checked. `send` rejects with
 * `MailNotSent`, which is permanent if the server answers 5xx. Throws a `ConfigurationError` for options that cannot be.
 */
export const smtpMailer = (options: SmtpOptions): SmtpMailer => {
  const plan = readSmtpOptions(options)
  const write = writerOf(options)
  const transport = openTransport(plan)
  const underWay = new Set<Promise<void>>()
  let isClosed = false

  const report = (error: unknown): never => {
    try {
      if (error instanceof MailNotSent) options.onFailure?.(error)
    } catch {
      // The mail was not sent because of the other error, which says whether to try again.
    }
    throw error
  }

  const deliver = async (mail: Mail): Promise<void> => {
    if (isClosed) throw new MailNotSent({ problem: "closed", detail: null, isPermanent: true })
    if (!isMailAddress(mail.to)) throw new MailNotSent({ problem: "address-invalid", detail: null, isPermanent: true })
    const signal = AbortSignal.timeout(plan.timeout)
    const { language, subject, text, html } = await within(signal, write(mail).catch(templateFailure))
    await transport
      .sendMail({
        from: { name: mail.application, address: plan.from },
        to: { name: "", address: mail.to }, // an object is one address; text would be read as a list (INP-04)
        maxRecipients: 1,
        messageId: messageIdOf(mail, plan.from),
        headers: { "Auto-Submitted": "auto-generated", "Content-Language": language },
        xMailer: false,
        subject,
        text,
        ...(html === null ? {} : { html }),
        encoding: "quoted-printable",
        disableFileAccess: true,
        disableUrlAccess: true,
        signal
      })
      .catch(fail)
  }

  return {
    send: (mail) => {
      const sending = deliver(mail).catch(report)
      const ended = sending.then(ignore, ignore).finally(() => underWay.delete(ended))
      underWay.add(ended)
      return sending
    },
    check: async () => {
      await within(AbortSignal.timeout(plan.timeout), transport.verify().catch(fail))
    },
    close: async () => {
      isClosed = true
      await Promise.all(underWay)
      transport.close()
    }
  }
}

const openTransport = ({ host, port, encryption, auth, timeout, connections, ca }: SmtpPlan) =>
  createTransport({
    pool: true,
    maxConnections: connections,
    maxRequeues: 1, // for a connection that the server closed while it was idle; core tries again after everything else
    idleTimeout: Math.min(timeout, 30_000),
    host: host.replace(/^\[|\]$/g, ""),
    port,
    secure: encryption === "from-start",
    requireTLS: encryption === "starttls",
    ignoreTLS: encryption === "none",
    tls: { rejectUnauthorized: true, minVersion: "TLSv1.2", ...(ca.length === 0 ? {} : { ca: [...ca] }) },
    ...(auth === null ? {} : { auth }),
    forceAuth: auth !== null, // a server that offers no log-in must not get mails without one
    dnsTimeout: timeout,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    socketCloseTimeout: Math.min(timeout, 5_000),
    logger: false
  })

/**
 * The id of a mail stays when it is tried again, so that a mailbox that gets it twice can know. It is made with a key of this
 * process, because a plain hash of the token is what the store has.
 */
const messageIdOf = ({ kind, to, token, user }: Mail, from: string): string => {
  const about = JSON.stringify([kind, to, token, user.id, user.updatedAt])
  const id = createHmac("sha256", messageKey).update(about).digest("hex").slice(0, 32)
  return `<${id}@${domainToASCII(from.slice(from.lastIndexOf("@") + 1))}>`
}

const messageKey = randomBytes(32)

/** Waits no longer than the signal says. */
const within = <Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const end = () => reject(new MailNotSent({ problem: "too-slow", detail: null, isPermanent: false }))
    signal.addEventListener("abort", end, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", end))
  })

/** The name of the error tells where to look. Its message may hold a secret. */
const templateFailure = (error: unknown): never => {
  const detail = error instanceof Error ? error.name : typeof error
  throw new MailNotSent({ problem: "template-failed", detail, isPermanent: true })
}

const fail = (error: unknown): never => {
  throw smtpFailure(error)
}

const ignore = () => undefined
