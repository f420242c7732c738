import type { Auth } from "@latchkey/core"
import { cookieSetBy, headerOf, type WireAnswer } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { browserOf, navigation, programOf, registerAda, tokenOf } from "../people.ts"
import type { Scenario } from "../scenario.ts"

/** The headers of a browser in which ada has logged in. */
const person = async (auth: Auth) => ({
  ...navigation,
  cookie: await browserOf(auth),
  "sec-fetch-site": "same-origin"
})

const leadsTo = (answer: WireAnswer): unknown => [answer.status, headerOf(answer, "location")]

/** Where the one form of a question posts to. */
const actionIn = ({ body }: WireAnswer): string | undefined =>
  /<form class="form" method="post" action="([^"]+)"/.exec(body)?.[1]

/** What pages ask before it is done, and what becomes of it. */
export const questionScenarios: ReadonlyArray<Scenario> = [
  {
    states:
      "CSR-15 a page asks before a token is revoked or a session ends: to read it changes nothing, its form does it",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = await person(auth)
      const { token } = await tokenOf(auth)
      const other = await auth.sessions.resume((await person(auth)).cookie.replace("latchkey_session=", ""))
      const left = async () => [
        (await auth.tokens.list(token.userId)).length,
        (await auth.sessions.list(token.userId)).length
      ]
      const before = await left()
      const questions = [
        [`/tokens/${token.id}/revoke`, "/tokens/?done=revoked"],
        [`/sessions/${other?.session.id}/revoke`, "/profile/?done=session"]
      ] as const
      for (const [target] of questions) {
        const page = await ask({ target, headers })
        expectSame([page.status, actionIn(page)], [200, target], target)
      }
      expectSame(await left(), before, "what is left after the questions")
      for (const [target, location] of questions) {
        for (const time of ["first", "second"]) {
          expectSame(leadsTo(await ask({ method: "POST", target, headers })), [303, location], `the ${time} POST`)
        }
      }
      expectSame(await left(), [0, 1], "what is left after the forms")
    }
  },
  {
    states: "CSR-15 whoever ends the session that they came with is logged out",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = await person(auth)
      const found = await auth.sessions.resume(headers.cookie.replace("latchkey_session=", ""))
      const ended = await ask({ method: "POST", target: `/sessions/${found?.session.id}/revoke`, headers })
      expectSame(leadsTo(ended), [303, "/login?done=logged-out"], "the answer")
      expectSame(cookieSetBy(ended, "latchkey_session"), "", "the cookie")
    }
  },
  {
    states: "PAT-14 a token is rotated by the form of its question, once, and its text stands in that answer alone",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = await person(auth)
      const { token } = await tokenOf(auth)
      const target = `/tokens/${token.id}/rotate`
      expectSame(actionIn(await ask({ target, headers })), target, "where the form posts to")
      const form = { overlap_hours: "0" }
      const done = await ask({ target, form, headers })
      expectThat(done.status === 201 && done.body.includes("lk_pat_"), "the token is not shown")
      expectSame(
        leadsTo(await ask({ target, form, headers })),
        [303, "/tokens/?done=rotated-before"],
        "the second time"
      )
      expectSame((await auth.tokens.list(token.userId)).length, 1, "tokens")
    }
  },
  {
    states: "a browser that comes to a form's address by GET is led to its page, and a program gets 405",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = await person(auth)
      for (const target of ["/profile/password", "/profile/details"]) {
        for (const method of ["GET", "HEAD"]) {
          expectSame(leadsTo(await ask({ method, target, headers })), [303, "/profile/"], `${method} ${target}`)
        }
        const program = await ask({ target, headers: { authorization: await programOf(auth) } })
        expectSame([program.status, headerOf(program, "allow")], [405, "POST"], target)
      }
    }
  }
]
