import type { WireRequest } from "@latchkey/conformance/adapter"
import {
  ada,
  answerOf,
  checkEveryAnswer,
  cookieSetBy,
  headerOf,
  navigation,
  tokenOf,
  type WireAnswer,
  webRequest
} from "@latchkey/conformance/adapter"
import { admin, anyone, HasherError, PasswordHasher, recently, reveal, signedIn, verified } from "@latchkey/core"
import { plainHasher } from "@latchkey/core/testing"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { expect, test } from "vitest"
import { routeTable } from "../src/features.ts"
import { headOf } from "../src/surface/head.ts"
import { textOf, typedIn } from "./answers.ts"
import { openSite, type Site } from "./site.ts"
import { type Fate, type RuledStore, ruledStore } from "./stores.ts"

const NEW_PASSWORD = "nine slow otters by the weir"
const form = { username: ada.username, password: ada.password }
const UNAVAILABLE = [503, "Service Unavailable", "unavailable", "2"]

const shown = (answer: WireAnswer) => {
  const { detail, code } = JSON.parse(answer.body)
  return [answer.status, detail, code, headerOf(answer, "retry-after")]
}

/** A site with ada, on a store whose calls go by a rule. */
const openRuled = async (
  options: Parameters<typeof openSite>[0] = {}
): Promise<Site & { readonly ruled: RuledStore }> => {
  const ruled = ruledStore()
  const site = await openSite({ ...options, store: ruled.store })
  await site.auth.users.create(ada)
  return { ...site, ruled }
}

/** Judges a request as a guard of a host's own route does, and gives its answer, or who passed. */
const judged = async ({ surface }: Site, policy: Parameters<Site["surface"]["guard"]>[0], request: WireRequest) => {
  const verdict = await surface.guard(policy)(headOf(webRequest(request), null))
  if (verdict.isAllowed) return verdict.identity?.user.username ?? null
  const answer = await answerOf(verdict.response)
  checkEveryAnswer(answer)
  return answer
}

test("SES-13 with the store away, whoever brings a credential is answered 503 on every route, never 401 and never as nobody", async () => {
  const site = await openRuled()
  const credentials = [await site.browser(), await site.program(), await site.token()]
  site.ruled.rule = () => "fail"
  for (const { method, path, group, policy, refusals } of routeTable) {
    if (group.name === "documents" || policy === null) continue
    for (const headers of credentials) {
      const answer = await site.ask({ method, target: path.replace(":id", "x"), headers })
      expect(shown(answer), `${method} ${path}`).toEqual(UNAVAILABLE)
      const person = await site.ask({
        method,
        target: path.replace(":id", "x"),
        headers: { ...headers, ...navigation }
      })
      const isPage = person.body.includes("The service is temporarily unavailable.")
      expect([person.status, isPage], `${method} ${path}`).toEqual([503, refusals === undefined])
    }
  }
})

test("SES-13 with the store away, every guard answers 503, also one for anyone", async () => {
  const site = await openRuled()
  const credentials = [await site.browser(), await site.program(), await site.token()]
  site.ruled.rule = () => "fail"
  for (const policy of [anyone, signedIn, verified, admin, recently("1 hour")]) {
    for (const headers of credentials) {
      const answer = await judged(site, policy, { target: "/reports", headers })
      expect(answer, policy.name).toMatchObject({ status: 503 })
    }
  }
})

test("with the store away, what needs no store is answered as ever", async () => {
  const site = await openRuled()
  site.ruled.rule = () => "fail"
  expect((await site.ask({ target: "/openapi.json" })).status).toBe(200)
  expect((await site.ask({ target: "/users/me" })).status).toBe(401)
  expect((await site.ask({ target: "/users/me", headers: { cookie: "latchkey_session=junk" } })).status).toBe(401)
  expect((await site.ask({ target: "/logout" })).status).toBe(303)
  expect(await judged(site, anyone, { target: "/" })).toBe(null)
})

