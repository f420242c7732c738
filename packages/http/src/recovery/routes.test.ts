import { navigation, valuesOf } from "@latchkey/conformance/adapter"
import { mailbox } from "@latchkey/core/testing"
import { expect, test } from "vitest"
import { bodyOf, leadsTo, NEW_PASSWORD, refusal, textOf, typedIn } from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"

const ada = { username: "ada", email: "ada@example.org", password: "seven wet umbrellas" }

const withMails = async () => {
  const box = mailbox()
  const site = await openSite({ mailer: box.mailer })
  const user = await site.auth.users.register(ada)
  await site.clock.advance("1 second")
  return { ...site, box, user }
}

/** The path and query of a mail's link. */
const targetOf = (link: string | null) => (link ?? "").replace("http://localhost:3000", "")

test("REC-05 REC-10 the link of a mail opens its page without the code in the address, and acts by POST only", async () => {
  const { ask, auth, box, user } = await withMails()
  const { link, token } = box.newest("verify")
  const opened = await ask({ target: targetOf(link), headers: navigation })
  expect(leadsTo(opened)).toEqual([303, "/verify-email"])
  const [cookie = ""] = valuesOf(opened, "set-cookie")
  const page = await ask({ target: "/verify-email", headers: { ...navigation, cookie: cookie.split(";")[0] ?? "" } })
  expect([page.status, typedIn(page, "token")]).toEqual([200, token])
  expect(await auth.users.find(user.id)).toMatchObject({ isVerified: false })
  const done = await ask({ target: "/verify-email", form: { token: token ?? "" }, headers: navigation })
  expect(leadsTo(done)).toEqual([303, "/login?done=verified"])
  expect(await auth.users.find(user.id)).toMatchObject({ isVerified: true })
})

test("a forgotten password is replaced by the link from the mail", async () => {
  const { ask, box, clock } = await withMails()
  const asked = await ask({ target: "/forgot-password", form: { username: "ada" }, headers: navigation })
  expect(leadsTo(asked)).toEqual([303, "/forgot-password?done=mail-sent"])
  await clock.advance("1 second")
  const form = { token: box.newest("reset").token ?? "", password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
  const reset = () => ask({ target: "/reset-password", form, headers: navigation })
  expect(leadsTo(await reset())).toEqual([303, "/login?done=reset"])
  expect(leadsTo(await reset())).toEqual([303, "/login?done=reset"])
  const other = await ask({
    target: "/reset-password",
    form: { ...form, password: "x", password_confirm: "x" },
    headers: navigation
  })
  expect([other.status, textOf(other)]).toEqual([400, expect.stringContaining("This link was used already.")])
})

test("the routes of older clients answer as they did", async () => {
  const { ask, box, clock } = await withMails()
  for (const target of ["/auth/forgot-password", "/auth/request-verify-token"]) {
    for (const email of [ada.email, "nobody@example.org", "not an address"]) {
      const answer = await ask({ target, json: { email } })
      expect([answer.status, answer.body]).toEqual([202, "null"])
    }
  }
  await clock.advance("1 second")
  const token = box.newest("reset").token ?? ""
  expect(refusal(await ask({ target: "/auth/reset-password", json: { token: "x", password: NEW_PASSWORD } }))).toEqual([
    400,
    "RESET_PASSWORD_BAD_TOKEN"
  ])
  expect(refusal(await ask({ target: "/auth/reset-password", json: { token, password: "x" } }))).toEqual([
    400,
    { code: "RESET_PASSWORD_INVALID_PASSWORD", reason: expect.stringContaining("too short") }
  ])
  const verified = await ask({ target: "/auth/verify", json: { token: box.newest("verify").token } })
  expect([verified.status, bodyOf(verified).is_verified]).toEqual([200, true])
  const again = await ask({ target: "/auth/verify", json: { token: box.newest("verify").token } })
  expect(refusal(again)).toEqual([400, "VERIFY_USER_ALREADY_VERIFIED"])
  const reset = await ask({ target: "/auth/reset-password", json: { token, password: NEW_PASSWORD } })
  expect([reset.status, reset.body]).toEqual([200, "null"])
})

test("REC-12 a form that changes the address, or gives it back, is answered twice alike, and mails once", async () => {
  const { ask, auth, box, clock, user } = await withMails()
  await auth.users.changeSelf({ user }, { email: "ada@example.com" })
  await clock.advance("1 second")
  for (const [kind, target, to] of [
    ["change-email", "/confirm-email", "/login?done=email-changed"],
    ["email-changed", "/undo-email", "/login?done=email-undone"]
  ] as const) {
    const form = { token: box.newest(kind).token ?? "" }
    const before = box.mails.length
    for (const _ of ["first", "second"])
      expect(leadsTo(await ask({ target, form, headers: navigation }))).toEqual([303, to])
    await clock.advance("1 second")
    expect(box.mails).toHaveLength(before + 1)
  }
})
