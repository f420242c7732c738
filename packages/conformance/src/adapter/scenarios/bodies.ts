import type { WireAnswer } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { ada, browserOf, programOf, registerAda } from "../people.ts"
import { latin1 } from "../request.ts"
import type { RunningServer, Scenario } from "../scenario.ts"

const HEAD = "POST /auth/jwt/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
const FIELDS = `username=ada&password=${ada.password.replaceAll(" ", "+")}`

const detailOf = (answer: WireAnswer): unknown => JSON.parse(answer.body).detail

const typesOf = (answer: WireAnswer): unknown =>
  JSON.parse(answer.body).detail.map(({ type }: { type: string }) => type)

const userCount = async ({ auth }: RunningServer): Promise<number> => (await auth.users.count()).total

/** Bodies: how they travel, how large they may be, and who reads them. */
export const bodyScenarios: ReadonlyArray<Scenario> = [
  {
    states: "a body is read alike in one piece, in many, and in chunks cut anywhere",
    check: async ({ auth, talk }) => {
      await registerAda(auth)
      const whole = talk()
      await whole.say(`${HEAD}Content-Length: ${FIELDS.length}\r\n\r\n${FIELDS}`)
      const pieces = talk()
      await pieces.say(`${HEAD}Content-Length: ${FIELDS.length}\r\n\r\n`)
      for (const piece of FIELDS) await pieces.say(piece)
      const chunks = talk()
      await chunks.say(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`)
      for (const piece of FIELDS) await chunks.say(`1\r\n${piece}\r\n`)
      await chunks.say("0\r\n\r\n")
      for (const conversation of [whole, pieces, chunks])
        expectSame((await conversation.answer()).status, 200, "the log-in")
    }
  },
  {
    states: "a refusal comes before the body: whoever may not is told at once, whatever they go on to send",
    isAboutBytes: true,
    check: async ({ auth, talk }) => {
      await registerAda(auth)
      const basic = `Basic ${btoa("__token__:x")}`
      const heads: ReadonlyArray<readonly [status: number, line: string, headers: string]> = [
        [401, "PATCH /users/me", ""],
        [401, "POST /profile/password", `Authorization: ${basic}\r\n`],
        [401, "POST /host/signed-in", `Authorization: ${basic}\r\n`],
        [403, "POST /host/admin", `Authorization: ${await programOf(auth)}\r\n`],
        [403, "POST /host/checked/no", `Authorization: ${await programOf(auth)}\r\n`],
        [403, "POST /login", "Sec-Fetch-Site: cross-site\r\n"],
        [413, "POST /login", ""]
      ]
      for (const [status, line, headers] of heads) {
        const conversation = talk()
        const rest = `Host: a\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n${headers}\r\n`
        await conversation.say(`${line} HTTP/1.1\r\n${rest}`)
        expectSame((await conversation.answer()).status, status, line)
      }
    }
  },
  {
    states: "PWD-02 REG-09 a body above 64 kB is 413, announced or not, and the server goes on",
    isAboutBytes: true,
    check: async (server) => {
      const megabytes = "a".repeat(1_000_000)
      const announced = server.talk()
      await announced.say({ target: "/auth/register", json: { username: "eve", password: megabytes } })
      expectSame((await announced.answer()).status, 413, "announced")
      const chunked = server.talk()
      const chunk = `${(1_000_000).toString(16)}\r\n${megabytes}\r\n`
      await chunked.say(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk}`)
      expectSame((await chunked.answer()).status, 413, "in chunks")
      expectSame(await userCount(server), 1, "users")
      const limit = { target: "/auth/register", json: { username: "eve", password: "x".repeat(64_000) } }
      expectSame((await server.ask(limit)).status, 400, "just below, with too long a password")
    }
  },
  {
    states: "a body whose sender goes away changes nothing, and the server goes on",
    check: async (server) => {
      await registerAda(server.auth)
      const body = JSON.stringify({ username: "eve", password: "a password of five words" })
      for (const at of [0, 1, body.length - 1]) {
        const conversation = server.talk()
        const head = `POST /auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
        await conversation.say(`${head}\r\n\r\n${body.slice(0, at)}`)
        expectSame((await server.ask({ target: "/setup/check" })).status, 200, "another request meanwhile")
        await conversation.hangUp()
      }
      const broken = server.talk()
      await broken.say(`${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`)
      await broken.ended()
      const asked = await server.ask({ target: "/auth/jwt/login", form: { username: "ada", password: ada.password } })
      expectSame(asked.status, 200, "the next log-in")
      expectSame(await userCount(server), 2, "users")
    }
  },
  {
    states: "a slow body holds up nobody else",
    check: async ({ auth, talk, ask }) => {
      await registerAda(auth)
      const slow = Array.from({ length: 20 }, () => talk())
      for (const each of slow) await each.say(`${HEAD}Content-Length: ${FIELDS.length}\r\n\r\n${FIELDS.slice(0, 10)}`)
      expectSame(
        (await ask({ target: "/users/me", headers: { cookie: await browserOf(auth) } })).status,
        200,
        "meanwhile"
      )
      for (const each of slow) await each.say(FIELDS.slice(10))
      for (const each of slow) expectSame((await each.answer()).status, 200, "at last")
    }
  },
  {
    states: "PWD-07 a body that is not UTF-8 is 400",
    isAboutBytes: true,
    check: async (server) => {
      const { ask } = server
      const headers = { "Content-Type": "application/json" }
      const body = latin1('{"username":"eve","password":"\xff\xfe is not a character"}')
      const raw = await ask({ target: "/auth/register", headers, body })
      expectSame([raw.status, detailOf(raw)], [400, "The body is not UTF-8"], "raw bytes")
      const form = { "Content-Type": "application/x-www-form-urlencoded" }
      for (const body of ["username=%ff&password=x", "username=%&password=x", "username=a&password=%ed%a0%80"]) {
        expectSame((await ask({ target: "/auth/jwt/login", headers: form, body })).status, 400, body)
      }
      expectSame(await userCount(server), 1, "users")
    }
  },
  {
    states: "PWD-07 text with half a character is 422",
    check: async (server) => {
      const body = '{"username":"eve","password":"\\ud800 and five more words"}'
      const lone = await server.ask({ target: "/auth/register", headers: { "Content-Type": "application/json" }, body })
      expectSame([lone.status, typesOf(lone)], [422, ["value_error"]], "half a character")
      expectSame(await userCount(server), 1, "users")
    }
  },
  {
    states: "REG-03 JSON that says a name twice is 422",
    isAboutBytes: true,
    check: async (server) => {
      const body = '{"username":"eve","password":"a password of five words","username":"root"}'
      const answer = await server.ask({
        target: "/auth/register",
        headers: { "Content-Type": "application/json" },
        body
      })
      expectSame([answer.status, typesOf(answer)], [422, ["value_error"]], "a name twice")
      expectSame(await userCount(server), 1, "users")
    }
  },
  {
    states: "CSR-07 JSON in another encoding than UTF-8 is 415",
    isAboutBytes: true,
    check: async ({ ask }) => {
      for (const charset of ["utf-16", "latin1", "utf88"]) {
        const headers = { "Content-Type": `application/json; charset=${charset}` }
        expectSame((await ask({ target: "/auth/register", headers, body: "{}" })).status, 415, charset)
      }
    }
  },
  {
    states: "INP-10 `utf8` in a content type is UTF-8",
    isAboutBytes: true,
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const fields = { username: "ada", password: ada.password }
      for (const charset of ["utf8", "UTF8", '"utf8"']) {
        const type = `application/x-www-form-urlencoded; charset=${charset}`
        const body = new URLSearchParams(fields).toString()
        const form = await ask({ target: "/auth/jwt/login", headers: { "Content-Type": type }, body })
        expectSame(form.status, 200, type)
      }
    }
  },
  {
    states: "CSR-07 a body of any other type than JSON and forms is 415, and so is one that says none",
    check: async (server) => {
      const body = JSON.stringify({ username: "eve", password: "a password of five words" })
      const types = ["text/plain", "text/json", "application/jsonp", "application/json;x"]
      for (const type of [
        ...types,
        "application/xml",
        "image/png",
        "multipart/mixed; boundary=x",
        ",application/json"
      ]) {
        const answer = await server.ask({ target: "/auth/register", headers: { "Content-Type": type }, body })
        expectSame(answer.status, 415, type)
      }
      expectSame((await server.ask({ target: "/auth/register", body })).status, 415, "no type")
      expectSame(await userCount(server), 1, "users")
      const types2 = ["APPLICATION/JSON", 'application/json; charset="UTF-8"', "application/json ;charset=utf-8"]
      for (const [at, type] of types2.entries()) {
        const named = body.replace("eve", `eve${at}`)
        const answer = await server.ask({ target: "/auth/register", headers: { "Content-Type": type }, body: named })
        expectSame(answer.status, 201, type)
      }
    }
  },
  {
    states: "a multipart form is read as the other forms are (INP-06)",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const part = (name: string, value: string) =>
        `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
      const headers = { "Content-Type": "multipart/form-data; boundary=x" }
      const body = `${part("username", "ada")}${part("password", ada.password)}--x--\r\n`
      expectSame((await ask({ target: "/auth/jwt/login", headers, body })).status, 200, "a log-in")
      const twice = `${part("username", "ada")}${body}`
      const repeated = await ask({ target: "/auth/jwt/login", headers, body: twice })
      expectSame([repeated.status, typesOf(repeated)], [422, ["value_error"]], "a repeated field")
      expectSame(
        (await ask({ target: "/auth/jwt/login", headers, body: body.slice(0, 40) })).status,
        400,
        "half a form"
      )
    }
  },
  {
    states: "a host's handler behind a guard gets the body as it was sent",
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const authorization = await programOf(auth)
      const headers = { authorization, "content-type": "text/plain" }
      for (const body of ["", "plain words", "zwölf Boxkämpfer", "x".repeat(200_000)]) {
        const answer = await ask({ method: "POST", target: "/host/signed-in", headers, body })
        expectSame(answer.status, 200, "the status")
        expectThat(
          JSON.parse(answer.body).received === body,
          `the host received another body than ${body.slice(0, 20)}`
        )
      }
    }
  }
]
