import { expect, it } from "vitest"
import {
  DEVICE_CODE,
  type FakeServer,
  granted,
  numberWanted,
  pending,
  refusal,
  startFakeServer,
  TOKEN
} from "../../test/fake-server.ts"
import { testClock } from "../../test/test-clock.ts"
import { type LogInOptions, logIn } from "./log-in.ts"
import type { ShownCode } from "./shown-code.ts"

const startLogIn = (server: FakeServer, options: Partial<LogInOptions> = {}) => {
  const clock = testClock()
  const shown: ShownCode[] = []
  const opened: string[] = []
  const done = logIn({
    server: server.url,
    client: "harbour",
    clock,
    onCode: (code) => void shown.push(code),
    openBrowser: async (url) => void opened.push(url),
    ...options
  })
  return { done, clock, shown, opened }
}

const errorOf = (done: Promise<unknown>) =>
  done.then(
    () => new Error("It did not fail."),
    (error: Error) => error
  )

it("a program gets a token when somebody approves", async () => {
  await using server = await startFakeServer()
  server.answerPolls(pending, pending, granted)
  const { done, clock } = startLogIn(server, { scopes: ["jobs:read", "jobs:write"] })
  expect(await done).toEqual({
    server: server.url,
    token: TOKEN,
    expiresAt: new Date(Date.parse("2026-11-30T13:00:15Z")),
    scopes: ["jobs:read", "jobs:write"]
  })
  expect(clock.waits).toEqual([5000, 5000, 5000])
  expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /.well-known/oauth-authorization-server",
    "POST /oauth/device_authorization",
    "POST /oauth/token",
    "POST /oauth/token",
    "POST /oauth/token"
  ])
  expect(server.received[1]?.form).toEqual({ client_id: "harbour", scope: "jobs:read jobs:write" })
  expect(server.polls()[0]).toEqual({
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: DEVICE_CODE,
    client_id: "harbour"
  })
})

it("the code is shown, and the page with the code is opened", async () => {
  await using server = await startFakeServer()
  const { done, shown, opened } = startLogIn(server)
  await done
  expect(shown).toEqual([
    {
      userCode: "BCDF-GHJK",
      verificationUri: `${server.url}/auth/cli`,
      verificationUriComplete: `${server.url}/auth/cli?code=BCDFGHJK`,
      expiresAt: new Date(Date.parse("2026-11-30T12:05:00Z")),
      opensBrowser: true
    }
  ])
  expect(opened).toEqual([`${server.url}/auth/cli?code=BCDFGHJK`])
})

it("without a browser the code is shown all the same, and one that does not open is no failure", async () => {
  await using server = await startFakeServer()
  const none = startLogIn(server, { openBrowser: false })
  await none.done
  expect(none.shown).toMatchObject([{ opensBrowser: false }])
  const broken = startLogIn(server, { openBrowser: () => Promise.reject(new Error("no browser")) })
  expect(await broken.done).toMatchObject({ token: TOKEN })
})

it("a token without an end, and without a list of scopes, has what was asked for", async () => {
  await using server = await startFakeServer()
  server.answerPolls({ body: { access_token: TOKEN, token_type: "Bearer" } })
  const { done } = startLogIn(server, { scopes: ["jobs:read"] })
  expect(await done).toMatchObject({ expiresAt: null, scopes: ["jobs:read"] })
})

it("a denial is told", async () => {
  await using server = await startFakeServer()
  server.answerPolls(pending, refusal("access_denied"))
  await expect(startLogIn(server).done).rejects.toMatchObject({ _tag: "LoginDenied", server: server.url })
  server.answerPolls(refusal("access_denied", { error_description: "You have 50 tokens.\u0007 Revoke one first." }))
  await expect(startLogIn(server).done).rejects.toMatchObject({
    message: `The log-in to ${server.url} was denied: You have 50 tokens. Revoke one first.`
  })
})