test("RAT-07 while attempts cannot be counted, no password is tried, and whoever is logged in stays so", async () => {
  const site = await openRuled()
  const headers = await site.browser()
  site.ruled.rule = (operation) => (operation.startsWith("attempts.") ? "fail" : "pass")
  const requests: ReadonlyArray<WireRequest> = [
    { target: "/auth/jwt/login", form },
    { target: "/login", form },
    { target: "/auth/register", json: { username: "eve", password: NEW_PASSWORD } },
    { method: "PATCH", target: "/users/me", json: { password: NEW_PASSWORD, current_password: ada.password }, headers },
    { target: "/tokens/", json: { name: "a", current_password: ada.password }, headers }
  ]
  for (const request of requests) expect(shown(await site.ask(request)), request.target).toEqual(UNAVAILABLE)
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
})

test("an audit trail that cannot be written is no refusal: people log in and out", async () => {
  const site = await openRuled()
  site.ruled.rule = (operation) => (operation.startsWith("audit.") ? "fail" : "pass")
  expect((await site.ask({ target: "/auth/jwt/login", form })).status).toBe(200)
  const headers = await site.browser()
  expect((await site.ask({ method: "POST", target: "/logout", headers })).status).toBe(204)
})

test("a store that can be read and not written logs nobody out, and turns no token away (PAT-06)", async () => {
  const site = await openRuled()
  const [headers, token] = [await site.browser(), await site.token()]
  await site.clock.advance("30 minutes")
  site.ruled.rule = (operation) => (operation === "lookupSession" || operation === "lookupToken" ? "pass" : "fail")
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  expect((await site.ask({ target: "/users/me", headers: token })).status).toBe(200)
})

/** Requests that touch the store, what each is answered when all is well, and whether that lets somebody in. */
const flows: Readonly<Record<string, (site: Site) => Promise<readonly [allowed: number, request: WireRequest]>>> = {
  "a log-in": async () => [200, { target: "/auth/jwt/login", form }],
  "a log-in with a browser": async (site) => [303, { target: "/login", form, headers: await site.browser() }],
  "a wrong log-in": async () => [400, { target: "/auth/jwt/login", form: { ...form, password: "wrong" } }],
  "a registration": async () => [201, { target: "/auth/register", json: { username: "eve", password: NEW_PASSWORD } }],
  "who is calling": async (site) => [200, { target: "/users/me", headers: await site.browser() }],
  "who is calling, with a session that ended": async (site) => {
    const headers = await site.browser()
    await site.ask({ method: "POST", target: "/logout", headers })
    return [401, { target: "/users/me", headers }]
  },
  "a list of sessions": async (site) => [200, { target: "/sessions", headers: await site.program() }],
  "a new password": async (site) => {
    const json = { password: NEW_PASSWORD, current_password: ada.password }
    return [200, { method: "PATCH", target: "/users/me", json, headers: await site.browser() }]
  },
  "who is calling, with a token": async (site) => [200, { target: "/users/me", headers: await site.token() }],
  "who is calling, with a token that was revoked": async (site) => {
    const { token, text } = await tokenOf(site.auth)
    await site.auth.tokens.revoke({ owner: token.userId, id: token.id })
    return [401, { target: "/users/me", headers: { authorization: `Bearer ${text}` } }]
  },
  "a list of tokens": async (site) => [200, { target: "/tokens/", headers: await site.program() }],
  "a new token": async (site) => [201, { target: "/tokens/", json: { name: "a" }, headers: await site.program() }],
  "a token to rotate": async (site) => {
    const { token } = await tokenOf(site.auth)
    return [201, { target: `/tokens/${token.id}/rotate`, json: {}, headers: await site.program() }]
  },
  "a token to revoke": async (site) => {
    const { token } = await tokenOf(site.auth)
    return [204, { method: "DELETE", target: `/tokens/${token.id}`, headers: await site.program() }]
  },
  "a log-out": async (site) => [204, { method: "POST", target: "/logout", headers: await site.browser() }],
  "the setup page": async () => [404, { target: "/setup/" }]
}

