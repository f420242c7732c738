import { type Auth, createAuth } from "@latchkey/core"
import type { Page } from "playwright-core"
import { beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { readStore } from "../src/store.ts"
import { expectToFit, logIn, noChromium, sessionCookieOf, submit, takePictures, useChromium } from "./chromium.ts"
import { goodPassword } from "./client.ts"
import { button, expectPage, patience } from "./hands.ts"
import { type Server, startServer } from "./server.ts"

const CROWD = 10_000

/** How many are added at once. */
const AT_ONCE = 100

const nameOf = (n: number) => `user-${String(n).padStart(5, "0")}`

const env = {
  LATCHKEY_ADMIN_USERNAME: "root",
  LATCHKEY_ADMIN_PASSWORD: goodPassword,
  LATCHKEY_ROLES: "editor=Edits notes"
}

const openScript = async ({ place, url }: Server): Promise<Auth> =>
  createAuth({
    store: (await readStore({ LATCHKEY_STORE: place.store })).layer,
    publicUrl: url,
    setup: { announce: false },
    roles: { editor: "Edits notes" }
  })

let server: Server
if (!noChromium) {
  beforeAll(async () => {
    server = await startServer({ env })
    const auth = await openScript(server)
    for (let first = 0; first < CROWD; first += AT_ONCE) {
      const some = Array.from({ length: AT_ONCE }, (_, n) => auth.users.create({ username: nameOf(first + n) }))
      await Promise.all(some)
    }
    await auth.close()
  }, 120_000)
}

describe.skipIf(noChromium).each([
  ["with JavaScript", true],
  ["without JavaScript", false]
])("administration in a real browser beside ten thousand users, %s", (_, javaScriptEnabled) => {
  const { open } = useChromium({ keepsPages: true })
  const own = (name: string) => `${name}-${javaScriptEnabled ? "scripted" : "scriptless"}`

  const withAuth = async () => {
    const auth = await openScript(server)
    onTestFinished(() => auth.close())
    return auth
  }

  /** An administrator, logged in on a page. */
  const openAs = async (name: string, path: string) => {
    const profile = await open({ javaScriptEnabled })
    await profile.page.goto(`${server.url}/login?next=${encodeURIComponent(path)}`)
    await logIn(profile.page, name, goodPassword)
    await expectPage(profile.page, `${server.url}${path}`)
    return profile
  }

  const look = async (page: Page, name: string) => {
    await expectToFit(page)
    if (javaScriptEnabled) await takePictures(page, `administration-${name}`)
  }

  const save = (page: Page) => button(page, "Save").click()

  test("ADM-07 ADM-11 a user is found among all of them, page by page and by the beginning of a name", async () => {
    const { page, complaints } = await openAs("root", "/profile/")
    await page.getByRole("link", { name: "Administration" }).click()
    await expectPage(page, `${server.url}/admin/users`)
    const names = () => page.locator("#users li .session-name a").allTextContents()
    const first = await names()
    expect(first).toHaveLength(10)
    await look(page, "list")
    await page.getByRole("link", { name: "More users" }).click()
    await page.getByRole("link", { name: "First page" }).waitFor(patience)
    const second = await names()
    expect(second).toHaveLength(10)
    expect(second.filter((name) => first.includes(name))).toEqual([])
    await page
      .getByRole("searchbox")
      .or(page.getByLabel("Name or e-mail address", { exact: true }))
      .first()
      .fill("USER-0450")
    await button(page, "Search").click()
    await page.getByRole("link", { name: "user-04503" }).waitFor(patience)
    expect(await names()).toEqual(Array.from({ length: 10 }, (_, n) => nameOf(4_500 + n)))
    await look(page, "found")
    expect(complaints()).toEqual([])
  })

  test("ADM-15 two administrators edit one user at once: the second is told, and loses nothing", async () => {
    const auth = await withAuth()
    const user = await auth.users.create({ username: own("edited") })
    await auth.users.create({ username: own("other"), password: goodPassword, isSuperuser: true })
    const path = `/admin/users/${user.id}`
    const [one, two] = [await openAs("root", path), await openAs(own("other"), path)]
    await one.page.getByLabel("Username", { exact: true }).fill(own("renamed"))
    await save(one.page)
    await expectPage(one.page, `${server.url}${path}`, "The changes were saved.")
    await two.page.getByRole("checkbox", { name: /^Edits notes/ }).check()
    await save(two.page)
    await two.page.getByText("Somebody else changed this user meanwhile.").first().waitFor(patience)
    await look(two.page, "stale")
    expect(await two.page.getByLabel("Username", { exact: true }).inputValue()).toBe(own("renamed"))
    expect(await two.page.getByRole("checkbox", { name: /^Edits notes/ }).isChecked()).toBe(true)
    expect(await auth.users.find(user.id)).toMatchObject({ username: own("renamed"), roles: [] })
    await save(two.page)
    await expectPage(two.page, `${server.url}${path}`, "The changes were saved.")
    expect(await auth.users.find(user.id)).toMatchObject({ username: own("renamed"), roles: ["editor"] })
    expect([one.complaints(), two.complaints()]).toEqual([[], []])
  })

  test("ADM-06 who edits a user whom somebody else deletes is told on the list", async () => {
    const auth = await withAuth()
    const user = await auth.users.create({ username: own("leaving") })
    const path = `/admin/users/${user.id}`
    const [one, two] = [await openAs("root", path), await openAs("root", path)]
    await one.page.getByRole("link", { name: "Delete user" }).click()
    await expectPage(one.page, `${server.url}${path}/delete`)
    await look(one.page, "delete")
    await button(one.page, "Delete user").click()
    await expectPage(one.page, `${server.url}/admin/users`, "The user was deleted.")
    await two.page.getByLabel("Username", { exact: true }).fill(own("late"))
    await save(two.page)
    await expectPage(two.page, `${server.url}/admin/users`, "This user is no longer here.")
    expect(await auth.users.find(user.id)).toBeNull()
    expect([one.complaints(), two.complaints()]).toEqual([[], []])
  })

  test("IMP-08 an administrator acts as a user, sees that on every page, and stops with a session of their own that is new", async () => {
    const auth = await withAuth()
    const user = await auth.users.create({ username: own("helped") })
    const path = `/admin/users/${user.id}`
    const profile = await openAs("root", path)
    const { page, complaints } = profile
    const before = await sessionCookieOf(profile)
    await page.getByRole("link", { name: "Act as this user" }).click()
    await expectPage(page, `${server.url}${path}/impersonate`)
    await submit(page, "Act as them", { Why: "Ticket 7" })
    await expectPage(page, `${server.url}/admin/impersonation/stop`)
    await look(page, "acting")
    await page.goto(`${server.url}/demo/signed-in`)
    expect(await page.locator("main").textContent()).toContain(`You are ${own("helped")}.`)
    expect((await page.goto(`${server.url}/admin/users`))?.status()).toBe(403)
    expect((await page.goto(`${server.url}/tokens/`))?.status()).toBe(403)
    await look(page, "refused")
    const [session] = await auth.sessions.list(user.id)
    expect(session?.impersonation?.reason).toBe("Ticket 7")
    await page.getByRole("region", { name: "Impersonation" }).getByRole("button", { name: "Stop" }).click()
    await expectPage(page, `${server.url}${path}`, "You are yourself again.")
    expect(await auth.sessions.list(user.id)).toEqual([])
    const after = await sessionCookieOf(profile)
    expect(after?.value).not.toBe(before?.value)
    expect(
      (await fetch(`${server.url}/users/me`, { headers: { cookie: `latchkey_session=${before?.value}` } })).status
    ).toBe(401)
    expect(complaints()).toEqual([])
  })

  test("ADM-02 of two administrators who demote each other at the same moment one stays", async () => {
    const auth = await withAuth()
    const [ann, bob] = [
      await auth.users.create({ username: own("ann"), password: goodPassword, isSuperuser: true }),
      await auth.users.create({ username: own("bob"), password: goodPassword, isSuperuser: true })
    ]
    const others = (await auth.users.list({ filter: { isSuperuser: true } })).items.filter(
      ({ id }) => id !== ann.id && id !== bob.id
    )
    const pages = [
      await openAs(own("ann"), `/admin/users/${bob.id}`),
      await openAs(own("bob"), `/admin/users/${ann.id}`)
    ]
    for (const { id } of others) await auth.users.change(id, { isSuperuser: false })
    for (const { page } of pages) await page.getByRole("checkbox", { name: /^Administrator/ }).uncheck()
    await Promise.all(pages.map(({ page }) => save(page)))
    for (const { page } of pages) await page.getByRole("heading", { level: 1 }).waitFor(patience)
    const left = (await auth.users.list({ filter: { isSuperuser: true } })).items
    expect(left.map(({ id }) => id).filter((id) => id === ann.id || id === bob.id)).toHaveLength(1)
    expect(left).toHaveLength(1)
    for (const { id } of others) await auth.users.change(id, { isSuperuser: true })
    for (const { id } of left) await auth.users.change(id, { isSuperuser: false })
  })

  test("HTM-08 the page works by keyboard alone", async () => {
    const auth = await withAuth()
    const user = await auth.users.create({ username: own("typed") })
    const { page } = await openAs("root", `/admin/users/${user.id}`)
    await page.getByLabel("Username", { exact: true }).focus()
    await page.keyboard.press("Control+A")
    await page.keyboard.type(own("keyed"))
    await page.keyboard.press("Enter")
    await expectPage(page, `${server.url}/admin/users/${user.id}`, "The changes were saved.")
    expect(await auth.users.find(user.id)).toMatchObject({ username: own("keyed") })
  })
})