it("a code that ends is told by the server, or by the clock", async () => {
  await using server = await startFakeServer()
  server.answerPolls(pending, refusal("expired_token"))
  await expect(startLogIn(server).done).rejects.toMatchObject({ _tag: "LoginExpired" })
  server.answerPolls(pending)
  const { done, clock } = startLogIn(server)
  await expect(done).rejects.toMatchObject({ _tag: "LoginExpired" })
  expect(clock.now()).toBe(Date.parse("2026-11-30T12:05:00Z")) // not a moment later
})

it("slow_down is obeyed for the rest of the log-in", async () => {
  await using server = await startFakeServer()
  server.answerPolls(pending, refusal("slow_down", { interval: 10 }), pending, granted)
  const { done, clock } = startLogIn(server)
  await done
  expect(clock.waits).toEqual([5000, 5000, 10_000, 10_000])
})

it("a server that goes away is asked again, less and less often, and then the token comes", async () => {
  await using server = await startFakeServer()
  const busy = { status: 429, headers: { "retry-after": "40" }, body: { error: "slow_down" } }
  server.answerPolls(null, { status: 503 }, busy, pending, granted)
  const retries: unknown[] = []
  const { done, clock } = startLogIn(server, { onRetry: (failure) => void retries.push(failure) })
  expect(await done).toMatchObject({ token: TOKEN })
  expect(clock.waits).toEqual([5000, 10_000, 20_000, 40_000, 5000])
  expect(retries).toEqual([
    { reason: expect.stringMatching(/^(?:UND_ERR_SOCKET|ECONNRESET)$/), wait: 10_000 },
    { reason: "http 503", wait: 20_000 },
    { reason: "http 429", wait: 40_000 }
  ])
})

it("if it stays away until the code ends, the outage is what is told", async () => {
  await using server = await startFakeServer()
  server.answerPolls(pending, { status: 503 })
  const { done, clock } = startLogIn(server)
  await expect(done).rejects.toMatchObject({ _tag: "ServerUnreachable", reason: "http 503" })
  expect(clock.now()).toBe(Date.parse("2026-11-30T12:05:00Z"))
})

it("a server that is away at the beginning is told at once", async () => {
  await using server = await startFakeServer()
  server.on("/oauth/device_authorization", () => ({ status: 429, headers: { "retry-after": "30" }, body: {} }))
  await expect(startLogIn(server).done).rejects.toMatchObject({ _tag: "ServerUnreachable", retryAfter: 30 })
  await server.close()
  await expect(startLogIn(server).done).rejects.toMatchObject({ _tag: "ServerUnreachable" })
})

it("a refused request is told in the server's words", async () => {
  await using server = await startFakeServer()
  const words = { error_description: "There is no scope\n\u001b[31mjobs:destroy." }
  server.on("/oauth/device_authorization", () => refusal("invalid_scope", words))
  await expect(startLogIn(server, { scopes: ["jobs:destroy"] }).done).rejects.toMatchObject({
    _tag: "RequestRefused",
    code: "invalid_scope",
    description: "There is no scope [31mjobs:destroy."
  })
  server.on("/oauth/device_authorization", () => refusal("unauthorized_client"))
  await expect(startLogIn(server).done).rejects.toMatchObject({ code: "unauthorized_client" })
})

it("a code that the server no longer knows ends it", async () => {
  await using server = await startFakeServer()
  server.answerPolls(refusal("invalid_grant"))
  await expect(startLogIn(server).done).rejects.toMatchObject({ _tag: "RequestRefused", code: "invalid_grant" })
})

it("a server that breaks the standard is told, not trusted", async () => {
  await using server = await startFakeServer()
  server.on("/oauth/device_authorization", () => ({ body: { device_code: DEVICE_CODE } }))
  await expect(startLogIn(server).done).rejects.toMatchObject({ _tag: "NotAnAuthorizationServer" })
  server.on("/oauth/device_authorization", () => ({ body: "<p>Log in</p>" }))
  await expect(startLogIn(server).done).rejects.toMatchObject({ _tag: "NotAnAuthorizationServer" })
})

it("a token endpoint that redirects gets no second request", async () => {
  await using elsewhere = await startFakeServer()
  await using server = await startFakeServer()
  server.answerPolls({ status: 307, headers: { location: `${elsewhere.url}/oauth/token` } })
  await expect(startLogIn(server).done).rejects.toMatchObject({ _tag: "NotAnAuthorizationServer" })
  expect(elsewhere.received).toEqual([])
})

