import { expectSame, expectThat } from "../expect.ts"
import { browserOf, navigation, registerAda } from "../people.ts"
import type { Scenario } from "../scenario.ts"

/** Heads that no honest client sends, byte by byte. This also pins what the runtime's own parser refuses. */
export const headScenarios: ReadonlyArray<Scenario> = [
  {
    states: "HDR-03 a head that is not HTTP is 400 before anyone is asked who is calling, and the server goes on",
    check: async ({ auth, talk, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const heads = {
        "a folded header": `GET /users/me HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\nCookie: ${cookie}\r\n\r\n`,
        "a folded credential": "GET /users/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer\r\n a\r\n\r\n",
        "a zero byte": `GET /users/me HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\nCookie: ${cookie}\r\n\r\n`,
        "a bare line feed in a value": `GET /users/me HTTP/1.1\r\nHost: a\r\nX-A: b\nX-B: c\r\nCookie: ${cookie}\r\n\r\n`,
        "a space before the colon": `GET /users/me HTTP/1.1\r\nHost: a\r\nCookie : ${cookie}\r\n\r\n`,
        "no host": `GET /users/me HTTP/1.1\r\nCookie: ${cookie}\r\n\r\n`,
        "two lengths": `POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
        "a length and chunks": `POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        "a method that is none": `G@T /users/me HTTP/1.1\r\nHost: a\r\n\r\n`
      }
      for (const [name, bytes] of Object.entries(heads)) {
        const conversation = talk()
        await conversation.say(bytes)
        expectSame((await conversation.answer()).status, 400, name)
      }
      expectSame((await ask({ target: "/users/me", headers: { cookie } })).status, 200, "the next request")
    }
  },
  {
    states: "HDR-04 a head of more than the server takes is 431, and the server goes on",
    check: async ({ talk, ask }) => {
      for (const name of ["Authorization", "Cookie", "X-Forwarded-For", "Accept"]) {
        const conversation = talk()
        await conversation.say({ target: "/users/me", headers: { [name]: "a".repeat(20_000) } })
        expectSame((await conversation.answer()).status, 431, name)
      }
      expectSame((await ask({ target: "/setup/check" })).status, 200, "the next request")
    }
  },
  {
    states: "RED-04 no host that a request names comes back in an answer, not even in the address to go on to",
    check: async ({ ask }) => {
      const headers = {
        ...navigation,
        host: "evil.example",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        forwarded: "host=evil.example;proto=https",
        "x-original-url": "/evil.example",
        "x-rewrite-url": "/evil.example",
        referer: "https://evil.example/"
      }
      for (const target of ["/login", "/register", "/profile/", "/openapi.json", "/logout", "/host/signed-in"]) {
        const answer = await ask({ target, headers })
        expectThat(!JSON.stringify(answer).includes("evil"), `${target} repeats the host`)
      }
    }
  },
  {
    states: "two Host headers, or one that is no host, are refused or mean nothing; they never break the server",
    check: async ({ talk, ask }) => {
      const hosts = ["Host: a\r\nHost: evil.example", "Host: evil.example/x?", "Host: [::", "Host: a b", "Host: \xff"]
      for (const lines of hosts) {
        const conversation = talk()
        await conversation.say(`GET /profile/ HTTP/1.1\r\n${lines}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`)
        const answer = await conversation.answer()
        expectThat(answer.status === 400 || answer.status === 303, `${lines}: ${answer.status}`)
        expectThat(!JSON.stringify(answer).includes("evil"), `${lines}: the answer repeats it`)
      }
      expectSame((await ask({ target: "/setup/check" })).status, 200, "the next request")
    }
  },
  {
    states: "a header may hold any byte above the space without breaking an answer (ERR-01)",
    check: async ({ ask }) => {
      const odd = Array.from({ length: 0x100 - 0x21 }, (_, at) => String.fromCharCode(at + 0x21))
        .filter((character) => character !== "\x7f")
        .join("")
      for (const name of ["user-agent", "accept", "origin", "sec-fetch-site", "sec-fetch-mode", "x-forwarded-for"]) {
        const answer = await ask({ target: "/users/me", headers: { [name]: odd } })
        expectSame(answer.status, 401, name)
      }
    }
  }
]
