import { navigation, valuesOf, type WireAnswer } from "@latchkey/conformance/adapter"
import type { MailKind } from "@latchkey/core"
import { type Mailbox, mailbox } from "@latchkey/core/testing"
import { NEW_PASSWORD } from "./answers.ts"
import { openSite, type Site } from "./site.ts"

/** The person of these tests, who has an address. */
export const grace = { username: "grace", email: "grace@example.org", password: "seven wet umbrellas" }

/** A site that sends mails, on which grace has registered. */
export interface MailSite extends Site {
  readonly box: Mailbox
  readonly id: Awaited<ReturnType<Site["auth"]["users"]["register"]>>["id"]
  /** The code of the newest mail of a kind, once it is out. */
  readonly codeOf: (kind: MailKind) => Promise<string>
  /** Posts a form as a browser does. */
  readonly post: (
    target: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>
  ) => Promise<WireAnswer>
}

export const openMailSite = async (...[options, surfaceOptions]: Parameters<typeof openSite>): Promise<MailSite> => {
  const box = mailbox()
  const site = await openSite({ mailer: box.mailer, ...options }, surfaceOptions)
  const { id } = await site.auth.users.register(grace)
  await site.clock.advance("1 second")
  return {
    ...site,
    box,
    id,
    codeOf: async (kind) => {
      await site.clock.advance("1 second")
      return box.newest(kind).token ?? ""
    },
    post: (target, form, headers = {}) => site.ask({ target, form, headers: { ...navigation, ...headers } })
  }
}

export const newPasswordForm = (token: string, password = NEW_PASSWORD) => ({
  token,
  password,
  password_confirm: password
})

/** What a browser sends back of the cookies that an answer sets. */
export const cookieOf = (answer: WireAnswer): string =>
  valuesOf(answer, "set-cookie")
    .map((each) => each.split(";")[0] ?? "")
    .join("; ")
