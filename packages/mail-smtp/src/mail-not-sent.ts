import * as Data from "effect/Data"

/** Why a mail was not sent. */
export type MailProblem =
  | "no-connection"
  | "log-in-refused"
  | "refused"
  | "too-slow"
  | "address-invalid"
  | "template-failed"
  | "closed"

/**
 * The mail was not handed over. It is safe to log: neither the address, nor a secret, nor what the server says is in it, because a
 * server may repeat the others.
 */
export class MailNotSent extends Data.TaggedError("MailNotSent")<{
  readonly problem: MailProblem
  /** The answer of the server, such as `"550 5.1.1"` (RFC 3463); what went wrong here, such as `"self-signed certificate"`; or null. */
  readonly detail: string | null
  /** To try again is of no use: the server said so (a 5xx answer), or the mail itself is at fault. */
  readonly isPermanent: boolean
}> {
  override get message(): string {
    return this.detail === null ? sentences[this.problem] : `${sentences[this.problem]}: ${this.detail}`
  }
}

const sentences: Readonly<Record<MailProblem, string>> = {
  "no-connection": "there is no connection to the mail server that is encrypted as it must be",
  "log-in-refused": "the mail server refused the log-in",
  refused: "the mail server refused the mail",
  "too-slow": "the mail server took too long",
  "address-invalid": "this address cannot stand in a mail",
  "template-failed": "the template of the mail failed",
  closed: "the mailer is closed"
}
