import { ada, navigation, root, type WireAnswer } from "@latchkey/conformance/adapter"
import type { AdminColumn } from "@latchkey/http"
import { expect, test } from "vitest"
import { openAdminSite } from "../../test/admin-site.ts"
import { bodyOf, leadsTo, textOf, typedIn } from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"

/** The names of the users on a page, in their order. */
const namesOn = ({ body }: { readonly body: string }): ReadonlyArray<string> =>
  Array.from(body.matchAll(/<h3 class="session-name"><a href="[^"]*"><bdi>([^<]*)</g), ([, name]) => name ?? "")

test("an administrator finds users by name and by what they are, and is told when there is nobody", async () => {
  const { auth, read } = await openAdminSite()
  await auth.users.create({ ...ada, roles: ["reviewer"] })
  const inactive = await auth.users.create({ username: "old", password: ada.password })
  await auth.users.change(inactive.id, { isActive: false })
  expect([...namesOn(await read("/admin/users/"))].sort()).toEqual(["ada", "grace", "old", "root"])
  expect(namesOn(await read("/admin/users?query=grace"))).toEqual(["grace"])
  expect(namesOn(await read("/admin/users?is_superuser=true&is_active="))).toEqual(["root"])
  expect(namesOn(await read("/admin/users?is_active=false"))).toEqual(["old"])
  expect([...namesOn(await read("/admin/users?is_verified=true"))].sort()).toEqual(["grace", "root"])
  expect(namesOn(await read("/admin/users?role=reviewer"))).toEqual(["ada"])
  const none = await read("/admin/users?query=nobody")
  expect([none.status, textOf(none)]).toEqual([200, expect.stringContaining("No user matches this search.")])
})

test("a list that is longer than a page leads on, and every user is on exactly one page; the search goes along", async () => {
  const { auth, read } = await openAdminSite()
  for (let index = 0; index < 23; index++) await auth.users.create({ username: `user${index}`, password: ada.password })
  const seen: Array<string> = []
  let next: string | undefined = "/admin/users?query=user"
  for (let pages = 0; next !== undefined && pages < 9; pages++) {
    const page = await read(next)
    seen.push(...namesOn(page))
    next = /<a href="([^"]*)">More users/.exec(page.body)?.[1]?.replaceAll("&amp;", "&")
  }
  expect(seen).toHaveLength(23)
  expect(new Set(seen).size).toBe(23)
})

test("ADM-07 a list can be filtered by what is named, and by nothing else: a query that cannot be leads to the list", async () => {
  const { grace, read } = await openAdminSite()
  for (const query of ["is_active=maybe", "is_superuser=1", "cursor=x"])
    expect(leadsTo(await read(`/admin/users?${query}`))).toEqual([303, "/admin/users"])
  expect(namesOn(await read("/admin/users?hashed_password=%24argon2id&epoch=9&limit=1000000"))).toHaveLength(2)
  expect((await read("/admin/users?query=%24argon2id")).body).not.toContain(grace.id)
})

test("ADM-01 nobody but an administrator who acts themselves sees a page, a list or the trail", async () => {
  const site = await openAdminSite()
  await site.auth.users.register(ada)
  const headers = { ...(await site.browser()), ...navigation }
  const { id } = site.grace
  for (const target of ["/admin/users", "/admin/users/new", `/admin/users/${id}`, "/admin/users/x", "/admin/audit/"]) {
    const page = await site.read(target, headers)
    expect([page.status, textOf(page)], target).toEqual([403, expect.stringContaining("Only an administrator")])
    expect(leadsTo(await site.read(target, navigation))[0]).toBe(303)
  }
})

test("HTM-08 the menu shows administrators the way there, and nobody else", async () => {
  const site = await openAdminSite()
  await site.auth.users.register(ada)
  const mine = await site.read("/profile/")
  expect(mine.body).toContain('<a class="navigation-item" href="/admin/users">Administration</a>')
  const hers = await site.read("/profile/", { ...(await site.browser()), ...navigation })
  expect(hers.body).not.toContain("/admin/users")
  for (const target of ["/admin/users", "/admin/users/new", `/admin/users/${site.grace.id}`, "/admin/audit"])
    expect((await site.read(target)).body).toMatch(/<form[^>]*method="post"[^>]*action="\/logout"/)
})

