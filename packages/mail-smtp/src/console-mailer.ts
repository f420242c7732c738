import { type Mailer, safeText } from "@latchkey/core"

/**
 * Prints what each mail is for, and its link or token, in place of sending it: for development alone, because whoever reads the
 * output can use them: `createAuth` refuses it in production and on addresses other than this machine's. `print` gets one line at a time; default `console.log`.
 */
export const consoleMailer = (print: (line: string) => void = console.log): Mailer => ({
  unsafeShowsSecrets: true,
  send: async ({ kind, to, link, token }) => {
    print(safeText(`Mail (${kind}) to ${to}: ${link ?? token ?? "nothing to open"}`, LONGEST_LINE))
  }
})

/** Longer than any link with a token. */
const LONGEST_LINE = 4_096
