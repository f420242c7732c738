import { navigation, root } from "@latchkey/conformance/adapter"
import { shownUserCode } from "@latchkey/core"
import { describe, expect, it } from "vitest"
import { leadsTo, textOf, typedIn } from "../../test/answers.ts"
import { HERE, openCliPages } from "../../test/cli-page-site.ts"
import { grace } from "../../test/cli-site.ts"

describe("the page for a code", () => {
  it("has the code of the address filled in, in any form, and nothing that is no code (DEV-01, DEV-11)", async () => {
    const site = await openCliPages()
    const headers = await site.person()
    for (const typed of ["BCDFGHJK", "bcdf-ghjk", " bc df gh jk", "BCDF–GHJK"]) {
      const page = await site.ask({ target: `/auth/cli?${new URLSearchParams({ code: typed })}`, headers })
      expect([page.status, typedIn(page, "code")], typed).toEqual([200, "BCDF-GHJK"])
    }
    for (const typed of ["", "Call 555 0100 now", "BCDFGHJKL", "<b>", "AEIO-UAEI"]) {
      const page = await site.ask({ target: `/auth/cli?${new URLSearchParams({ code: typed })}`, headers })
      expect([page.status, typedIn(page, "code")], typed).toEqual([200, ""])
    }
  })

  it("changes nothing when it is opened, by GET or HEAD, by a browser, a scanner or a prefetch (DEV-11)", async () => {
    const site = await openCliPages()
    const { id, code, secret } = await site.begin()
    const opened = [
      `/auth/cli?code=${code}`,
      `/auth/cli?code=${code}&approve=1&done=denied-before`,
      `/auth/cli/${id}?code=${code}`
    ]
    const person = await site.person()
    site.ruled.calls.length = 0
    for (const target of opened)
      for (const method of ["GET", "HEAD"])
        for (const headers of [
          person,
          { ...person, "sec-purpose": "prefetch", purpose: "prefetch" },
          { "user-agent": "LinkScanner/1.0" },
          navigation
        ]) {
          const answer = await site.ask({ method, target, headers })
          expect([200, 303, 401, 404], `${method} ${target}`).toContain(answer.status)
        }
    expect(site.ruled.calls.filter((call) => call.startsWith("challenges.") && call !== "challenges.find")).toEqual([])
    expect(await site.auth.cliLogins.list(site.user.id)).toEqual([])
    await site.clock.advance("10 seconds")
    expect(await site.auth.cliLogins.collect({ secret })).toMatchObject({ status: "pending" })
  })

  it("lets whoever is not logged in do so first, and keeps the code on the way, also through a registration", async () => {
    const site = await openCliPages()
    const login = await site.ask({ target: "/auth/cli?code=BCDFGHJK", headers: navigation })
    expect(leadsTo(login)).toEqual([303, `/login?${new URLSearchParams({ next: "/auth/cli?code=BCDFGHJK" })}`])
    const page = await site.ask({ target: leadsTo(login)[1] as string, headers: navigation })
    expect(typedIn(page, "next")).toBe("/auth/cli?code=BCDFGHJK")
    const register = /href="(\/register[^"]*)"/.exec(page.body)?.[1]?.replaceAll("&amp;", "&") ?? ""
    const form = await site.ask({ target: register, headers: navigation })
    expect(typedIn(form, "next")).toBe("/auth/cli?code=BCDFGHJK")
  })

  it("is closed to access tokens and where CLI logins are turned off (DEV-14)", async () => {
    const site = await openCliPages()
    const token = await site.token()
    const refused = await site.ask({ target: "/auth/cli", headers: { ...token, ...navigation } })
    expect([refused.status, textOf(refused)]).toEqual([403, expect.stringContaining("An access token cannot do this")])
    const off = await openCliPages({ cliLogin: { enabled: false } })
    const page = await off.ask({ target: "/auth/cli", headers: await off.person() })
    expect([page.status, textOf(page)]).toEqual([403, expect.stringContaining("Programs cannot log in")])
  })

  it("is not there in mode basic, where no log-in can be ended", async () => {
    const site = await openCliPages({ mode: "basic" })
    expect((await site.ask({ target: "/auth/cli", headers: navigation })).status).toBe(404)
  })
})