test("a host that leaves the routes of administrators out has no menu entry that leads there", async () => {
  const { ask, browser } = await openSite({}, { routes: { admin: false } })
  const page = await ask({ target: "/profile/", headers: { ...(await browser(root)), ...navigation } })
  expect(page.body).not.toContain("Administration")
})

test("an administrator adds a user with a password, with roles, and is shown the new user; the same form again too", async () => {
  const { auth, post, read } = await openAdminSite()
  const form = {
    username: "bob",
    email: "",
    password: "nine slow otters by the weir",
    must_change_password: "on",
    "role:editor": "on"
  }
  const answers = [await post("/admin/users/new", form), await post("/admin/users/new", form)]
  const [bob] = (await auth.users.list({ query: "bob" })).items
  for (const answer of answers) expect(leadsTo(answer)).toEqual([303, `/admin/users/${bob?.id}?done=user-added`])
  expect(bob).toMatchObject({ mustChangePassword: true, roles: ["editor"], isSuperuser: false, isVerified: false })
  expect(textOf(await read(`/admin/users/${bob?.id}?done=user-added`))).toContain("The user was added.")
})

test("a name that somebody has just registered is taken, and not what the form made", async () => {
  const { auth, post } = await openAdminSite()
  await auth.users.register(ada)
  const answer = await post("/admin/users/new", { username: ada.username, password: ada.password })
  expect([answer.status, textOf(answer)]).toEqual([400, expect.stringContaining("This username is already taken.")])
})

test("a user without a password is invited; where no mails are sent, or there is no address, the form says what is missing", async () => {
  const { auth, post } = await openAdminSite()
  const added = await post("/admin/users/new", { email: "bob@example.org", must_change_password: "on" })
  const [bob] = (await auth.users.list({ query: "bob" })).items
  expect(leadsTo(added)).toEqual([303, `/admin/users/${bob?.id}?done=user-invited`])
  const nowhere = await post("/admin/users/new", { username: "carol" })
  expect([nowhere.status, textOf(nowhere)]).toEqual([422, expect.stringContaining("for the invitation")])
  const silent = await openSite()
  const headers = { ...(await silent.browser(root)), ...navigation }
  const form = { email: "bob@example.org" }
  const refused = await silent.ask({ target: "/admin/users/new", form, headers })
  expect([refused.status, textOf(refused)]).toEqual([422, expect.stringContaining("This site sends no mails")])
})

test("a name that is taken, a password that may not be chosen and an old log-in come back with what was typed", async () => {
  const { clock, post, contents } = await openAdminSite()
  const form = {
    username: "grace",
    email: "other@example.org",
    password: "nine slow otters by the weir",
    is_superuser: "on"
  }
  const before = await contents()
  const taken = await post("/admin/users/new", form)
  expect([taken.status, textOf(taken)]).toEqual([400, expect.stringContaining("This username is already taken.")])
  expect(taken.body).toMatch(/name="is_superuser" value="on" checked/)
  expect(taken.body).toContain('value="other@example.org"')
  expect((await post("/admin/users/new", { ...form, username: "bob", password: "short" })).status).toBe(422)
  await clock.advance("11 minutes")
  const old = await post("/admin/users/new", { ...form, username: "bob" })
  expect([old.status, textOf(old)]).toEqual([422, expect.stringContaining("Enter your current password.")])
  expect((await contents()).users).toEqual(before.users)
  expect((await post("/admin/users/new", { ...form, username: "bob", current_password: root.password })).status).toBe(
    303
  )
})

