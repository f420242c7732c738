import { ada, type WireAnswer } from "@latchkey/conformance/adapter"
import { shownUserCode } from "@latchkey/core"
import { describe, expect, it } from "vitest"
import { leadsTo, NEW_PASSWORD, textOf, typedIn } from "../../test/answers.ts"
import { type CliPageSite, ELSEWHERE, openCliPages } from "../../test/cli-page-site.ts"
import { grace } from "../../test/cli-site.ts"

/** A site on which ada has entered the code of a program. */
const claimed = async (
  options: Parameters<typeof openCliPages>[0] = {},
  wanted: Parameters<CliPageSite["begin"]>[0] = {}
) => {
  const site = await openCliPages(options)
  const { code, secret } = await site.begin(wanted)
  const headers = await site.person()
  const path = await site.claim(code, headers)
  return {
    ...site,
    path,
    code: shownUserCode(code),
    secret,
    headers,
    open: (target = path) => site.ask({ target, headers }),
    /** Sends the form as the page has it. */
    send: (verb: "approve" | "deny", form: Readonly<Record<string, string>> = {}) =>
      site.ask({ target: `${path}/${verb}`, form: { code: shownUserCode(code), user: site.user.id, ...form }, headers })
  }
}

const numberIn = (page: WireAnswer): string => /id="number">([^<]*)</.exec(page.body)?.[1] ?? ""

describe("the page about a program", () => {
  it("says who asks, from where, with what, as whom, for what and for how long (DEV-11)", async () => {
    const site = await claimed({}, { scopes: ["packages:read"] })
    const page = await site.open(`${site.path}?code=${site.code}`)
    for (const part of [
      "Let “ harbour-cli ” log in as you?",
      `Code ${site.code}`,
      "Address 192.0.2.7",
      "Software curl",
      "just now",
      "Account ada",
      "An access token that is valid for 30 days.",
      "Download packages packages:read",
      "Approve only if you started this program yourself"
    ])
      expect(textOf(page)).toContain(part)
  })

  it("shows a code only if it is that of the program, so that no link can show another one (DEV-11)", async () => {
    const site = await claimed()
    for (const query of ["", "?code=BCDF-GHJK", "?code=%3Cb%3E"]) {
      const page = await site.open(`${site.path}${query}`)
      expect([page.status, textOf(page)]).toEqual([200, expect.stringContaining("To approve, enter the code")])
      expect(page.body).not.toContain(`action="${site.path}/approve"`)
    }
    expect((await site.open(`${site.path}?code=${site.code}`)).body).toContain(`action="${site.path}/approve"`)
  })

  it("says that it was denied or has logged in before only if that is so, whatever a link says (DEV-11)", async () => {
    const site = await claimed()
    for (const done of ["denied-before", "collected-before"]) {
      const page = await site.open(`${site.path}?done=${done}`)
      expect(textOf(page)).not.toMatch(/was denied before|had logged in already/)
    }
    await site.send("deny")
    expect(textOf(await site.open(`${site.path}?done=denied-before`))).toContain("This program was denied before.")
    expect(textOf(await site.open(`${site.path}?done=collected-before`))).not.toContain("had logged in already")
  })

  it("points out a program in another network (DEV-12)", async () => {
    const site = await claimed({}, { client: ELSEWHERE })
    expect(textOf(await site.open(`${site.path}?code=${site.code}`))).toContain(
      "runs in another network than this browser"
    )
    const same = await claimed()
    expect(textOf(await same.open(`${same.path}?code=${same.code}`))).not.toContain("another network")
  })

  it("is the same 404 for a program of another user, one that nobody has entered, and none at all (DEV-09)", async () => {
    const site = await claimed()
    const headers = await site.person(grace)
    const unclaimed = await site.begin()
    const pages = await Promise.all(
      [site.path, `/auth/cli/${unclaimed.id}`, "/auth/cli/nothing"].map((target) => site.ask({ target, headers }))
    )
    expect(new Set(pages.map(({ status, body }) => `${status} ${body}`)).size).toBe(1)
    expect([pages[0]?.status, pages[0]?.body]).toEqual([404, expect.stringContaining('href="/auth/cli"')])
    for (const verb of ["approve", "deny"]) {
      const form = { code: site.code }
      expect((await site.ask({ target: `${site.path}/${verb}`, form, headers })).status).toBe(404)
    }
    expect(await site.stateOfLast()).toBe("claimed")
  })
})

