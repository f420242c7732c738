import { cookieSetBy, headerOf } from "../answer.ts"
import { expectSame } from "../expect.ts"
import { ada, basicOf, browserOf, navigation, programOf, registerAda, root, tokenOf } from "../people.ts"
import { isFromHost, type Scenario } from "../scenario.ts"

/** The guards in front of a host's own routes. */
export const guardScenarios: ReadonlyArray<Scenario> = [
  {
    states: "a guard lets pass whom its policy allows, and the host's handler knows who that is",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const callers = {
        session: { cookie: await browserOf(auth) },
        bearer: { authorization: await programOf(auth) }
      }
      for (const [via, headers] of Object.entries(callers)) {
        for (const target of ["/host/signed-in", "/host/signed-in?a=b", "/host/anyone", "/host/fresh"]) {
          const answer = await ask({ target, headers })
          expectSame(JSON.parse(answer.body), { user: "ada", via, received: "" }, `${via} ${target}`)
        }
      }
      const anonymous = await ask({ target: "/host/anyone" })
      expectSame(JSON.parse(anonymous.body), { user: null, via: null, received: "" }, "nobody")
      const chief = await ask({ target: "/host/admin", headers: { authorization: await programOf(auth, root) } })
      expectSame(JSON.parse(chief.body).user, "root", "an administrator")
    }
  },
  {
    states: "HDR-08 a guard answers 401 to who is not known, and 403 to who is known and may not",
    check: async ({ auth, ask, clock }) => {
      await registerAda(auth)
      const callers = [{ cookie: await browserOf(auth) }, { authorization: await programOf(auth) }]
      for (const target of ["/host/signed-in", "/host/admin", "/host/fresh"]) {
        const answer = await ask({ target })
        expectSame([answer.status, JSON.parse(answer.body).detail], [401, "Unauthorized"], target)
      }
      for (const headers of callers) {
        const answer = await ask({ target: "/host/admin", headers })
        expectSame(
          [answer.status, JSON.parse(answer.body).code],
          [403, "admin-required"],
          "a user on the admin's route"
        )
        expectSame(JSON.parse(answer.body).detail, "Forbidden", "the detail")
      }
      await clock.advance("10 minutes")
      for (const headers of callers) {
        expectSame((await ask({ target: "/host/signed-in", headers })).status, 200, "ten minutes later")
        const answer = await ask({ target: "/host/fresh", headers })
        expectSame([answer.status, JSON.parse(answer.body).code], [403, "reauthentication-required"], "no longer fresh")
      }
    }
  },
  {
    states: "a browser that navigates is sent to the login page and back; what was posted is not posted again (RED-05)",
    check: async ({ ask }) => {
      const target = "/host/signed-in?a=1&b=%2F%2Fevil.example&c=ü"
      const opened = await ask({ target: encodeURI(target), headers: navigation })
      const next = new URLSearchParams({ next: encodeURI(target) })
      expectSame([opened.status, headerOf(opened, "location")], [303, `/login?${next}`], "opened")
      const posted = await ask({ method: "POST", target: "/host/signed-in", headers: navigation })
      expectSame([posted.status, headerOf(posted, "location")], [303, "/login"], "posted")
      const old = await ask({ target: "/host/admin", headers: { accept: "text/html,*/*;q=0.8" } })
      expectSame([old.status, headerOf(old, "location")], [303, "/login?next=%2Fhost%2Fadmin"], "an old browser")
    }
  },
  {
    states: "a program gets 401 and never a page: pip, npm, git, curl, twine, and a page's own fetch",
    check: async ({ ask }) => {
      const pip = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
      const programs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
        pip: { accept: pip, "user-agent": "pip/23.0.1" },
        "old pip": { accept: "text/html", authorization: `Basic ${btoa("__token__:lk_pat_x")}` },
        npm: { accept: "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*" },
        git: { accept: "*/*", "user-agent": "git/2.39" },
        curl: { accept: "*/*" },
        nothing: {},
        fetch: { accept: "*/*", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" },
        image: { accept: "image/avif,image/webp,*/*;q=0.8", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }
      }
      for (const [name, headers] of Object.entries(programs)) {
        for (const target of ["/host/signed-in", "/users/me", "/profile/"]) {
          const answer = await ask({ target, headers })
          expectSame(answer.status, 401, `${name} ${target}`)
          expectSame(headerOf(answer, "content-type"), "application/problem+json; charset=utf-8", `${name} ${target}`)
        }
      }
      const twine = { authorization: `Basic ${btoa("__token__:x")}`, "content-type": "multipart/form-data; boundary=x" }
      const upload = await ask({ method: "POST", target: "/host/signed-in", headers: twine, body: "--x--\r\n" })
      expectSame(upload.status, 401, "twine")
    }
  },
  {
    states: "SES-09 SES-10 who is deactivated, demoted or removed may no more from the next request on",
    check: async ({ auth, ask }) => {
      const user = await registerAda(auth)
      await auth.users.change(user.id, { isSuperuser: true })
      const login = async () => ({ cookie: await browserOf(auth) })
      const status = async (headers: Readonly<Record<string, string>>, target = "/host/admin") =>
        (await ask({ target, headers })).status
      const asAdmin = await login()
      expectSame(await status(asAdmin), 200, "as administrator")
      await auth.users.change(user.id, { isSuperuser: false })
      expectSame(
        [await status(asAdmin), await status(await login())],
        [401, 403],
        "demoted: the old session, a new one"
      )
      const active = await login()
      const bearer = { authorization: await programOf(auth) }
      await auth.users.change(user.id, { isActive: false })
      for (const headers of [active, bearer]) {
        expectSame(await status(headers, "/host/signed-in"), 401, "deactivated, on the host's route")
        expectSame(await status(headers, "/users/me"), 401, "deactivated, on ours")
      }
      await auth.users.change(user.id, { isActive: true })
      const last = await login()
      await auth.users.remove(user.id)
      expectSame(await status(last, "/host/signed-in"), 401, "removed")
    }
  },
  {
    states:
      "PWD-25 PWD-27 PWD-28 who must choose another password is refused by every guard, led to the page for it, and then passes",
    check: async ({ auth, ask }) => {
      const user = await registerAda(auth)
      const before = { authorization: await programOf(auth) }
      await auth.users.change(user.id, { mustChangePassword: true })
      const demanded = await ask({ target: "/host/signed-in", headers: before })
      expectSame(demanded.status, 401, "what they had before")
      const browser = { cookie: await browserOf(auth), "sec-fetch-site": "same-origin" }
      const ways = [
        browser,
        { authorization: await programOf(auth) },
        { authorization: `Bearer ${(await tokenOf(auth)).text}` }
      ]
      for (const headers of ways) {
        for (const target of ["/host/signed-in", "/host/admin", "/host/fresh", "/host/checked/yes", "/users/me"]) {
          const answer = await ask({ target, headers })
          expectSame([answer.status, JSON.parse(answer.body).code], [403, "password-change-required"], target)
        }
        const optional = await ask({ target: "/host/anyone", headers })
        expectSame([optional.status, JSON.parse(optional.body).user], [200, null], "a route for anyone")
      }
      const opened = await ask({ target: "/host/signed-in?a=1", headers: { ...browser, ...navigation } })
      const page = `/password?${new URLSearchParams({ next: "/host/signed-in?a=1" })}`
      expectSame([opened.status, headerOf(opened, "location")], [303, page], "a browser")
      const password = "nine slow otters by the weir"
      const form = { current_password: ada.password, password, password_confirm: password, next: "/host/signed-in?a=1" }
      const changed = await ask({ target: "/password", form, headers: { ...browser, ...navigation } })
      expectSame([changed.status, headerOf(changed, "location")], [303, "/host/signed-in?a=1"], "the change")
      const cookie = `latchkey_session=${cookieSetBy(changed, "latchkey_session")}`
      const after = await ask({ target: "/host/signed-in?a=1", headers: { cookie } })
      expectSame([isFromHost(after), JSON.parse(after.body).user], [true, "ada"], "afterwards")
    }
  },
  {
    states: "PWD-25 in mode basic who must choose another password gets 403 but for that, and then 401 for the old one",
    auth: { mode: "basic" },
    check: async ({ auth, ask }) => {
      const user = await registerAda(auth)
      const headers = { authorization: basicOf(ada.username, ada.password) }
      expectSame((await ask({ target: "/host/signed-in", headers })).status, 200, "before")
      await auth.users.change(user.id, { mustChangePassword: true })
      for (const target of ["/host/signed-in", "/host/checked/yes", "/users/me"]) {
        const answer = await ask({ target, headers })
        expectSame([answer.status, JSON.parse(answer.body).code], [403, "password-change-required"], target)
      }
      const password = "nine slow otters by the weir"
      const json = { password, current_password: ada.password }
      expectSame((await ask({ method: "PATCH", target: "/users/me", headers, json })).status, 200, "the change")
      expectSame((await ask({ target: "/host/signed-in", headers })).status, 401, "the old password")
      const next = { authorization: basicOf(ada.username, password) }
      expectSame((await ask({ target: "/host/signed-in", headers: next })).status, 200, "the new password")
    }
  },
  {
    states: "what a page asks with no credential, or with one that ended, is nobody's on a route for anyone (HDR-03)",
    check: async ({ auth, ask, clock }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const headers = [
        {},
        { cookie: "latchkey_session=x" },
        { authorization: "Bearer x" },
        { authorization: `Basic ${btoa(`ada:${ada.password}`)}` }
      ]
      for (const each of headers) {
        const answer = await ask({ target: "/host/anyone", headers: each })
        expectSame(
          [answer.status, isFromHost(answer), JSON.parse(answer.body).user],
          [200, true, null],
          JSON.stringify(each)
        )
      }
      await clock.advance("1 hour")
      expectSame(
        JSON.parse((await ask({ target: "/host/anyone", headers: { cookie } })).body).user,
        null,
        "an hour later"
      )
    }
  }
]
