import { expect, test } from "vitest"
import { bodyOf, missing, NEW_PASSWORD, refusal, stringType } from "../../test/answers.ts"
import { grace, openMailSite } from "../../test/mail-site.ts"
import { openSite } from "../../test/site.ts"
import { ruledStore } from "../../test/stores.ts"

const askers = ["/auth/forgot-password", "/auth/request-verify-token"]

test("ENU-05 requests for a mail are answered with the same bytes, whether the name has an account, is unknown or is no name", async () => {
  for (const target of askers) {
    const site = await openMailSite()
    const answers = await Promise.all(
      [grace.email, "nobody@example.org", "not an address", "", "root", "x".repeat(5_000)].flatMap((email) => [
        site.ask({ target, json: { email } }),
        site.ask({ target, form: { email } })
      ])
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect([answers[0]?.status, answers[0]?.body]).toEqual([202, "null"])
  }
})

test("without a mailer a request for a mail is answered alike", async () => {
  const { ask } = await openSite()
  for (const target of askers) {
    const answer = await ask({ target, json: { email: grace.email } })
    expect([answer.status, answer.body]).toEqual([202, "null"])
  }
})

test("every missing field is named, and a value of another type is refused", async () => {
  const { ask } = await openMailSite()
  for (const target of askers) {
    expect(refusal(await ask({ target, json: {} }))).toEqual([422, missing("email")])
    expect(refusal(await ask({ target, json: { email: null } }))).toEqual([422, stringType("email")])
  }
  const reset = "/auth/reset-password"
  expect(refusal(await ask({ target: reset, json: {} }))).toEqual([422, missing("token", "password")])
  expect(refusal(await ask({ target: reset, json: { token: 1, password: null } }))).toEqual([
    422,
    [...stringType("token"), ...stringType("password")]
  ])
  expect(refusal(await ask({ target: "/auth/verify", json: {} }))).toEqual([422, missing("token")])
  for (const target of [...askers, reset, "/auth/verify"]) {
    expect((await ask({ target, body: "null", headers: { "content-type": "application/json" } })).status).toBe(422)
    expect((await ask({ target, method: "HEAD" })).status).toBe(405)
    expect((await ask({ target, method: "GET" })).status).toBe(405)
  }
})

test("a reset by an older client sets the password once, by JSON or a form", async () => {
  for (const kind of ["json", "form"] as const) {
    const { ask, auth, codeOf } = await openMailSite()
    await ask({ target: "/auth/forgot-password", json: { email: grace.email } })
    const fields = { token: await codeOf("reset"), password: NEW_PASSWORD }
    const refused = await ask({ target: "/auth/reset-password", [kind]: { ...fields, password: "" } })
    const reason = expect.any(String)
    expect(refusal(refused)).toEqual([400, { code: "RESET_PASSWORD_INVALID_PASSWORD", reason }])
    const reset = await ask({ target: "/auth/reset-password", [kind]: fields })
    expect([reset.status, reset.body]).toEqual([200, "null"])
    expect(refusal(await ask({ target: "/auth/reset-password", [kind]: fields }))).toEqual([
      400,
      "RESET_PASSWORD_BAD_TOKEN"
    ])
    expect(await auth.sessions.logIn({ ...grace, password: NEW_PASSWORD })).toMatchObject({
      user: { isVerified: true }
    })
  }
})

test("REC-02 a code of one purpose opens nothing else, and one for another address or a user who is inactive nothing at all", async () => {
  const { ask, auth, codeOf, id } = await openMailSite()
  await auth.recovery.forgot(grace.email)
  const [verify, reset] = [await codeOf("verify"), await codeOf("reset")]
  const tries = async () => [
    refusal(await ask({ target: "/auth/verify", json: { token: reset } })),
    refusal(await ask({ target: "/auth/reset-password", json: { token: verify, password: NEW_PASSWORD } }))
  ]
  const refused = [
    [400, "VERIFY_USER_BAD_TOKEN"],
    [400, "RESET_PASSWORD_BAD_TOKEN"]
  ]
  expect(await tries()).toEqual(refused)
  await auth.users.change(id, { email: "grace@example.com" })
  expect(refusal(await ask({ target: "/auth/verify", json: { token: verify } }))).toEqual(refused[0])
  expect(
    refusal(await ask({ target: "/auth/reset-password", json: { token: reset, password: NEW_PASSWORD } }))
  ).toEqual(refused[1])
})

test("junk in place of a code is refused without a call of the store", async () => {
  const ruled = ruledStore()
  const { ask } = await openMailSite({ store: ruled.store })
  for (const token of ["", "x", "lk_otc_x", "lk_ses_x", "\u0000", "ö".repeat(1_000), "a.b.c"]) {
    ruled.calls.length = 0
    const answers = [
      await ask({ target: "/auth/verify", json: { token } }),
      await ask({ target: "/auth/reset-password", json: { token, password: NEW_PASSWORD } }),
      await ask({ target: "/verify-email", form: { token } }),
      await ask({ target: "/reset-password", form: { token, password: NEW_PASSWORD } }),
      await ask({ target: `/reset-password?${new URLSearchParams({ token })}` })
    ]
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 303])
    expect(ruled.calls).toEqual([])
  }
})

test("REC-01 of parallel resets with one code one wins", async () => {
  const { ask, auth, codeOf } = await openMailSite()
  await auth.recovery.forgot(grace.email)
  const token = await codeOf("reset")
  const passwords = Array.from({ length: 5 }, (_, at) => `${NEW_PASSWORD} ${at}`)
  const answers = await Promise.all(
    passwords.map((password) => ask({ target: "/auth/reset-password", json: { token, password } }))
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
})

test("an outage burns no code: the same one works afterwards", async () => {
  for (const away of ["codes.find", "codes.consume", "users.changeWithProof"]) {
    const ruled = ruledStore()
    const { ask, auth, codeOf } = await openMailSite({ store: ruled.store })
    await auth.recovery.forgot(grace.email)
    const reset = { target: "/auth/reset-password", json: { token: await codeOf("reset"), password: NEW_PASSWORD } }
    const verify = { target: "/auth/verify", json: { token: await codeOf("verify") } }
    ruled.rule = (operation) => (operation === away ? "fail" : "pass")
    expect([(await ask(verify)).status, (await ask(reset)).status], away).toEqual([503, 503])
    ruled.rule = () => "pass"
    const verified = await ask(verify)
    expect([verified.status, bodyOf(verified).is_verified, (await ask(reset)).status], away).toEqual([200, true, 200])
  }
})
