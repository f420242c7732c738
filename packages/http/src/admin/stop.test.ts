import { ada, valuesOf } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { STOP, withBrowser } from "../../test/acting-browser.ts"
import { leadsTo } from "../../test/answers.ts"

const sets = (answer: Parameters<typeof valuesOf>[0]) =>
  valuesOf(answer, "set-cookie").map((cookie) =>
    cookie.replace(/=.*/, cookie.includes("Max-Age=0") ? " removed" : " set")
  )

/** What a browser is answered that has only the cookie in which an administrator's own session waits. */
const waiting = (secret: string) => ({ cookie: `latchkey_session_admin=${secret}`, "sec-fetch-site": "same-origin" })

const isEnded = async ({ ask }: Pick<Awaited<ReturnType<typeof withBrowser>>, "ask">, secret: string) =>
  (await ask({ target: "/users/me", headers: { cookie: `latchkey_session=${secret}` } })).status === 401

test("IMP-12 SES-07 to log out as programs do ends the administrator's own session too, and leaves neither cookie", async () => {
  const site = await withBrowser()
  await site.begin()
  const answer = await site.post("/auth/jwt/logout")
  expect(answer.status).toBe(204)
  expect([...site.browser.jar.keys()]).toEqual([])
  expect(await isEnded(site, site.secret)).toBe(true)
})

test.each([
  ["/login", { username: ada.username, password: ada.password }],
  ["/register", { username: "lin", password: "four brown herons wading" }]
])(
  "IMP-12 SES-03 whoever comes in by %s while an administrator acts there leaves them no way back",
  async (target, form) => {
    const site = await withBrowser()
    await site.auth.users.register(ada)
    await site.begin()
    const answer = await site.post(target, form)
    expect(answer.status).toBe(303)
    expect(site.browser.jar.has("latchkey_session_admin")).toBe(false)
    expect(site.browser.jar.has("latchkey_session")).toBe(true)
    expect(await isEnded(site, site.secret)).toBe(true)
    expect(sets(await site.ask({ method: "POST", target: STOP, form: {}, headers: waiting(site.secret) }))).toEqual([])
  }
)

test("SES-03 a program's log-in from that browser removes the cookie in which the administrator's session waited", async () => {
  const site = await withBrowser()
  await site.auth.users.register(ada)
  await site.begin()
  await site.post("/auth/jwt/login", { username: ada.username, password: ada.password })
  expect([...site.browser.jar.keys()]).toEqual([])
  expect(await isEnded(site, site.secret)).toBe(true)
})

test("IMP-12 a session in the administrator's cookie that is no administrator's logs nobody in", async () => {
  const { ask, auth } = await withBrowser()
  await auth.users.register(ada)
  const planted = reveal((await auth.sessions.logIn(ada, { kind: "browser" })).secret)
  const answer = await ask({ method: "POST", target: STOP, form: {}, headers: waiting(planted) })
  expect([leadsTo(answer), sets(answer)]).toEqual([[303, "/admin/users"], []])
})

test("CSR-01 a browser that is too old to say where a form is from is not made to bring the administrator back", async () => {
  const { ask, secret } = await withBrowser()
  const { cookie } = waiting(secret)
  const answer = await ask({ method: "POST", target: STOP, form: {}, headers: { cookie } })
  expect([answer.status, sets(answer)]).toEqual([403, []])
})

test("IMP-08 of two tabs that stop at once neither takes away the session that the other one was given", async () => {
  const held = Effect.runSync(Deferred.make<void>())
  let isHolding = false
  // The first look for the administrator's own session waits until the other tab has been answered.
  const store = Layer.effect(
    Store,
    Effect.map(Store, (made) => ({
      ...made,
      sessions: {
        ...made.sessions,
        replace: (...args: Parameters<typeof made.sessions.replace>) => {
          if (isHolding) return made.sessions.replace(...args)
          isHolding = true
          return Effect.andThen(Deferred.await(held), made.sessions.replace(...args))
        }
      }
    }))
  ).pipe(Layer.provide(memoryStore()))
  const { ask, begin, browser, me } = await withBrowser({ store })
  await begin()
  const stop = { method: "POST", target: STOP, form: {}, headers: browser.headers() }
  const first = ask(stop)
  const second = await ask(stop)
  browser.keep(second)
  await Effect.runPromise(Deferred.succeed(held, undefined))
  browser.keep(await first)
  expect((await me()).username).toBe("root")
})