describe("entering a code", () => {
  it("leads to the page about the program, which nobody else sees from then on (DEV-09)", async () => {
    const site = await openCliPages()
    const { id, code } = await site.begin()
    const [ada, other] = [await site.person(), await site.person(grace)]
    const entered = await site.ask({
      target: "/auth/cli",
      form: { code: shownUserCode(code).toLowerCase() },
      headers: ada
    })
    expect(leadsTo(entered)).toEqual([303, `/auth/cli/${id}?code=${shownUserCode(code)}`])
    const page = await site.ask({ target: leadsTo(entered)[1] as string, headers: ada })
    expect([page.status, textOf(page)]).toEqual([200, expect.stringContaining("Let “ harbour-cli ” log in as you?")])
    const late = await site.ask({ target: "/auth/cli", form: { code }, headers: other })
    expect([late.status, textOf(late)]).toEqual([404, expect.stringContaining("This code leads to nothing")])
    expect((await site.ask({ target: "/auth/cli", form: { code }, headers: ada })).status).toBe(303) // a second click
  })

  it("takes the whole address that the program prints, as people paste it, and the form changes nothing else (DEV-11)", async () => {
    const site = await openCliPages()
    const headers = await site.person()
    for (const form of [
      (code: string) => `https://app.example.org/auth/cli?code=${code}`,
      (code: string) => ` app.example.org/auth/cli?lang=de&code=${shownUserCode(code)}#top\n`,
      (code: string) => `<https://app.example.org/auth/cli?code=${code}>.`
    ]) {
      const { id, code } = await site.begin()
      const entered = await site.ask({ target: "/auth/cli", form: { code: form(code) }, headers })
      expect(leadsTo(entered)).toEqual([303, `/auth/cli/${id}?code=${shownUserCode(code)}`])
      expect(await site.stateOfLast()).toBe("claimed")
    }
    const none = await site.ask({
      target: "/auth/cli",
      form: { code: "https://app.example.org/auth/cli?code=" },
      headers
    })
    expect(none.status).toBe(422)
  })

  it("says what is wrong beside the field, and keeps what was typed", async () => {
    const site = await openCliPages()
    const { code } = await site.begin()
    const headers = await site.person()
    for (const [typed, status, sentence] of [
      ["", 422, "Enter the code that the program shows."],
      ["hello", 422, "This is not a code."],
      ["BCDF-GHJK", 404, "This code leads to nothing."]
    ] as const) {
      const page = await site.ask({ target: "/auth/cli", form: { code: typed }, headers })
      expect([page.status, textOf(page), typedIn(page, "code")]).toEqual([
        status,
        expect.stringContaining(sentence),
        typed
      ])
    }
    await site.clock.advance("5 minutes")
    const expired = await site.ask({ target: "/auth/cli", form: { code }, headers })
    expect([expired.status, textOf(expired)]).toEqual([410, expect.stringContaining("This code has expired.")])
  })

  it("tells the one who claimed a code that it has expired", async () => {
    const site = await openCliPages()
    const { code } = await site.begin()
    const headers = await site.person()
    await site.claim(code, headers)
    await site.clock.advance("5 minutes")
    const expired = await site.ask({ target: "/auth/cli", form: { code }, headers })
    expect([expired.status, textOf(expired)]).toEqual([410, expect.stringContaining("This code has expired.")])
  })

  it("slows down whoever guesses, and the page stays with what was typed (DEV-04)", async () => {
    const site = await openCliPages({ throttle: { userCodes: 2 } })
    const { code } = await site.begin()
    const headers = await site.person()
    for (const wrong of ["BCDF-GHJK", "BCDF-GHJL"])
      expect((await site.ask({ target: "/auth/cli", form: { code: wrong }, headers })).status).toBe(404)
    const page = await site.ask({ target: "/auth/cli", form: { code: shownUserCode(code) }, headers })
    expect([page.status, typedIn(page, "code")]).toEqual([429, shownUserCode(code)])
    expect(textOf(page)).toContain("Try again in 15 minutes.")
    const other = await site.ask(
      { target: "/auth/cli", form: { code }, headers: await site.person(grace) },
      "203.0.113.9"
    )
    expect(other.status).toBe(303) // somebody else is not slowed down
  })

  it("claims nothing with a form that was opened for another account (CSR-16)", async () => {
    const site = await openCliPages()
    const { code } = await site.begin()
    const headers = await site.person(root)
    const page = await site.ask({ target: "/auth/cli", form: { code, user: site.user.id }, headers })
    expect([page.status, typedIn(page, "code")]).toEqual([422, code])
    expect(textOf(page)).toContain("You are logged in as root now, and this form was opened for another account.")
    expect(await site.claim(code, await site.person())).toMatch(/^\/auth\/cli\//)
  })

  it("needs a verified e-mail address where the options say so", async () => {
    const site = await openCliPages({ cliLogin: { approvers: "verified" } })
    await site.auth.users.change(site.user.id, { isVerified: false })
    const { code } = await site.begin({ client: HERE })
    const page = await site.ask({ target: "/auth/cli", form: { code }, headers: await site.person() })
    expect([page.status, textOf(page)]).toEqual([403, expect.stringContaining("verified e-mail address")])
  })
})
