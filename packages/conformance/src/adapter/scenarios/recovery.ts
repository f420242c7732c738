import type { MailKind } from "@latchkey/core"
import { mailbox } from "@latchkey/core/testing"
import { headerOf, valuesOf, type WireAnswer } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { navigation, programOf, root } from "../people.ts"
import type { RunningServer, Scenario } from "../scenario.ts"

/** One for all runs, which may be at the same time: each finds its mails by its user. */
const box = mailbox()

const grace = { username: "grace", email: "grace@example.org", password: "seven quiet otters at dawn" }
const NEW_PASSWORD = "nine slow ferries in the fog"

const register = async ({ auth, clock }: RunningServer) => {
  const { id } = await auth.users.register(grace)
  return async (kind: MailKind): Promise<string> => {
    await clock.advance("1 second")
    return box.mails.findLast((mail) => mail.kind === kind && mail.user.id === id)?.token ?? ""
  }
}

const leadsTo = (answer: WireAnswer, status: number, path: string, what: string): void => {
  expectSame([answer.status, headerOf(answer, "location")], [status, path], what)
}

/** What people do by mail. */
export const recoveryScenarios: ReadonlyArray<Scenario> = [
  {
    states: "REC-10 the code of a link goes from the address into a cookie, and from there into the form",
    auth: { mailer: box.mailer },
    check: async (server) => {
      const codeOf = await register(server)
      const token = await codeOf("verify")
      const opened = await server.ask({ target: `/verify-email?token=${token}`, headers: navigation })
      leadsTo(opened, 303, "/verify-email", "the link")
      const cookie = valuesOf(opened, "set-cookie")[0]?.split(";")[0] ?? ""
      const page = await server.ask({ target: "/verify-email", headers: { ...navigation, cookie } })
      expectThat(page.status === 200 && page.body.includes(`value="${token}"`), "the page has the code in its form")
      const done = await server.ask({ target: "/verify-email", form: { token }, headers: navigation })
      leadsTo(done, 303, "/login?done=verified", "the form")
    }
  },
  {
    states: "REC-12 a forgotten password is replaced by the code from a mail, and the same form again ends alike",
    auth: { mailer: box.mailer },
    check: async (server) => {
      const codeOf = await register(server)
      const asked = await server.ask({ target: "/forgot-password", form: { username: "grace" }, headers: navigation })
      leadsTo(asked, 303, "/forgot-password?done=mail-sent", "the request")
      const form = { token: await codeOf("reset"), password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
      for (const time of ["first", "second"]) {
        const reset = await server.ask({ target: "/reset-password", form, headers: navigation })
        leadsTo(reset, 303, "/login?done=reset", `the ${time} form`)
      }
    }
  },
  {
    states:
      "REC-09 where only who is invited comes in, an administrator invites by POST /admin/users, and the link lets in",
    auth: { mailer: box.mailer, registration: "invite" },
    check: async ({ auth, ask, clock }) => {
      expectSame((await ask({ target: "/auth/register", json: grace })).status, 403, "a registration")
      const headers = { authorization: await programOf(auth, root) }
      const { username, email } = grace
      const made = await ask({ target: "/admin/users", json: { username, email }, headers })
      expectSame(made.status, 201, "the invitation")
      const { id } = JSON.parse(made.body)
      await clock.advance("1 second")
      const mail = box.mails.findLast(({ kind, user }) => kind === "invite" && user.id === id)
      expectSame(mail?.to, email, "where the mail goes")
      const link = { target: `/accept-invitation?token=${mail?.token}`, headers: navigation }
      leadsTo(await ask(link), 303, "/accept-invitation", "the link")
      const form = { token: mail?.token ?? "", password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
      const accepted = await ask({ target: "/accept-invitation", form, headers: navigation })
      leadsTo(accepted, 303, "/login?done=joined", "the form")
      const loggedIn = await ask({ target: "/login", form: { username, password: NEW_PASSWORD }, headers: navigation })
      leadsTo(loggedIn, 303, "/profile/", "the log-in")
    }
  },
  {
    states: "ENU-05 programs that ask for a mail get the same bytes for every name",
    auth: { mailer: box.mailer },
    check: async (server) => {
      await register(server)
      for (const target of ["/auth/forgot-password", "/auth/request-verify-token"]) {
        const known = await server.ask({ target, json: { email: grace.email } })
        const unknown = await server.ask({ target, json: { email: "nobody@example.org" } })
        expectSame([known.status, known.body], [202, "null"], "the answer for an account")
        expectSame([unknown.status, unknown.body], [known.status, known.body], "the answer for nobody")
      }
      await server.clock.advance("1 second") // or the end would wait for the mails
    }
  }
]
