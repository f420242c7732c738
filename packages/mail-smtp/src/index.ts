/** Mails by SMTP in text and HTML, and mailers for development. Start with `smtpMailer` or `mailerFromEnv`. */
export { consoleMailer } from "./console-mailer.ts"
export { fileMailer } from "./file-mailer.ts"
export type { MailContent, MailTemplate, MailTemplates } from "./mail-content.ts"
export { MailNotSent, type MailProblem } from "./mail-not-sent.ts"
export { type MailWriterOptions, mailWriter, type WrittenMail } from "./mail-writer.ts"
export { type ClosableMailer, type MailerFromEnvOptions, mailerFromEnv, mailVariables } from "./mailer-from-env.ts"
export { type SmtpMailer, smtpMailer } from "./smtp-mailer.ts"
export type { SmtpOptions, SmtpServer, SmtpSettings, SmtpUrl } from "./smtp-options.ts"