it("no page of another site is shown or opened", async () => {
  await using server = await startFakeServer()
  server.on("/oauth/device_authorization", () => ({
    body: {
      device_code: DEVICE_CODE,
      user_code: "BCDF-GHJK",
      verification_uri: "https://evil.example/",
      expires_in: 300
    }
  }))
  const { done, shown, opened } = startLogIn(server)
  await expect(done).rejects.toMatchObject({ _tag: "NotAnAuthorizationServer" })
  expect([...shown, ...opened]).toEqual([])
})

it("the signal ends it at once: before it begins, while it waits, while it asks", async () => {
  await using server = await startFakeServer()
  server.answerPolls(pending, numberWanted(3))
  await expect(startLogIn(server, { signal: AbortSignal.abort() }).done).rejects.toMatchObject({ _tag: "Aborted" })
  expect(server.received).toEqual([])

  const waiting = new AbortController()
  const first = startLogIn(server, { signal: waiting.signal, onCode: () => waiting.abort() })
  await expect(first.done).rejects.toMatchObject({ _tag: "Aborted" })
  expect(server.polls()).toEqual([])

  const asking = new AbortController()
  const onConfirm = () => {
    asking.abort()
    return new Promise<string>(() => {})
  }
  await expect(startLogIn(server, { signal: asking.signal, onConfirm }).done).rejects.toMatchObject({ _tag: "Aborted" })
})

it("the number of the page is asked for, and sent at once without blanks and dashes", async () => {
  await using server = await startFakeServer()
  server.answerPolls(pending, numberWanted(3), granted)
  const questions: object[] = []
  const onConfirm = async ({ attemptsLeft, reason }: { attemptsLeft: number; reason: string }) => {
    questions.push({ attemptsLeft, reason })
    return " 123-456 "
  }
  const { done, clock } = startLogIn(server, { onConfirm })
  expect(await done).toMatchObject({ token: TOKEN })
  expect(questions).toEqual([{ attemptsLeft: 3, reason: "first" }])
  expect(server.received[1]?.form).toMatchObject({ confirmation: "number" })
  expect(server.polls().map(({ confirmation }) => confirmation)).toEqual([undefined, undefined, "123456"])
  expect(clock.waits).toEqual([5000, 5000, 0])
})

it("a wrong number is asked for again, and the third one is a denial", async () => {
  await using server = await startFakeServer()
  server.answerPolls(numberWanted(3), numberWanted(2), numberWanted(1), refusal("access_denied"))
  const questions: object[] = []
  const onConfirm = async ({ attemptsLeft, reason }: { attemptsLeft: number; reason: string }) => {
    questions.push({ attemptsLeft, reason })
    return String(questions.length)
  }
  await expect(startLogIn(server, { onConfirm }).done).rejects.toMatchObject({ _tag: "LoginDenied" })
  expect(questions).toEqual([
    { attemptsLeft: 3, reason: "first" },
    { attemptsLeft: 2, reason: "wrong" },
    { attemptsLeft: 1, reason: "wrong" }
  ])
  expect(server.polls().map(({ confirmation }) => confirmation)).toEqual([undefined, "1", "2", "3"])
})

it("what is no number costs no attempt", async () => {
  await using server = await startFakeServer()
  server.answerPolls(numberWanted(3), granted)
  const texts = ["", "yes", "42"]
  const reasons: string[] = []
  const onConfirm = async ({ reason }: { reason: string }) => {
    reasons.push(reason)
    return texts.shift() ?? ""
  }
  await startLogIn(server, { onConfirm }).done
  expect(reasons).toEqual(["first", "not-a-number", "not-a-number"])
  expect(server.polls().map(({ confirmation }) => confirmation)).toEqual([undefined, "42"])
})

it("a callback that never returns a number is not asked for ever", async () => {
  await using server = await startFakeServer()
  server.answerPolls(numberWanted(3))
  const { done } = startLogIn(server, { onConfirm: async () => "" })
  expect(String(await errorOf(done))).toContain("`onConfirm` returned no number 20 times")
})