test("ERR-03 whichever call of the store fails or throws, nobody gets in who should not, and no answer says why", async () => {
  for (const [name, prepare] of Object.entries(flows)) {
    const healthy = await openRuled()
    const [allowed, request] = await prepare(healthy)
    healthy.ruled.calls.length = 0
    expect((await healthy.ask(request)).status, name).toBe(allowed)
    const operations = new Set(healthy.ruled.calls)
    for (const operation of operations) {
      for (const fate of ["fail", "throw"] as const) {
        const site = await openRuled()
        const [, again] = await prepare(site)
        site.ruled.rule = (each): Fate => (each === operation ? fate : "pass")
        const { status } = await site.ask(again)
        expect([allowed, fate === "fail" ? 503 : 500], `${name}: ${operation} ${fate}`).toContain(status)
        site.ruled.rule = () => "pass"
        expect((await site.ask({ target: "/setup/check" })).status, "the next request").toBe(200)
      }
    }
  }
})

test("ERR-03 a store that hangs lets nobody in, holds up nothing that needs no store, and is answered when it comes back", async () => {
  const site = await openRuled()
  const headers = await site.browser()
  let wake = () => {}
  const asleep = new Promise<void>((resolve) => {
    wake = resolve
  })
  site.ruled.rule = () => asleep
  const answers: Array<number> = []
  const requests: ReadonlyArray<WireRequest> = [
    { target: "/users/me", headers },
    { target: "/auth/jwt/login", form },
    { target: "/login", headers },
    { target: "/setup/check" }
  ]
  const asked = requests.map(async (request) => answers.push((await site.ask(request)).status))
  const guarded = judged(site, anyone, { target: "/", headers })
  expect((await site.ask({ target: "/openapi.json" })).status).toBe(200)
  expect((await site.ask({ target: "/users/me" })).status).toBe(401)
  await site.clock.advance("1 minute")
  expect(answers).toEqual([])
  wake()
  await Promise.all(asked)
  expect(answers.sort()).toEqual([200, 200, 200, 303])
  expect(await guarded).toBe("ada")
})

/** A logger that keeps what it is told, as text. */
const keepingLogger = () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ cause, logLevel, message }) => {
    lines.push(`${logLevel} ${JSON.stringify(message)} ${Cause.pretty(cause)}`)
  })
  return { lines, ambient: Logger.layer([logger]) }
}