test("columns and actions of the host stand on the pages as text, and its buttons post to its own routes", async () => {
  const site = await openAdminSite(
    {},
    {
      administration: {
        columns: [
          {
            label: "Notes <b>",
            values: async (users) => users.map(({ username }) => (username === "grace" ? "<i>12</i>" : null))
          }
        ],
        actions: ({ id }, { language }) => [
          { label: `Notes (${language}) <b>`, href: `/notes?by=${id}` },
          { label: "Lock", href: `/notes/${id}/lock`, method: "post" }
        ]
      }
    }
  )
  const list = await site.read("/admin/users")
  expect(list.body).toContain("<bdi>Notes &lt;b&gt;</bdi></dt><dd><bdi>&lt;i&gt;12&lt;/i&gt;</bdi>")
  expect(list.body.match(/Notes &lt;b/g)).toHaveLength(1)
  const page = await site.read(`/admin/users/${site.grace.id}`)
  expect(page.body).toContain(
    `<a class="button button-quiet" href="/notes?by=${site.grace.id}"><bdi>Notes (en) &lt;b&gt;`
  )
  expect(page.body).toContain(`<form method="post" action="/notes/${site.grace.id}/lock">`)
})

test.each<readonly [string, AdminColumn["values"]]>([
  [
    "throws",
    () => {
      throw new Error("canary")
    }
  ],
  ["rejects", () => Promise.reject(new Error("canary"))],
  ["never answers", () => new Promise(() => {})]
])(
  "a column of the host that %s takes no page away from administrators: it says that it is not known",
  async (_, values) => {
    const site = await openAdminSite({}, { administration: { columns: [{ label: "Notes", values }] } })
    const asked = async (ask: () => Promise<WireAnswer>) => {
      const answer = ask()
      await site.clock.advance("6 seconds")
      return answer
    }
    for (const target of ["/admin/users", `/admin/users/${site.grace.id}`]) {
      const page = await asked(() => site.read(target))
      expect([page.status, textOf(page)], target).toEqual([
        200,
        expect.stringContaining("Notes not known at the moment")
      ])
      expect(page.body).not.toContain("canary")
    }
  }
)

test("an action of the host that could run a script is a mistake, which the pages do not show", async () => {
  const actions = () => [{ label: "x", href: "javascript:alert(1)" }]
  const { grace, read } = await openAdminSite({}, { administration: { actions } })
  const answer = await read(`/admin/users/${grace.id}`)
  expect([answer.status, answer.body]).toEqual([500, expect.not.stringContaining("javascript:")])
  await expect(openSite({}, { administration: { columns: 7 as never } })).rejects.toThrow("must be a list of columns")
  await expect(openSite({}, { administration: { actions: 7 as never } })).rejects.toThrow("must be a function")
})

test("a program gets the users as JSON at the same address", async () => {
  const { ask, program } = await openAdminSite()
  const answer = await ask({ target: "/admin/users?query=grace", headers: await program(root) })
  expect(JSON.stringify(bodyOf(answer))).toContain('"username":"grace"')
})

test("the trail of a user has what was done to them, names who did it, and can be looked through", async () => {
  const { clock, formFor, grace, post, read } = await openAdminSite()
  await post(`/admin/users/${grace.id}`, { ...(await formFor(grace)), username: "grace.h" })
  const page = await read(`/admin/audit/?user=${grace.id}`)
  expect(textOf(page)).toMatch(/User changed.*By root.*For grace\.h/)
  expect(textOf(await read("/admin/audit?type=user.created"))).not.toContain("User changed Time")
  for (let index = 0; index < 13; index++)
    await clock.advance("1 second").then(() => post(`/admin/users/${grace.id}/revoke`))
  const first = await read("/admin/audit")
  const older = /<a href="([^"]*)">Older events/.exec(first.body)?.[1] ?? ""
  expect(textOf(await read(older))).toContain("Newest events")
  expect(textOf(await read("/admin/audit?user=00000000-0000-7000-8000-000000000000"))).toContain("No event matches")
  for (const name of ["grace.h", "GRACE@example.org", grace.id])
    expect(textOf(await read(`/admin/audit?user=${name}`)), name).toMatch(/Sessions ended.*For grace\.h/)
  const nobody = await read("/admin/audit?user=grace")
  expect(textOf(nobody)).toContain("No event matches")
  expect(typedIn(nobody, "user")).toBe("grace")
  for (const query of ["type=never", "before=x"])
    expect(leadsTo(await read(`/admin/audit?${query}`))).toEqual([303, "/admin/audit"])
})
