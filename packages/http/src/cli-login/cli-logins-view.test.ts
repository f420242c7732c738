import { expect, it } from "vitest"
import { leadsTo, textOf } from "../../test/answers.ts"
import { type CliPageSite, openCliPages } from "../../test/cli-page-site.ts"
import { grace } from "../../test/cli-site.ts"
import { CLI_LOGINS_SHOWN } from "./cli-logins-view.ts"

/** The names of the programs on a page of the profile, in their order, and the address of the next page. */
const programsOn = async (site: CliPageSite, headers: Readonly<Record<string, string>>, target: string) => {
  const { body } = await site.ask({ target, headers })
  return {
    body,
    names: Array.from(body.matchAll(/<bdi id="p\d+">([^<]*)/g), ([, name]) => name),
    older: /href="(\/profile\/\?programs=[^"#]+)#programs"/.exec(body)?.[1] ?? null
  }
}

/** Starts programs and enters their codes, the last one last. */
const enter = async (
  site: CliPageSite,
  headers: Readonly<Record<string, string>>,
  ...programs: ReadonlyArray<string>
) => {
  for (const program of programs) {
    const { code } = await site.begin({ program })
    await site.claim(code, headers)
    await site.clock.advance("1 second") // the newest stands first
  }
}

it("the profile lists the programs whose codes its user entered, newest first, a few at once (SES-24)", async () => {
  const site = await openCliPages()
  const headers = await site.person()
  expect((await programsOn(site, headers, "/profile/")).body).not.toContain('id="programs"')
  await enter(site, headers, "one", "two", "three", "four", "five")
  await enter(site, await site.person(grace), "hers")
  const first = await programsOn(site, headers, "/profile/")
  expect([first.names.length, first.names]).toEqual([CLI_LOGINS_SHOWN, ["five", "four", "three"]])
  const second = await programsOn(site, headers, first.older ?? "")
  expect([second.names, second.older]).toEqual([["two", "one"], null])
  expect(second.body).toContain('href="/profile/#programs"')
})

it("each has a link to its page, and can be denied from the profile while it waits", async () => {
  const site = await openCliPages()
  const headers = await site.person()
  await enter(site, headers, "acme")
  const { body } = await programsOn(site, headers, "/profile/")
  const deny = /action="(\/auth\/cli\/[^"]*\/deny)"/.exec(body)?.[1] ?? ""
  const path = deny.replace(/\/deny$/, "")
  expect(body).toContain(`href="${path}"`)
  expect(leadsTo(await site.ask({ target: deny, form: { user: site.user.id }, headers }))).toEqual([303, path])
  const after = await site.ask({ target: "/profile/", headers })
  expect([textOf(after), after.body.includes(deny)]).toEqual([expect.stringContaining("Denied"), false])
})

it("a query that no page of programs has leads to the first page, and the sessions keep their own", async () => {
  const site = await openCliPages()
  const headers = await site.person()
  for (const query of ["programs=junk", "programs=", "programs=1.x&before=junk"])
    expect(leadsTo(await site.ask({ target: `/profile/?${query}`, headers }))).toEqual([303, "/profile/"])
  expect((await site.ask({ target: "/profile/?programs=1.x", headers })).status).toBe(200)
})

it("the profile of a token has no list, and neither has one without the pages (DEV-14)", async () => {
  const site = await openCliPages()
  const headers = await site.person()
  await enter(site, headers, "acme")
  const token = await site.token({ scopes: [] })
  const page = await site.ask({ target: "/profile/", headers: { ...headers, cookie: "", ...token } })
  expect([page.status, page.body]).toEqual([200, expect.not.stringContaining("acme")])
  const without = await openCliPages({}, { routes: { cli: false } })
  const { code } = await without.begin({ program: "acme" })
  await without.auth.cliLogins.lookUp({ user: without.user }, code)
  const plain = await without.ask({ target: "/profile/", headers: await without.person() })
  expect([plain.status, plain.body]).toEqual([200, expect.not.stringContaining("acme")])
})

it("a refused form of the profile comes back without the list while the store cannot give it", async () => {
  const site = await openCliPages()
  const headers = await site.person()
  await enter(site, headers, "acme")
  site.ruled.rule = (operation) => (operation === "challenges.list" ? "fail" : "pass")
  const refused = await site.ask({ target: "/profile/details", form: { username: "a b" }, headers })
  expect([refused.status, refused.body]).toEqual([422, expect.not.stringContaining("acme")])
  expect((await site.ask({ target: "/profile/", headers })).status).toBe(503)
})