test("ERR-02 a defect is 500 with an id and no word of what it was; the log has the id, and the next request is answered", async () => {
  const { lines, ambient } = keepingLogger()
  const site = await openRuled({ ambient })
  const headers = await site.browser()
  site.ruled.rule = () => "throw"
  const program = await site.ask({ target: "/users/me", headers })
  const { detail, code, instance } = JSON.parse(program.body)
  expect([program.status, detail, code]).toEqual([500, "Internal Server Error", "internal"])
  expect(instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
  expect(lines.some((line) => line.includes(instance.slice("urn:uuid:".length)))).toBe(true)
  const person = await site.ask({ target: "/users/me", headers: { ...headers, ...navigation } })
  expect([person.status, person.body.includes("Something went wrong on the server.")]).toEqual([500, true])
  expect(await judged(site, anyone, { target: "/", headers })).toMatchObject({ status: 500 })
  site.ruled.rule = () => "pass"
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
})

test("ERR-01 an outage is told to the log by the call that failed, and to nobody else", async () => {
  const { lines, ambient } = keepingLogger()
  const site = await openRuled({ ambient })
  const headers = await site.browser()
  site.ruled.rule = () => "fail"
  await site.ask({ target: "/users/me?token=canary", headers })
  const line = lines.find((each) => each.includes("the store failed")) ?? ""
  expect(line).toContain('"operation":"lookupSession"')
  expect(line).toContain('"path":"/users/me"')
  expect(line).not.toMatch(/canary|lk_ses_/)
})

test("ERR-02 a page or a message that throws while it is drawn is 500, and `handle` never rejects", async () => {
  const Broken = () => {
    throw new TypeError("at Broken (/srv/app/node_modules/pages/broken.js:1:2)")
  }
  const drawn = { toString: Broken } as never
  const late = Promise.resolve("late") as never
  for (const page of [Broken, () => drawn, () => late]) {
    const site = await openSite({}, { pages: { login: page, message: page } })
    for (const headers of [{}, navigation]) {
      const answer = await site.ask({ target: "/login", headers })
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([500, "internal"])
    }
    expect(
      await judged(site, admin, {
        method: "POST",
        target: "/x",
        headers: { ...navigation, "sec-fetch-site": "cross-site" }
      })
    ).toMatchObject({ status: 403 })
    expect((await site.ask({ target: "/setup/check" })).status).toBe(200)
  }
})

test("ERR-02 a host's policy that throws is 500, and lets nobody pass", async () => {
  const site = await openSite()
  await site.auth.users.create(ada)
  const broken = {
    name: "broken",
    judge: () => {
      throw new Error("SQLITE_BUSY at policy.js:1:2")
    }
  }
  expect(await judged(site, broken, { target: "/", headers: await site.browser() })).toMatchObject({ status: 500 })
})

test("ERR-02 a body that something in front has read is 500: a mistake of the host, which the log explains", async () => {
  const { lines, ambient } = keepingLogger()
  const site = await openSite({ ambient })
  const request = webRequest({ target: "/auth/jwt/login", form })
  await request.text()
  const answer = await answerOf(await site.surface.handle(request, null))
  expect(answer.status).toBe(500)
  expect(lines.length).toBeGreaterThan(0)
})

test("a hasher that fails is 503, and one that is busy says when to come again", async () => {
  const failing = Layer.effect(
    PasswordHasher,
    Effect.map(PasswordHasher, (plain) => ({
      ...plain,
      verify: () => Effect.fail(new HasherError({ cause: "canary" }))
    }))
  ).pipe(Layer.provide(plainHasher))
  const site = await openSite({ hasher: failing })
  const failed = await site.ask({ target: "/auth/jwt/login", form })
  expect(shown(failed)).toEqual([503, "Service Unavailable", "unavailable", "5"])

  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const slow = Layer.effect(
    PasswordHasher,
    Effect.map(PasswordHasher, (plain) => ({
      ...plain,
      verify: (stored: string, password: string) =>
        Effect.andThen(
          Effect.promise(() => held),
          plain.verify(stored, password)
        )
    }))
  ).pipe(Layer.provide(plainHasher))
  const full = await openSite({ hasher: slow, passwords: { concurrency: 1, waiting: 1 } })
  await full.auth.users.create(ada)
  const waiting = [1, 2].map(() => full.ask({ target: "/auth/jwt/login", form }))
  const refused = await full.ask({ target: "/auth/jwt/login", form })
  expect(shown(refused)).toEqual([503, "Service Unavailable", "busy", "5"])
  release()
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200])
})

test("SES-06 what was asked before a log-out and is answered after it sets no cookie", async () => {
  const requests: ReadonlyArray<readonly [held: string, status: number, request: WireRequest]> = [
    ["lookupSession", 401, { target: "/users/me" }],
    ["sessions.list", 200, { target: "/profile/", headers: navigation }],
    ["users.changeWithProof", 401, { method: "PATCH", target: "/users/me", json: { password: NEW_PASSWORD } }],
    // The password is changed and the session goes on, but is not replaced yet: the log-out must end it all the same.
    ["sessions.replace", 401, { method: "PATCH", target: "/users/me", json: { password: NEW_PASSWORD } }]
  ]
  for (const [held, status, request] of requests) {
    const site = await openRuled()
    const headers = await site.browser()
    let release = () => {}
    const reached = new Promise<void>((arrived) => {
      const gate = new Promise<void>((resolve) => {
        release = resolve
      })
      site.ruled.rule = (operation) => {
        if (operation !== held) return "pass"
        site.ruled.rule = () => "pass"
        arrived()
        return gate
      }
    })
    const slow = site.ask({ ...request, headers: { ...headers, ...request.headers } })
    await reached
    expect((await site.ask({ method: "POST", target: "/logout", headers })).status).toBe(204)
    release()
    const answer = await slow
    expect([answer.status, cookieSetBy(answer, "latchkey_session")], held).toEqual([status, null])
  }
})