describe("approving", () => {
  it("lets the program in, and the page says what becomes of it", async () => {
    const site = await claimed()
    expect(leadsTo(await site.send("approve"))).toEqual([303, site.path])
    expect(textOf(await site.open())).toContain("Go back to the program.")
    expect(await site.auth.cliLogins.collect({ secret: site.secret })).toMatchObject({ status: "token" })
    const page = await site.open()
    expect(textOf(page)).toContain("“ harbour-cli ” has logged in")
    expect(page.body).toContain('href="/tokens/"')
  })

  it("needs the code on the form, and asks for it where it is missing or another one (DEV-11)", async () => {
    const site = await claimed()
    for (const code of ["", "BCDF-GHJK"]) {
      const page = await site.send("approve", { code })
      expect([page.status, textOf(page)]).toEqual([
        422,
        expect.stringContaining("Enter the code that the program shows.")
      ])
    }
    expect(await site.stateOfLast()).toBe("claimed")
  })

  it("needs the password where the log-in is old, and keeps the code meanwhile (DEV-11)", async () => {
    const site = await claimed({ cliLogin: { lifetime: "10 minutes" } })
    await site.clock.advance("9 minutes")
    const later = await site.begin({ program: "late-cli" })
    const path = await site.claim(later.code, site.headers)
    await site.clock.advance("2 minutes")
    const code = shownUserCode(later.code)
    const send = (current_password: string) =>
      site.ask({ target: `${path}/approve`, form: { code, current_password }, headers: site.headers })
    for (const [password, sentence] of [
      ["", "Enter your current password."],
      ["wrong", "This is not your current password."]
    ] as const) {
      const page = await send(password)
      expect([page.status, textOf(page), typedIn(page, "code")]).toEqual([422, expect.stringContaining(sentence), code])
    }
    expect(await site.stateOfLast()).toBe("claimed")
    expect(leadsTo(await send(ada.password))).toEqual([303, path])
  })

  it("shows the number that the program asks for, and another one for the same form again (DEV-20)", async () => {
    const site = await claimed({}, { canAskForNumber: true })
    const first = await site.send("approve")
    expect([first.status, numberIn(first)]).toEqual([200, expect.stringMatching(/^\d{3} \d{3}$/)])
    const later = await site.open()
    expect([numberIn(later), textOf(later)]).toEqual(["", expect.stringContaining("the number that this page showed")])
    const second = await site.send("approve", { code: "" }) // from a page that was opened without the code
    expect(numberIn(second)).not.toBe(numberIn(first))
    const wrong = await site.auth.cliLogins.collect({ secret: site.secret, number: numberIn(first) })
    expect(wrong).toMatchObject({ status: "number-needed", attemptsLeft: 2 })
    expect(textOf(await site.open())).toContain("2 attempts are left")
    const right = await site.auth.cliLogins.collect({ secret: site.secret, number: numberIn(second) })
    expect(right).toMatchObject({ status: "token" })
  })

  it("is refused for a program in another network where the options say so, and the form comes back (DEV-12)", async () => {
    const site = await claimed({ cliLogin: { otherNetwork: "refuse" } }, { client: ELSEWHERE })
    expect((await site.open(`${site.path}?code=${site.code}`)).body).not.toContain("/approve")
    const page = await site.send("approve")
    expect([page.status, textOf(page)]).toEqual([403, expect.stringContaining("This site does not allow that.")])
    expect(leadsTo(await site.send("deny"))).toEqual([303, site.path])
  })

  it("says so where the user has as many tokens as they may", async () => {
    const site = await claimed({ tokens: { perUser: 1 } })
    await site.token()
    const page = await site.send("approve")
    expect([page.status, textOf(page)]).toEqual([409, expect.stringContaining("You already have 1 tokens")])
    expect(await site.stateOfLast()).toBe("claimed")
  })

  it("says what the program gets where that is a session", async () => {
    const site = await claimed({ cliLogin: { result: "session" } })
    const page = await site.open(`${site.path}?code=${site.code}`)
    expect(textOf(page)).toContain("A session that ends after 1 hour without use, and after 12 hours in any case.")
    expect(textOf(page)).toContain("It can do everything that you can do.")
    await site.send("approve")
    await site.auth.cliLogins.collect({ secret: site.secret })
    expect((await site.open()).body).toContain('href="/profile/#sessions"')
  })
})

