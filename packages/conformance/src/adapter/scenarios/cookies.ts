import { cookieSetBy, headerOf, valuesOf, type WireAnswer } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { ada, browserOf, navigation, registerAda, root } from "../people.ts"
import type { Scenario } from "../scenario.ts"

const logInForm = { username: ada.username, password: ada.password }
const SECRET = "lk_ses_[0-9A-Za-z]{71}"
const DEVICE = "lk_dev_[0-9A-Za-z]{71}"

const expectLines = (answer: WireAnswer, patterns: ReadonlyArray<string>, what: string): void => {
  const lines = valuesOf(answer, "set-cookie")
  expectSame(lines.length, patterns.length, `${what}: Set-Cookie lines`)
  patterns.forEach((pattern, at) => {
    expectThat(new RegExp(`^${pattern}$`).test(lines[at] ?? ""), `${what}: ${lines[at]}`)
  })
}

/** How cookies are set, removed and read. */
export const cookieScenarios: ReadonlyArray<Scenario> = [
  {
    states: "COO-07 RAT-15 a log-in sets two cookies, each on a line of its own, and the next one replaces both",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const first = await ask({ target: "/login", form: logInForm })
      const attributes = "Path=/; HttpOnly; SameSite=Lax"
      const both = [
        `latchkey_session=${SECRET}; ${attributes}`,
        `latchkey_session_device=${DEVICE}; Max-Age=34560000; ${attributes}`
      ]
      expectLines(first, both, "the first log-in")
      const device = cookieSetBy(first, "latchkey_session_device")
      const headers = { cookie: `latchkey_session_device=${device}`, "sec-fetch-site": "same-origin" }
      const second = await ask({ target: "/login", form: logInForm, headers })
      expectLines(second, both, "the second log-in")
      expectThat(cookieSetBy(second, "latchkey_session_device") !== device, "the device has a new credential")
    }
  },
  {
    states:
      "COO-01 under https the cookies have the prefix __Host- and Secure, whatever the request says of its scheme (PRX-03)",
    auth: { publicUrl: "https://app.example.org" },
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const headers = { "x-forwarded-proto": "http", forwarded: "proto=http", host: "app.example.org" }
      const answer = await ask({ target: "/login", form: logInForm, headers })
      const attributes = "Path=/; HttpOnly; Secure; SameSite=Lax"
      expectLines(
        answer,
        [
          `__Host-latchkey_session=${SECRET}; ${attributes}`,
          `__Host-latchkey_session_device=${DEVICE}; Max-Age=34560000; ${attributes}`
        ],
        "the log-in"
      )
      const secret = cookieSetBy(answer, "__Host-latchkey_session")
      const me = await ask({ target: "/users/me", headers: { cookie: `__Host-latchkey_session=${secret}` } })
      expectSame(me.status, 200, "with the prefix")
      const plain = await ask({ target: "/users/me", headers: { cookie: `latchkey_session=${secret}` } })
      expectSame(plain.status, 401, "without the prefix")
    }
  },
  {
    states:
      "SES-07 log-out ends the session, then removes its cookie by the same name, path and attributes; again and again",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const headers = { cookie, "sec-fetch-site": "same-origin" }
      for (const time of ["first", "second", "third"]) {
        const program = await ask({ method: "POST", target: "/logout", headers })
        expectSame(program.status, 204, `the ${time} time`)
        expectLines(program, ["latchkey_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"], `the ${time} time`)
        expectSame((await ask({ target: "/users/me", headers: { cookie } })).status, 401, "the old cookie")
        expectSame((await ask({ target: "/host/signed-in", headers: { cookie } })).status, 401, "the host's own route")
      }
      const person = await ask({ method: "POST", target: "/logout", headers: { ...headers, ...navigation } })
      expectSame([person.status, headerOf(person, "location")], [303, "/login?done=logged-out"], "a person's log-out")
    }
  },
  {
    states: "COO-03 two cookies of our name with different values are nobody's, are removed, and are on record",
    check: async ({ auth, ask, clock }) => {
      await registerAda(auth)
      const mine = await browserOf(auth)
      const other = await browserOf(auth, root)
      const cookies = [
        [["cookie", `${mine}; ${other}`]],
        [["cookie", `${other};${mine}`]],
        [
          ["cookie", mine],
          ["cookie", other]
        ],
        [
          ["cookie", "a=b"],
          ["cookie", `${mine}; latchkey_session=`]
        ]
      ] as const
      for (const target of ["/users/me", "/sessions", "/host/signed-in"]) {
        for (const headers of cookies) {
          const answer = await ask({ target, headers })
          expectSame(answer.status, 401, target)
          expectSame(cookieSetBy(answer, "latchkey_session"), "", `${target} removes the cookie`)
        }
      }
      const anonymous = await ask({ target: "/host/anyone", headers: cookies[0] })
      expectSame(JSON.parse(anonymous.body).user, null, "who is calling where anyone may")
      const same = await ask({ target: "/users/me", headers: { cookie: `${mine}; ${mine}` } })
      expectSame(same.status, 200, "the same cookie twice")
      await clock.advance("1 minute")
      const [record] = await auth.audit.list({ type: "cookie.ambiguous" })
      expectThat(record !== undefined, "nothing is on record")
    }
  },
  {
    states: "COO-05 cookies of any name and value around ours change nothing",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const mine = await browserOf(auth)
      const around = [
        ...["__proto__=x", "constructor=x", "toString=", "=x", "novalue", ";;;;", 'quoted="a; b"', "bad=%E0%A4%A"],
        ...[
          "\xa0latchkey_session=x",
          "xlatchkey_session=x",
          "latchkey_sessionx=x",
          "Latchkey_Session=x",
          "a=latchkey_session=x"
        ]
      ]
      for (const other of around) {
        for (const cookie of [`${other}; ${mine}`, `${mine}; ${other}`, `${other};${mine};${other}`]) {
          expectSame((await ask({ target: "/users/me", headers: { cookie } })).status, 200, cookie.replace(mine, "…"))
        }
        expectSame((await ask({ target: "/users/me", headers: { cookie: other } })).status, 401, `${other} alone`)
      }
    }
  },
  {
    states: "COO-04 a cookie that is no credential of ours is nobody, and stays 401 on guarded routes",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const secret = (await browserOf(auth)).slice("latchkey_session=".length)
      const broken = [
        secret.slice(1),
        `${secret}0`,
        secret.toLowerCase(),
        `"${secret}"`,
        secret.slice(0, -1),
        "",
        "x".repeat(4_000)
      ]
      for (const value of broken) {
        const answer = await ask({ target: "/users/me", headers: { cookie: `latchkey_session=${value}` } })
        expectSame(answer.status, 401, value.slice(0, 20))
      }
    }
  }
]