// Regression: who calls was asked before the body, so a thief with a session of the last minutes could hold the body back, let
// the owner change the password, and then set another one by the dead session.
test("SES-08 a body that is held back until its session has died changes nothing", async () => {
  for (const change of [{ password: "the password of a thief" }, { email: "thief@example.org" }]) {
    const site = await openRuled()
    const thief = await site.browser()
    const [user] = (await site.auth.users.list({ query: ada.username })).items
    if (user === undefined) throw new Error("ada is there")
    let finish = () => {}
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        finish = () => {
          stream.enqueue(new TextEncoder().encode(JSON.stringify(change)))
          stream.close()
        }
      }
    })
    const headers = { ...thief, "content-type": "application/json" }
    const request = new Request("http://localhost:3000/users/me", { method: "PATCH", headers, body, duplex: "half" })
    const held = site.surface.handle(request, null)
    await site.auth.passwords.change({ user: user.id, current: ada.password, next: NEW_PASSWORD })
    finish()
    expect((await held).status).toBe(401)
    expect((await site.auth.users.find(user.id))?.email).toBe(user.email)
    await site.auth.sessions.logIn({ ...ada, password: NEW_PASSWORD })
  }
})

/** A store on which every call waits a few turns, so that what runs side by side really mixes. */
const unevenStore = (): RuledStore => {
  const ruled = ruledStore()
  let turn = 0
  ruled.rule = async () => {
    for (let waits = (turn++ * 7) % 5; waits > 0; waits--) await Promise.resolve()
  }
  return ruled
}

const tally = (answers: ReadonlyArray<WireAnswer>): Readonly<Record<number, number>> => {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

test("SET-02 of fifty who complete setup at once on a store that answers late, one is 303 and the rest are 404", async () => {
  for (const setup of [{ token: "a-setup-token-for-tests" }, { announce: false }]) {
    const site = await openSite({ admin: null, setup, store: unevenStore().store })
    const issued = await site.auth.setup.issueToken()
    const token = issued === null ? "a-setup-token-for-tests" : reveal(issued)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => {
        const person = { username: `chief${at}`, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD, token }
        return site.ask({ target: "/setup/", form: person })
      })
    )
    expect(tally(answers)).toEqual({ 303: 1, 404: 49 })
    expect((await site.auth.users.count()).total).toBe(1)
  }
})

test("of five who register one name at once on a store that answers late, one is 201 and four are 400", async () => {
  const site = await openSite({ store: unevenStore().store })
  const password = NEW_PASSWORD
  const answers = await Promise.all(
    ["grace", "Grace", "GRACE", "grace", "ｇrace"].map((username) =>
      site.ask({ target: "/auth/register", json: { username, password } })
    )
  )
  expect(tally(answers)).toEqual({ 201: 1, 400: 4 })
  const changes = await Promise.all(
    ["eve", "Eve"].map(async (username, at) => {
      const person = { username: `user${at}`, password }
      await site.auth.users.create(person)
      return site.ask({ method: "PATCH", target: "/users/me", json: { username }, headers: await site.program(person) })
    })
  )
  expect(tally(changes)).toEqual({ 200: 1, 400: 1 })
})