describe("denying", () => {
  it("refuses the program, without a password, also after an approval (DEV-10)", async () => {
    const site = await claimed()
    await site.send("approve")
    await site.clock.advance("4 minutes")
    expect(leadsTo(await site.send("deny"))).toEqual([303, site.path])
    expect(textOf(await site.open())).toContain("You have denied the program.")
    await expect(site.auth.cliLogins.collect({ secret: site.secret })).rejects.toMatchObject({ _tag: "CliLoginDenied" })
  })

  it("is told on the page when three wrong numbers did it, or a change of the account (DEV-07, DEV-20)", async () => {
    const site = await claimed({}, { canAskForNumber: true })
    await site.send("approve")
    for (const number of ["1", "2", "3"])
      await site.auth.cliLogins.collect({ secret: site.secret, number }).catch(() => null)
    expect(textOf(await site.open())).toContain("The program sent a wrong number three times")
    const changed = await claimed()
    await changed.send("approve")
    const form = { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
    await changed.ask({ target: "/profile/password", form, headers: changed.headers })
    await changed.auth.cliLogins.collect({ secret: changed.secret }).catch(() => null)
    const headers = await changed.person({ ...ada, password: NEW_PASSWORD })
    const page = await changed.ask({ target: changed.path, headers })
    expect(textOf(page)).toContain("Your log-in or your account changed after you approved")
  })
})

describe("a form that comes late", () => {
  it("ends where the first one did after a second click", async () => {
    const site = await claimed()
    const clicks = [await site.send("approve"), await site.send("approve")]
    expect(clicks.map(leadsTo)).toEqual([
      [303, site.path],
      [303, site.path]
    ])
    await site.auth.cliLogins.collect({ secret: site.secret })
    expect(leadsTo(await site.send("approve"))).toEqual([303, site.path]) // it is what was wanted
    const denied = await claimed()
    expect([leadsTo(await denied.send("deny")), leadsTo(await denied.send("deny"))]).toEqual([
      [303, denied.path],
      [303, denied.path]
    ])
  })

  it("is told in the other of two tabs that the program was denied there, or has logged in (DEV-10)", async () => {
    const site = await claimed()
    await site.send("deny")
    const approved = await site.send("approve")
    expect(leadsTo(approved)).toEqual([303, `${site.path}?done=denied-before`])
    expect(textOf(await site.open(leadsTo(approved)[1] as string))).toContain("This program was denied before.")
    const collected = await claimed()
    await collected.send("approve")
    await collected.auth.cliLogins.collect({ secret: collected.secret })
    const late = await collected.send("deny")
    expect(leadsTo(late)).toEqual([303, `${collected.path}?done=collected-before`])
    expect(textOf(await collected.open(leadsTo(late)[1] as string))).toContain("The program had logged in already")
  })

  it("of two at once has one winner, and the other is told (DEV-10)", async () => {
    const site = await claimed()
    const answers = await Promise.all([site.send("approve"), site.send("deny"), site.send("approve")])
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect(await site.stateOfLast()).toBe("denied") // it wins over an approval that nobody has collected
  })

  it("leads to the page that says that the code has expired, and the page leads to the next code (DEV-03)", async () => {
    const site = await claimed()
    await site.clock.advance("5 minutes")
    for (const verb of ["approve", "deny"] as const) expect(leadsTo(await site.send(verb))).toEqual([303, site.path])
    const page = await site.open()
    expect(textOf(page)).toContain("The code of “ harbour-cli ” has expired")
    expect(page.body).toContain('href="/auth/cli"')
  })

  it("that was opened for another account decides nothing, and says who is logged in now (CSR-16)", async () => {
    const site = await claimed()
    const headers = await site.person(grace)
    for (const verb of ["approve", "deny"]) {
      const form = { code: site.code, user: site.user.id }
      const page = await site.ask({ target: `${site.path}/${verb}`, form, headers })
      expect([page.status, textOf(page)]).toEqual([422, expect.stringContaining("You are logged in as grace now")])
      expect(typedIn(page, "code")).toBe("") // it is ada's, and would lead grace to nothing
    }
    expect(await site.stateOfLast()).toBe("claimed")
  })

  it("of a session that has ended leads to the login page, and from there back to the page about the program", async () => {
    const site = await claimed()
    await site.ask({ target: "/logout", form: {}, headers: site.headers })
    const answer = await site.send("approve")
    const query = new URLSearchParams({ next: `${site.path}/approve`, done: "ended" })
    expect(leadsTo(answer)).toEqual([303, `/login?${query}`])
    const back = await site.ask({ target: `${site.path}/approve`, headers: await site.person() })
    expect(leadsTo(back)).toEqual([303, site.path])
  })

  it("during an outage comes back, or is told that it must wait", async () => {
    const site = await claimed()
    site.ruled.rule = (operation) => (operation === "challenges.decide" ? "fail" : "pass")
    const page = await site.send("approve")
    expect([page.status, typedIn(page, "code")]).toEqual([503, site.code])
    site.ruled.rule = (operation) => (operation.startsWith("challenges.") ? "fail" : "pass")
    expect((await site.send("approve")).status).toBe(503)
    site.ruled.rule = () => "pass"
    expect(await site.stateOfLast()).toBe("claimed")
  })
})

it("a program cannot approve with its token, nor with a request of another site (DEV-14, CSR-01)", async () => {
  const site = await claimed()
  const form = { code: site.code }
  const token = await site.token()
  expect((await site.ask({ target: `${site.path}/approve`, form, headers: token })).status).toBe(403)
  const foreign = { ...site.headers, "sec-fetch-site": "cross-site" }
  expect((await site.ask({ target: `${site.path}/approve`, form, headers: foreign })).status).toBe(403)
  expect(await site.stateOfLast()).toBe("claimed")
})