it("a number whose poll got lost is sent again only if the server has not counted it", async () => {
  await using server = await startFakeServer()
  let asked = 0
  const onConfirm = async () => String(++asked)
  server.answerPolls(numberWanted(3), null, numberWanted(3), granted)
  await startLogIn(server, { onConfirm }).done
  expect(server.polls().map(({ confirmation }) => confirmation)).toEqual([undefined, "1", undefined, "1"])

  server.answerPolls(numberWanted(3), null, numberWanted(2), granted)
  await startLogIn(server, { onConfirm }).done
  expect(
    server
      .polls()
      .slice(4)
      .map(({ confirmation }) => confirmation)
  ).toEqual([undefined, "2", undefined, "3"])
})

it("a server that never stops asking for numbers is polled at its pace", async () => {
  await using server = await startFakeServer()
  server.answerPolls(numberWanted(3))
  const { done, clock } = startLogIn(server, { onConfirm: async () => "1" })
  await expect(done).rejects.toMatchObject({ _tag: "LoginExpired" })
  expect(clock.waits.filter((wait) => wait === 0)).toHaveLength(5)
  expect(server.polls().length).toBeLessThan(70)
})

it("a code that ends while the number is asked for is over, and the question is told so", async () => {
  await using server = await startFakeServer()
  server.answerPolls(numberWanted(3))
  let isOver = false
  const onConfirm = ({ signal }: { signal: AbortSignal }) =>
    new Promise<string>((_, fail) => {
      signal.addEventListener("abort", () => {
        isOver = true
        fail(new Error("closed"))
      })
    })
  await expect(startLogIn(server, { onConfirm }).done).rejects.toMatchObject({ _tag: "LoginExpired" })
  expect(isOver).toBe(true)
})

it("a failure of a callback is the caller's own", async () => {
  await using server = await startFakeServer()
  server.answerPolls(numberWanted(3))
  const { done } = startLogIn(server, { onConfirm: () => Promise.reject(new Error("no terminal")) })
  expect(await errorOf(done)).toMatchObject({ message: "no terminal" })
})

it("a number that the program did not offer to ask for is the server's mistake", async () => {
  await using server = await startFakeServer()
  server.answerPolls(numberWanted(3))
  await expect(startLogIn(server).done).rejects.toMatchObject({ _tag: "NotAnAuthorizationServer" })
})

it("options that cannot be are refused with the mend, before anything is sent", async () => {
  await using server = await startFakeServer()
  expect(String(await errorOf(startLogIn(server, { client: "" }).done))).toContain("1 to 100 characters")
  expect(String(await errorOf(startLogIn(server, { client: "a".repeat(101) }).done))).toContain("1 to 100 characters")
  expect(String(await errorOf(startLogIn(server, { scopes: ["a b"] }).done))).toContain('"a b" cannot be a scope')
  await expect(startLogIn(server, { server: "http://example.org" }).done).rejects.toMatchObject({
    _tag: "ServerAddressInvalid",
    reason: "unencrypted"
  })
  expect(server.received).toEqual([])
})

it("no error holds the device code, the token or the number", async () => {
  await using server = await startFakeServer()
  const endings = [
    refusal("access_denied"),
    refusal("expired_token"),
    refusal("invalid_grant"),
    { status: 302 },
    { body: "x" }
  ]
  const errors: unknown[] = []
  for (const ending of endings) {
    server.answerPolls(numberWanted(3), ending)
    errors.push(await errorOf(startLogIn(server, { onConfirm: async () => "987654" }).done))
  }
  server.answerPolls({ body: { access_token: TOKEN, token_type: "mac" } })
  errors.push(await errorOf(startLogIn(server).done))
  for (const error of errors as ReadonlyArray<Error>) {
    const text = `${JSON.stringify(error)} ${error.message} ${error.stack} ${error.cause}`
    expect(text).not.toMatch(new RegExp(`${DEVICE_CODE}|${TOKEN}|987654`))
  }
})
