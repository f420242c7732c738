import { headerOf } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { ada, browserOf, navigation, programOf, registerAda } from "../people.ts"
import { isFromHost, type Scenario } from "../scenario.ts"

/** The checks of a host's own, behind the policy of a guard. */
export const checkScenarios: ReadonlyArray<Scenario> = [
  {
    states:
      "ADM-09 a check lets pass or refuses, at once, with a promise or as an Effect, by the parameter of the path",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = { authorization: await programOf(auth) }
      for (const say of ["yes", "yes later", "yes as an effect"]) {
        const answer = await ask({ target: `/host/checked/${encodeURIComponent(say)}?say=no`, headers })
        expectSame([answer.status, isFromHost(answer)], [200, true], say)
        expectSame(JSON.parse(answer.body).user, "ada", `the identity after ${say}`)
      }
      for (const how of ["", " later", " as an effect"]) {
        for (const [say, code] of Object.entries({ no: "forbidden", refusal: "editor-required" })) {
          const answer = await ask({ target: `/host/checked/${encodeURIComponent(say + how)}?say=yes`, headers })
          expectSame([answer.status, JSON.parse(answer.body).code], [403, code], say + how)
        }
      }
    }
  },
  {
    states: "ADM-09 a check that fails lets nobody pass, and what it failed with is not told",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = { authorization: await programOf(auth) }
      for (const say of ["throws", "rejects", "fails"]) {
        const answer = await ask({ target: `/host/checked/${say}`, headers })
        expectSame([answer.status, JSON.parse(answer.body).code], [500, "internal"], say)
        expectThat(!answer.body.includes("a mistake of the host's"), `ERR-01 the answer to ${say} tells why`)
      }
      const outage = await ask({ target: "/host/checked/outage", headers })
      expectSame([outage.status, JSON.parse(outage.body).code], [503, "unavailable"], "an outage")
    }
  },
  {
    states: "ADM-09 a check is not asked about whom the policy refuses",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = { authorization: await programOf(auth) }
      expectSame((await ask({ target: "/host/checked/throws" })).status, 401, "nobody")
      const refused = await ask({ target: "/host/checked-admin/throws", headers })
      expectSame([refused.status, JSON.parse(refused.body).code], [403, "admin-required"], "not an administrator")
      const forged = { cookie: await browserOf(auth), "sec-fetch-site": "cross-site" }
      const answer = await ask({ method: "POST", target: "/host/checked/throws", headers: forged })
      expectSame([answer.status, JSON.parse(answer.body).code], [403, "forged-request"], "a forged request")
    }
  },
  {
    states: "ADM-09 HDR-08 a check that refuses nobody asks them to log in, and then is asked about who they are",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const target = "/host/checked-anyone/ada"
      expectSame((await ask({ target })).status, 401, "a program")
      const opened = await ask({ target, headers: navigation })
      const next = new URLSearchParams({ next: target })
      expectSame([opened.status, headerOf(opened, "location")], [303, `/login?${next}`], "a browser")
      const headers = { ...navigation, cookie: await browserOf(auth) }
      expectSame((await ask({ target, headers })).status, 200, "ada")
      expectSame((await ask({ target: "/host/checked-anyone/eve", headers })).status, 403, "somebody else's")
    }
  },
  {
    states: "ADM-09 a refusal of a check is a page for a browser, and is on record",
    check: async ({ auth, ask, clock }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const page = await ask({ target: "/host/checked/no%20later", headers: { ...navigation, cookie } })
      expectSame([page.status, headerOf(page, "content-type")], [403, "text/html; charset=utf-8"], "a browser")
      expectThat(page.body.includes(ada.username), "ERR-06 the page says who is logged in")
      await clock.advance("1 minute")
      const [record] = await auth.audit.list({ type: "access.denied" })
      const told = JSON.stringify(record?.event.details)
      const rule = `"policy":"all(signedIn, check(forbidden))","path":"/host/checked/no%20later"`
      expectThat(told?.includes(rule) === true, `AUD-01 the record is ${told}`)
    }
  }
]
