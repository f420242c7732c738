import { cookieSetBy, headerOf, valuesOf } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { ada, registerAda, root } from "../people.ts"
import type { Scenario } from "../scenario.ts"

const TOKEN = "a-setup-token-for-scenarios"
const setupForm = { username: "chief", password: root.password, password_confirm: root.password, token: TOKEN }
const settled = { admin: null, setup: { token: TOKEN } } as const

/** How many answers have each status. */
const tally = (statuses: ReadonlyArray<number>): Readonly<Record<number, number>> => {
  const counts: Record<number, number> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** Whole flows through the surface, and many requests at once. */
export const flowScenarios: ReadonlyArray<Scenario> = [
  {
    states: "from an empty store to an administrator, a user, a session and its end",
    auth: settled,
    check: async ({ ask }) => {
      expectSame((await ask({ target: "/setup/check" })).body, '{"needs_setup":true}', "before")
      expectSame(headerOf(await ask({ target: "/login" }), "location"), "/setup/", "the login page leads on")
      expectThat((await ask({ target: `/setup/?token=${TOKEN}` })).body.includes(TOKEN), "the page keeps the token")
      const made = await ask({ target: "/setup/", form: setupForm })
      expectSame([made.status, headerOf(made, "location")], [303, "/login?done=setup"], "setup")
      expectSame((await ask({ target: "/setup/check" })).body, '{"needs_setup":false}', "after")
      const login = await ask({
        target: "/login",
        form: { username: "chief", password: root.password, next: "/reports" }
      })
      expectSame([login.status, headerOf(login, "location")], [303, "/reports"], "the log-in")
      const cookie = `latchkey_session=${cookieSetBy(login, "latchkey_session")}`
      const me = await ask({ target: "/users/me", headers: { cookie } })
      expectSame(JSON.parse(me.body).is_superuser, true, "who is calling")
      const user = await ask({ target: "/auth/register", json: ada })
      expectSame(user.status, 201, "a registration")
      const out = await ask({ method: "POST", target: "/logout", headers: { cookie, "sec-fetch-site": "same-origin" } })
      expectSame(out.status, 204, "the log-out")
      expectSame((await ask({ target: "/users/me", headers: { cookie } })).status, 401, "the cookie afterwards")
    }
  },
  {
    states: "SET-02 of fifty who complete setup at once, one is 303 and the rest are 404",
    auth: settled,
    check: async ({ auth, ask }) => {
      const forms = Array.from({ length: 50 }, (_, at) => ({ ...setupForm, username: `chief${at}` }))
      const answers = await Promise.all(forms.map((form) => ask({ target: "/setup/", form })))
      expectSame(tally(answers.map(({ status }) => status)), { 303: 1, 404: 49 }, "the answers")
      expectSame((await auth.users.count()).total, 1, "users")
    }
  },
  {
    states: "of five who register one name at once, one is 201 and four are 400, in whatever case they write it",
    check: async ({ auth, ask }) => {
      const names = ["grace", "Grace", "GRACE", "ｇrace", "gracE"]
      const answers = await Promise.all(
        names.map((username) => ask({ target: "/auth/register", json: { username, password: ada.password } }))
      )
      expectSame(tally(answers.map(({ status }) => status)), { 201: 1, 400: 4 }, "the answers")
      const refused = answers.find(({ status }) => status === 400)
      expectSame(JSON.parse(refused?.body ?? "{}").detail, "REGISTER_USER_ALREADY_EXISTS", "the detail")
      expectSame((await auth.users.count()).total, 2, "users")
    }
  },
  {
    states: "RAT-10 twenty right passwords at once are twenty log-ins",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const form = { username: "ada", password: ada.password }
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ target: "/auth/jwt/login", form })))
      expectSame(tally(answers.map(({ status }) => status)), { 200: 20 }, "the answers")
      expectSame(new Set(answers.map(({ body }) => body)).size, 20, "different tokens")
    }
  },
  {
    states: "the stylesheet that pages name is served, to be kept for good",
    check: async ({ ask }) => {
      const page = await ask({ target: "/login" })
      const path = /<link rel="stylesheet" href="([^"]+)"/.exec(page.body)?.[1] ?? "none"
      const sheet = await ask({ target: path })
      expectSame([sheet.status, headerOf(sheet, "content-type")], [200, "text/css; charset=utf-8"], path)
      expectSame(valuesOf(sheet, "cache-control"), ["public, max-age=31536000, immutable"], "how long it is kept")
    }
  },
  {
    states: "HTM-09 the script that pages name is served, to be kept for good, and is the only one that they may run",
    check: async ({ ask }) => {
      const page = await ask({ target: "/login" })
      const path = /<script src="([^"]+)" defer=""><\/script>/.exec(page.body)?.[1] ?? "none"
      const served = await ask({ target: path })
      expectSame([served.status, headerOf(served, "content-type")], [200, "text/javascript; charset=utf-8"], path)
      expectSame(valuesOf(served, "cache-control"), ["public, max-age=31536000, immutable"], "how long it is kept")
      const allowed = /script-src ([^;]*);/.exec(headerOf(page, "content-security-policy") ?? "")?.[1] ?? "none"
      expectSame(new URL(allowed).pathname, path, "what the policy allows")
    }
  },
  {
    states: "ERR-02 a page that throws is 500 without a word of why, to people and programs, and the server goes on",
    surface: {
      pages: {
        login: () => {
          throw new Error("at secret (/srv/app/page.js:1:1)")
        }
      }
    },
    check: async ({ ask }) => {
      const program = await ask({ target: "/login" })
      expectSame([program.status, JSON.parse(program.body).detail], [500, "Internal Server Error"], "for programs")
      const person = await ask({ target: "/login", headers: { accept: "text/html" } })
      expectThat(person.status === 500 && person.body.includes("Something went wrong on the server."), "for people")
      expectThat(!`${program.body}${person.body}`.includes("secret"), "the answer tells why")
      expectSame((await ask({ target: "/setup/check" })).status, 200, "the next request")
    }
  }
]