test("SES-03 two log-ins at once from one session leave two new ones, and the old one is gone", async () => {
  const ruled = unevenStore()
  const site = await openSite({ store: ruled.store })
  await site.auth.users.create(ada)
  const headers = await site.browser()
  const answers = await Promise.all([1, 2].map(() => site.ask({ target: "/login", form, headers })))
  expect(tally(answers)).toEqual({ 303: 2 })
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
  for (const answer of answers) {
    const cookie = `latchkey_session=${cookieSetBy(answer, "latchkey_session")}`
    expect((await site.ask({ target: "/users/me", headers: { cookie } })).status).toBe(200)
  }
})

test("SES-08 a log-in while the password changes ends with it: nobody stays in with the old one", async () => {
  for (let round = 0; round < 8; round++) {
    const ruled = unevenStore()
    const site = await openSite({ store: ruled.store })
    await site.auth.users.create(ada)
    const headers = await site.program()
    const json = { password: NEW_PASSWORD, current_password: ada.password }
    for (let turns = 0; turns < round; turns++) await Promise.resolve()
    const [login] = await Promise.all([
      site.ask({ target: "/auth/jwt/login", form }),
      site.ask({ method: "PATCH", target: "/users/me", json, headers })
    ])
    if (login.status !== 200) continue
    const authorization = `Bearer ${JSON.parse(login.body).access_token}`
    expect((await site.ask({ target: "/users/me", headers: { authorization } })).status).toBe(401)
  }
})

test("SES-13 a form whose work was done before the store went away does not say that nothing was changed, and ends well when sent again", async () => {
  const site = await openRuled()
  const headers = { ...(await site.browser()), ...navigation }
  const change = { current_password: ada.password, password: NEW_PASSWORD, password_confirm: NEW_PASSWORD }
  const send = () => site.ask({ target: "/profile/password", form: change, headers })
  await site.clock.advance("1 second")
  site.ruled.rule = (operation) => (operation === "sessions.replace" ? "fail" : "pass")
  const failed = await send()
  site.ruled.rule = () => "pass"
  expect([failed.status, failed.body.includes("Nothing was changed")]).toEqual([503, false])
  expect(await site.auth.sessions.logIn({ username: ada.username, password: NEW_PASSWORD })).toBeTruthy()
  const again = await send()
  expect([again.status, headerOf(again, "location")]).toEqual([303, "/profile/?done=password"])
})

test("ERR-01 a form that an outage refuses comes back with what was typed, without its list, and the log has the outage", async () => {
  const { lines, ambient } = keepingLogger()
  const site = await openRuled({ ambient })
  const headers = { ...(await site.browser()), ...navigation }
  const away = (...names: ReadonlyArray<string>) => {
    site.ruled.rule = (operation) => (names.includes(operation) ? "fail" : "pass")
  }
  away("tokens.insert", "tokens.list")
  const token = await site.ask({ target: "/tokens/", form: { name: "Laptop" }, headers })
  expect([token.status, typedIn(token, "name"), headerOf(token, "retry-after")]).toEqual([503, "Laptop", "2"])
  expect(textOf(token)).toContain("The service is temporarily unavailable.")
  away("users.changeWithProof", "sessions.list")
  const details = await site.ask({ target: "/profile/details", form: { username: "ada.l", email: "" }, headers })
  expect([details.status, typedIn(details, "username")]).toEqual([503, "ada.l"])
  const logged = lines.filter((line) => line.includes("the store failed"))
  expect(logged.map((line) => /"operation":"([\w.]+)"/.exec(line)?.[1])).toEqual([
    "tokens.insert",
    "users.changeWithProof"
  ])
})

test("PAT-03 a token that was made is shown although the list of tokens cannot be read", async () => {
  const site = await openRuled()
  const headers = { ...(await site.browser()), ...navigation }
  site.ruled.rule = (operation) => (operation === "tokens.list" ? "fail" : "pass")
  const page = await site.ask({ target: "/tokens/", form: { name: "Laptop" }, headers })
  expect([page.status, textOf(page)]).toEqual([201, expect.stringMatching(/lk_pat_\w{71}/)])
  expect((await site.ask({ target: "/tokens/", headers })).status).toBe(503)
})
